package io.carrel.fs;

import static java.util.Objects.requireNonNull;

import io.carrel.linux.binding.PrivateDirectory;
import io.carrel.linux.binding.ProcessStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Names the directory where what outlives a container is kept: images, volumes, snapshots. Each kind has its own
 * directory below, made on first use. Immutable, so safe for use by several threads.
 *
 * @param directory absolute
 */
public record Storage(Path directory) {

    /** Names the environment variable that names another directory than the usual one. */
    public static final String VARIABLE = "CARREL_HOME";

    /** Makes the path absolute. */
    public Storage {
        directory = requireNonNull(directory, "directory").toAbsolutePath().normalize();
    }

    /**
     * Returns the storage that {@value #VARIABLE} names; without it {@code /var/lib/carrel} for root, and for an
     * ordinary user {@code carrel} in {@code $XDG_DATA_HOME}, or in {@code ~/.local/share}. Nothing is made.
     */
    public static Storage standard() {
        String chosen = System.getenv(VARIABLE);
        if (chosen != null && !chosen.isEmpty()) {
            return new Storage(Path.of(chosen));
        }
        if (ProcessStatus.current().effectiveUid() == 0) {
            return new Storage(Path.of("/var/lib/carrel"));
        }
        String data = System.getenv("XDG_DATA_HOME");
        return new Storage(
                data != null && data.startsWith("/")
                        ? Path.of(data, "carrel")
                        : Path.of(System.getProperty("user.home"), ".local", "share", "carrel"));
    }

    /**
     * Makes a directory in it, if it is missing, that only its owner may enter, as this one then is: what containers
     * write may be set-user-ID programs. One that others may enter is restricted, unless this one holds other things
     * too.
     *
     * @param name that of the directory
     * @return the directory
     * @throws IllegalStateException if another user owns either, or if this one is shared by all users, as {@code /tmp}
     *     is
     * @throws IOException if it cannot be made
     */
    public Path make(String name) throws IOException {
        Path made = directory.resolve(name);
        PrivateDirectory.make(directory, made);
        return made;
    }

    /** Tells whether it is there and this JVM can keep nothing in it: it is mounted read-only, or another user's. */
    public boolean isReadOnly() {
        return Files.isDirectory(directory) && !Files.isWritable(directory);
    }

    /** Returns the directory of images, which need not be there. */
    public Path images() {
        return directory.resolve("images");
    }

    /** Returns the directory of volumes, which need not be there. */
    public Path volumes() {
        return directory.resolve("volumes");
    }

    /**
     * Returns the directory of what containers have changed, kept, named or to be thrown away, which need not be there.
     */
    public Path uppers() {
        return directory.resolve("uppers");
    }
}

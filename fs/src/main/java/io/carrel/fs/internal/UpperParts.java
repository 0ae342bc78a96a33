package io.carrel.fs.internal;

import io.carrel.fs.HostPath;
import io.carrel.fs.Upper;
import io.carrel.linux.HostFileException;
import io.carrel.linux.binding.Lease;
import io.carrel.linux.binding.PrivateDirectory;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What lies in a directory of changes. Thread-safe: what is changed there is changed by who has the directory's lock.
 */
public final class UpperParts {

    static final String UPPER = "upper";
    static final String WORK = "work";

    private static final String TREE = "tree";

    /** What may lie in a directory of changes; the name of the image is written by who starts from one. */
    private static final Set<String> ALL = Set.of(
            UPPER,
            WORK,
            ChangesLock.NAME,
            "trial",
            TREE,
            "image",
            "ids",
            ReadableCopy.PLACE,
            KeptCopy.NOTE,
            FuseNote.NAME);

    private UpperParts() {}

    /** The copy of the layers. */
    static HostPath tree(HostPath directory) {
        return HostPath.of(directory.path().resolve(TREE));
    }

    /** What overlayfs writes to. */
    static List<Path> written(HostPath directory) {
        return List.of(directory.path().resolve(UPPER), directory.path().resolve(WORK));
    }

    /** Returns whether a container has the directory now. */
    public static boolean areInUse(HostPath directory) {
        return ChangesLock.isHeld(directory);
    }

    /** What is in it may be set-user-ID programs of this user's, with root's id where the JVM runs as root. */
    static void makePrivate(Upper upper, HostPath directory) {
        try {
            if (upper instanceof Upper.Snapshot snapshot) {
                PrivateDirectory.make(snapshot.storage().directory(), directory.path());
            } else {
                PrivateDirectory.make(directory.path(), ALL);
            }
        } catch (IOException e) {
            throw notMade(directory, e);
        }
    }

    /** Makes what overlayfs writes to. */
    static void make(HostPath directory) throws IOException {
        PrivateDirectory.make(directory.path());
        for (Path made : written(directory)) {
            if (!Files.isDirectory(made, LinkOption.NOFOLLOW_LINKS)) {
                Files.createDirectory(made);
                // The root directory of the container takes its permissions from this one, so others must get through
                // it.
                Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("rwxr-xr-x"));
            }
        }
    }

    /**
     * Removes all that Carrel keeps in a directory of changes, and the directory itself if it holds nothing else.
     *
     * @throws IllegalStateException if a container has it
     */
    public static void discard(HostPath directory, Remover remover) throws IOException {
        Optional<Lease> taken = ChangesLock.takeToDiscard(directory);
        if (taken.isEmpty()) {
            return;
        }
        try (Lease lease = taken.get()) {
            for (String part : ALL) {
                Path file = directory.path().resolve(part);
                if (!part.equals(ChangesLock.NAME) && Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
                    remover.remove(file);
                }
            }
            Files.delete(lease.file());
        }
        try {
            Files.deleteIfExists(directory.path());
        } catch (DirectoryNotEmptyException e) {
            // What else lies in it is the caller's, or that of a container that starts now.
        }
    }

    static HostFileException notMade(Object place, IOException e) {
        return new HostFileException(
                "Cannot make a directory for a container's changes: %s: %s".formatted(place, e.getMessage()), e);
    }
}

package io.carrel.fs.volumes;

import io.carrel.linux.DirectoryListing;
import io.carrel.linux.binding.Lease;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The lock files of one volume's users. Each is held by a JVM; one that nobody holds is that of a JVM that was killed.
 * Only for who has the store's lock.
 */
record VolumeUsers(Path directory) {

    static final String DIRECTORY = "users";
    private static final Pattern TEXT = Pattern.compile("(\\d{1,18}) (\\d{1,18})");

    static VolumeUsers of(Path volume) {
        return new VolumeUsers(volume.resolve(DIRECTORY));
    }

    Lease add() throws IOException {
        Files.createDirectories(directory);
        Lease lease = Lease.takeNew(directory, "");
        try {
            Files.writeString(lease.file(), ProcessHandle.current().pid() + " " + startTicks());
            return lease;
        } catch (IOException | RuntimeException e) {
            lease.close(); // the next who looks removes the file
            throw e;
        }
    }

    /** Those that are alive; what the others left is removed. */
    List<VolumeUser> living() throws IOException {
        List<VolumeUser> living = new ArrayList<>();
        for (Path file : files()) {
            try (Lease abandoned = Lease.take(file).orElse(null)) {
                if (abandoned == null) {
                    living.add(parse(file));
                } else {
                    Files.delete(file);
                }
            }
        }
        return living;
    }

    /** Those that are alive; nothing is removed, so this also works where nothing can be. */
    List<VolumeUser> found() throws IOException {
        List<VolumeUser> living = new ArrayList<>();
        for (Path file : files()) {
            try {
                if (Lease.isHeld(file)) {
                    living.add(parse(file));
                }
            } catch (NoSuchFileException endedMeanwhile) {
                // Then it is no user.
            }
        }
        return living;
    }

    private List<Path> files() throws IOException {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        return DirectoryListing.of(directory);
    }

    /** Who has the lock is a user, whatever the file says. */
    private static VolumeUser parse(Path file) throws IOException {
        Matcher matcher = TEXT.matcher(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
        return matcher.matches()
                ? new VolumeUser(Long.parseLong(matcher.group(1)), Long.parseLong(matcher.group(2)))
                : new VolumeUser(0, 0);
    }

    /** The 22nd field of the line; the second, a name in parentheses, may have spaces in it. */
    private static long startTicks() throws IOException {
        String line = Files.readString(Path.of("/proc/self/stat"));
        String[] afterName = line.substring(line.lastIndexOf(')') + 2).split(" ", -1);
        return Long.parseLong(afterName[19]);
    }
}

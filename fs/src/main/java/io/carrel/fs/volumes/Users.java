package io.carrel.fs.volumes;

import io.carrel.fs.internal.Lease;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * The lock files of one volume's users. Each is held by a JVM; one that nobody holds is that of a JVM that was killed. Only
 * for who has the store's lock.
 */
record Users(Path directory) {

    static final String DIRECTORY = "users";

    static Users of(Path volume) {
        return new Users(volume.resolve(DIRECTORY));
    }

    Lease add() throws IOException {
        Path file = directory.resolve(UUID.randomUUID().toString());
        Lease lease = Lease.take(file).orElseThrow(() -> new IOException("somebody took the new lock " + file));
        Files.writeString(file, ProcessHandle.current().pid() + " " + startTicks());
        return lease;
    }

    /** Those that are alive; what the others left is removed. */
    List<VolumeUser> living() throws IOException {
        List<VolumeUser> living = new ArrayList<>();
        for (Path file : files()) {
            try (Lease abandoned = Lease.take(file).orElse(null)) {
                if (abandoned == null) {
                    living.add(parse(Files.readString(file)));
                } else {
                    Files.delete(file);
                }
            }
        }
        return living;
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.toList();
        }
    }

    private static VolumeUser parse(String text) {
        int space = text.indexOf(' ');
        return new VolumeUser(Long.parseLong(text.substring(0, space)), Long.parseLong(text.substring(space + 1)));
    }

    /** The 22nd field of the line; the second, a name in parentheses, may have spaces in it. */
    private static long startTicks() throws IOException {
        String line = Files.readString(Path.of("/proc/self/stat"));
        String[] afterName = line.substring(line.lastIndexOf(')') + 2).split(" ", -1);
        return Long.parseLong(afterName[19]);
    }
}

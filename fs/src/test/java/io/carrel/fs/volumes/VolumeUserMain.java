package io.carrel.fs.volumes;

import static com.google.common.base.Preconditions.checkState;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Another JVM with the same volumes. */
final class VolumeUserMain {

    private VolumeUserMain() {}

    public static void main(String[] arguments) throws Exception {
        VolumeStore store = VolumeStore.open(Path.of(arguments[0]));
        if (arguments[1].equals("hold")) {
            VolumeLease named = store.use("data");
            VolumeLease anonymous = store.useAnonymous();
            say("holding");
            anonymous.close();
            named.close();
        }
        if (arguments[1].equals("fill")) {
            store.use("data", directory -> {
                        try {
                            Files.writeString(directory.resolve("half"), "half");
                            say("filling");
                            return true;
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                    })
                    .close();
        }
        for (int round = 0; round < 100; round++) {
            try (VolumeLease lease = store.use("data")) {
                Path file = lease.volume()
                        .path()
                        .resolve(Long.toString(ProcessHandle.current().pid()));
                Files.writeString(file, "mine");
                checkState(Files.exists(file), "somebody removed a volume in use");
            }
            store.prune(true);
        }
        System.out.println("done");
    }

    /** Says so, and waits until it is killed, or whoever started it is gone. */
    private static void say(String what) throws IOException {
        System.out.println(what);
        checkState(System.in.read() < 0, "nobody says anything");
    }
}

package io.carrel.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Whether a standard stream is a terminal: the JVM can only be asked about all at once. */
final class Terminal {

    private Terminal() {}

    static boolean isInput() {
        return is(0);
    }

    static boolean isOutput() {
        return is(1);
    }

    static boolean isError() {
        return is(2);
    }

    private static boolean is(int stream) {
        try {
            String target =
                    Files.readSymbolicLink(Path.of("/proc/self/fd/" + stream)).toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty") || target.equals("/dev/console");
        } catch (IOException noProc) {
            return false;
        }
    }
}

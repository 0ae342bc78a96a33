package io.carrel.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Model.CommandSpec;

/** Whether a standard stream is a terminal: the JVM can only be asked about all at once. */
final class Terminal {

    private static final int USUAL_WIDTH = 80;

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

    /** Says so, as docker does, where a terminal is wanted to type at and there is none. */
    static boolean isMissing(CommandSpec spec, boolean isWanted) {
        boolean isMissing = isWanted && !isInput();
        if (isMissing) {
            spec.commandLine().getErr().println("carrel: the input device is not a TTY");
        }
        return isMissing;
    }

    /** The columns of this process's terminal; 80 where it does not say. */
    static int width() {
        try {
            Process stty = new ProcessBuilder("stty", "size")
                    .redirectInput(new File("/dev/tty"))
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String size = new String(stty.getInputStream().readAllBytes(), US_ASCII).strip();
            int columns =
                    size.matches("\\d{1,5} \\d{1,5}") ? Integer.parseInt(size.substring(size.indexOf(' ') + 1)) : 0;
            return columns > 0 ? columns : USUAL_WIDTH;
        } catch (IOException noTerminal) {
            return USUAL_WIDTH;
        }
    }

    private static boolean is(int stream) {
        return is(Path.of("/proc/self/fd/" + stream));
    }

    /** Whether the descriptor, as a link in {@code /proc/self/fd}, leads to one. */
    static boolean is(Path descriptor) {
        try {
            String target = Files.readSymbolicLink(descriptor).toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty") || target.equals("/dev/console");
        } catch (IOException noProc) {
            return false;
        }
    }
}

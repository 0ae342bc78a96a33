package io.carrel.benchmarks;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** What others than Carrel are made to do. */
final class Shell {

    private Shell() {}

    static boolean has(String program) throws IOException, InterruptedException {
        return new ProcessBuilder("sh", "-c", "command -v " + program + " >/dev/null")
                        .start()
                        .waitFor()
                == 0;
    }

    /** Runs a script to its end, and returns what it prints. */
    static String run(String script) throws IOException, InterruptedException {
        Process process = builder(script).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException("exit code %d: %s%n%s".formatted(process.exitValue(), script, output));
        }
        return output;
    }

    /** Starts a script that goes on; its errors are not shown. */
    static Process begin(String script) throws IOException {
        return builder(script).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    }

    private static ProcessBuilder builder(String script) {
        return new ProcessBuilder("sh", "-ec", script)
                .redirectInput(new File("/dev/null"))
                .redirectError(ProcessBuilder.Redirect.INHERIT);
    }
}

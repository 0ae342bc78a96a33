package io.carrel.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.carrel.testing.ChildJvm;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * The program in a JVM of its own, since commands get the JVM's standard streams and a signal ends it.
 *
 * @param code its exit code
 * @param out its standard output
 * @param err its standard error
 */
record Cli(int code, String out, String err) {

    /** What the program keeps, where a test does not look at it. */
    private static final Path HOME = newHome();

    /** Runs it to its end. */
    static Cli carrel(String... arguments) throws IOException, InterruptedException {
        return end(start(arguments));
    }

    /** Starts it. */
    static Process start(String... arguments) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command(arguments));
        builder.environment().put("CARREL_HOME", HOME.toString());
        return builder.start();
    }

    private static Path newHome() {
        try {
            Path home = Files.createTempDirectory("carrel-home");
            Runtime.getRuntime().addShutdownHook(new Thread(() -> remove(home)));
            return home;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void remove(Path home) {
        try {
            output("rm", "-rf", home.toString());
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Runs a script to its end in which {@code "$@"} is the program, with this directory for its state. */
    static Cli inShell(String script, Path home, String... arguments) throws IOException, InterruptedException {
        return inShell(script, home, ChildJvm.by(), arguments);
    }

    /** The same in a JVM of another kind. */
    static Cli inShell(String script, Path home, ChildJvm jvm, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("env", "CARREL_HOME=" + home, "bash", "-c", script, "bash"));
        command.addAll(jvm.command(Main.class, arguments));
        return end(new ProcessBuilder(command).start());
    }

    /** What starts it. */
    static List<String> command(String... arguments) {
        return ChildJvm.by().command(Main.class, arguments);
    }

    /** Another program, for comparison. */
    static String output(String... command) throws IOException, InterruptedException {
        Cli result = end(new ProcessBuilder(command).start());
        if (result.code != 0) {
            throw new IOException(List.of(command) + ": " + result);
        }
        return result.out.strip();
    }

    /** Ends its input and waits for its end. */
    static Cli end(Process process) throws IOException, InterruptedException {
        process.getOutputStream().close();
        CompletableFuture<String> err = CompletableFuture.supplyAsync(() -> read(process));
        String out = new String(process.getInputStream().readAllBytes(), UTF_8);
        return new Cli(process.waitFor(), out, err.join());
    }

    private static String read(Process process) {
        try {
            return new String(process.getErrorStream().readAllBytes(), UTF_8);
        } catch (IOException e) {
            return e.toString();
        }
    }
}

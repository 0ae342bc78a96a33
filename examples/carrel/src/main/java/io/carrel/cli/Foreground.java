package io.carrel.cli;

import io.carrel.Container;
import io.carrel.ContainerProcess;
import io.carrel.outcome.ExitStatus;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * A container that has this JVM's standard streams, and that this JVM lives for. What ends the JVM (Ctrl-C, a HUP, INT
 * or TERM signal) reaches the command as TERM. A command that goes on nevertheless is killed after a while, as docker
 * does. In any case the JVM ends with the command's exit code.
 */
final class Foreground {

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    /** How long somebody may take to read what came before a container was ended: longer than that nobody reads. */
    private static final Duration UNREAD = Duration.ofSeconds(1);

    /** A container, and what copies its output. */
    private record Running(ContainerProcess process, OutputCopies copies, PrintWriter err) {

        /** Its exit code, when all of its output has been copied; of one whose time was up, what is read at once. */
        int awaitExit() throws InterruptedException {
            ExitStatus status = process.awaitExit();
            if (status instanceof ExitStatus.TimedOut) {
                copies.await(UNREAD);
            } else {
                copies.await();
            }
            return told(status);
        }

        /** Its exit code; of its output only what is read at once, as its user wants the end. */
        private int awaitStop() throws InterruptedException {
            ExitStatus status = process.awaitExit();
            copies.await(UNREAD);
            return told(status);
        }

        private int told(ExitStatus status) {
            copies.end();
            MemoryKills.describe(status, process.oomKills()).ifPresent(line -> err.println("carrel: " + line));
            return ExitCode.of(status);
        }

        private void stop(Registered note) {
            try {
                process.destroy();
                if (!process.waitFor(PATIENCE.toNanos(), TimeUnit.NANOSECONDS)) {
                    process.destroyForcibly();
                }
                int code = awaitStop();
                note.close();
                // Only so does a JVM that was signaled end with a code of its own choice.
                Runtime.getRuntime().halt(code);
            } catch (InterruptedException e) {
                // The JVM ends now, and the container with it.
                Thread.currentThread().interrupt();
            }
        }
    }

    /** The started container; empty if the start failed. */
    private final CompletableFuture<Optional<Running>> start = new CompletableFuture<>();

    private final Function<ContainerProcess, OutputCopies> copying;
    private final PrintWriter err;

    private Foreground(Function<ContainerProcess, OutputCopies> copying, PrintWriter err) {
        this.copying = copying;
        this.err = err;
    }

    /** Runs the container to its end and returns its exit code. */
    static int run(
            Container container, Registered note, Function<ContainerProcess, OutputCopies> copying, PrintWriter err)
            throws InterruptedException {
        Foreground foreground = new Foreground(copying, err);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> foreground.stop(note), "carrel-stop"));
        Running running = foreground.start(container);
        try (ContainerProcess process = running.process) {
            note.started(process);
            return running.awaitExit();
        }
    }

    private Running start(Container container) {
        try {
            ContainerProcess process = container.start();
            Running running = new Running(process, copying.apply(process), err);
            start.complete(Optional.of(running));
            return running;
        } finally {
            start.complete(Optional.empty());
        }
    }

    /** Runs when the JVM is about to end, be it because the command has ended or in the middle of its start. */
    private void stop(Registered note) {
        start.join().filter(running -> running.process.isAlive()).ifPresent(running -> running.stop(note));
    }
}

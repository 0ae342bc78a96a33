package io.carrel.cli;

import io.carrel.Container;
import io.carrel.ContainerProcess;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A container that has this JVM's standard streams, and that this JVM lives for. What ends the JVM (Ctrl-C, a HUP, INT or
 * TERM signal) reaches the command as TERM. A command that goes on nevertheless is killed after a while, as docker does.
 * In any case the JVM ends with the command's exit code.
 */
final class Foreground {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** The started container; empty if the start failed. */
    private final CompletableFuture<Optional<ContainerProcess>> start = new CompletableFuture<>();

    private Foreground() {}

    /** Runs the container to its end and returns its exit code. */
    static int run(Container container, RunningContainer known) throws InterruptedException {
        Foreground foreground = new Foreground();
        try (RunningContainers.Note note = RunningContainers.open().note(known)) {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> foreground.stop(note), "carrel-stop"));
            try (ContainerProcess process = foreground.start(container);
                    RunningContainers.Note complete = note.started(process)) {
                return ExitCode.of(process.awaitExit());
            }
        }
    }

    private ContainerProcess start(Container container) {
        try {
            ContainerProcess process = container.start();
            start.complete(Optional.of(process));
            return process;
        } finally {
            start.complete(Optional.empty());
        }
    }

    /** Runs when the JVM is about to end, be it because the command has ended or in the middle of its start. */
    private void stop(RunningContainers.Note note) {
        start.join().filter(Process::isAlive).ifPresent(process -> stop(process, note));
    }

    private static void stop(ContainerProcess process, RunningContainers.Note note) {
        try {
            process.destroy();
            if (!process.waitFor(PATIENCE.toNanos(), TimeUnit.NANOSECONDS)) {
                process.destroyForcibly();
            }
            note.close();
            // Only so does a JVM that was signaled end with a code of its own choice.
            Runtime.getRuntime().halt(ExitCode.of(process.awaitExit()));
        } catch (InterruptedException e) {
            // The JVM ends now, and the container with it.
            Thread.currentThread().interrupt();
        }
    }
}

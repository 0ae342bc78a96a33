package io.carrel.internal.run;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.carrel.health.HealthCheck;
import io.carrel.health.HealthResult;
import io.carrel.linux.launch.EventLoop;
import io.carrel.linux.launch.ExecProcess;
import io.carrel.linux.launch.HostThreads;
import io.carrel.linux.launch.ProcessExit;
import io.carrel.linux.launch.StandardStreams;
import java.io.File;
import java.lang.ProcessBuilder.Redirect;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** One check of a container's health. What it leaves in the background ends with it. */
final class HealthProbe {

    private static final int MOST_OUTPUT = 4096;
    private static final int NO_EXIT_CODE = -1;
    private static final int BY_SIGNAL = 128;
    private static final StandardStreams STREAMS =
            new StandardStreams(Redirect.from(new File("/dev/null")), Redirect.PIPE, Redirect.PIPE, true);

    private final ExecTarget target;
    private final HealthCheck check;
    private final Instant begun = Instant.now();
    private final long begunNanos = System.nanoTime();
    private final AtomicBoolean timedOut = new AtomicBoolean();

    HealthProbe(ExecTarget target, HealthCheck check) {
        this.target = target;
        this.check = check;
    }

    /**
     * Executes the command, and returns when it runs.
     *
     * @param take what to do with the result, by a thread of the host's; it is empty if the command's end was the
     *     container's
     */
    void run(Consumer<Optional<HealthResult>> take) {
        ExecProcess process;
        Capture capture;
        try (StandardStreams.Open open = STREAMS.open()) {
            capture = new Capture(open.takeOwnEnd(1), null, MOST_OUTPUT, () -> {});
            process = start(open, capture);
        } catch (RuntimeException e) {
            take.accept(Optional.of(result(NO_EXIT_CODE, String.valueOf(e.getMessage()))));
            return;
        }
        Duration left = check.timeout().minusNanos(System.nanoTime() - begunNanos);
        EventLoop.Deadline deadline = EventLoop.shared().after(left.isNegative() ? Duration.ZERO : left, () -> {
            timedOut.set(true);
            process.exec().killAllSoon();
        });
        CompletableFuture<ProcessExit> ending = process.exec().ending();
        CompletableFuture<Void> unused = capture.begin(ending)
                .handle((done, failure) -> failure)
                .thenCombine(ending, (failure, how) -> how)
                .thenAccept(how -> {
                    deadline.cancel();
                    HostThreads.executor().execute(() -> take.accept(finish(process, capture, how)));
                });
    }

    private ExecProcess start(StandardStreams.Open open, Capture capture) {
        try {
            return target.start(target.command().withWords(check.command()), open);
        } catch (RuntimeException e) {
            capture.close();
            throw e;
        }
    }

    private Optional<HealthResult> finish(ExecProcess process, Capture capture, ProcessExit how) {
        try (capture) {
            process.close();
        }
        String output = new String(capture.output(), UTF_8);
        if (timedOut.get()) {
            String late = "Health check exceeded timeout (%s)".formatted(check.timeout());
            return Optional.of(result(NO_EXIT_CODE, output.isEmpty() ? late : late + ": " + output));
        }
        return how.usage().isEmpty()
                ? Optional.empty()
                : Optional.of(result(how.signal() == 0 ? how.exitCode() : BY_SIGNAL + how.signal(), output));
    }

    private HealthResult result(int exitCode, String output) {
        return new HealthResult(begun, Instant.now(), exitCode, output);
    }
}

package io.carrel.cli;

import io.carrel.containers.ContainerHandle;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How a container is asked to end. */
final class StopOptions {

    @Option(
            names = {"-t", "--timeout", "--time"},
            paramLabel = "SECONDS",
            description = "How long it may take to end: 10; -1 for as long as it likes.")
    private int seconds = 10;

    @Option(
            names = {"-s", "--signal"},
            paramLabel = "SIGNAL",
            description = "What it is asked by: TERM, or what the image wants.")
    private @Nullable SignalNumber signal;

    /** Asks it, and waits until it has ended. */
    void stop(ContainerHandle container) throws InterruptedException {
        container.stop(signal == null ? 0 : signal.value(), Duration.ofSeconds(seconds));
    }
}

package io.carrel.cli;

import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code carrel restart}: as {@code docker restart}. */
@Command(
        name = "restart",
        description = {"Stops containers that run, and starts them again.", ""})
final class RestartCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    @Mixin
    private ContainerArguments containers = new ContainerArguments();

    @Option(
            names = {"-t", "--timeout", "--time"},
            paramLabel = "SECONDS",
            description = "How long they may take to end: 10; -1 for as long as they like.")
    private int seconds = 10;

    @Option(
            names = {"-s", "--signal"},
            paramLabel = "SIGNAL",
            description = "What they are asked by: TERM, or what the image wants.")
    private @Nullable SignalNumber signal;

    @Override
    public Integer call() {
        int number = signal == null ? 0 : signal.value();
        return containers.eachPrinted(spec, (name, container) -> {
            container.stop(number, Duration.ofSeconds(seconds));
            new Restart(container).run();
        });
    }
}

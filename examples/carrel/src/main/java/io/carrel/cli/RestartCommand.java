package io.carrel.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
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

    @Mixin
    private StopOptions stop = new StopOptions();

    @Override
    public Integer call() {
        return containers.eachPrinted(spec, (name, container) -> {
            stop.stop(container);
            new Restart(container).run();
        });
    }
}

package io.carrel.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code carrel stop}: as {@code docker stop}. */
@Command(
        name = "stop",
        description = {"Asks containers to end, and kills those that have not after a while.", ""})
final class StopCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    @Mixin
    private ContainerArguments containers = new ContainerArguments();

    @Mixin
    private StopOptions stop = new StopOptions();

    @Override
    public Integer call() {
        return containers.eachPrinted(spec, (name, container) -> stop.stop(container));
    }
}

package io.carrel.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code carrel start}: as {@code docker start}. */
@Command(
        name = "start",
        description = {
            "Starts containers again that have ended, detached: as they were run, on what they had changed.",
            ""
        })
final class StartCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    @Mixin
    private ContainerArguments containers = new ContainerArguments();

    @Override
    public Integer call() {
        return containers.eachPrinted(spec, (name, container) -> {
            if (!container.state().isAlive()) {
                new Restart(container).run();
            }
        });
    }
}

package io.carrel.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code carrel wait}: as {@code docker wait}. */
@Command(
        name = "wait",
        description = {"Waits until containers have ended, and prints their exit codes.", ""})
final class WaitCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    @Mixin
    private ContainerArguments containers = new ContainerArguments();

    @Override
    public Integer call() {
        return containers.each(
                spec,
                (name, container) -> spec.commandLine()
                        .getOut()
                        .println(container
                                .awaitExit()
                                .map(exit -> ExitCode.of(exit.status()))
                                .orElse(ExitCode.UNKNOWN)));
    }
}

package io.carrel.cli;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code carrel pause}: as {@code docker pause}. */
@Command(
        name = "pause",
        description = {
            "Stops all processes of containers, until carrel unpause.",
            "",
            "Each container has a cgroup where this user may make one, and where it was started with limits.",
            ""
        })
final class PauseCommand implements Callable<Integer> {

    @Mixin
    private final ChosenContainers containers = new ChosenContainers();

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    @Override
    public Integer call() {
        return containers.each(spec.commandLine(), (name, group) -> {
            checkArgument(!group.freezer().isFrozen(), "%s is paused already", name);
            group.freezer().freeze();
        });
    }
}

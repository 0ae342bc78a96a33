package io.carrel.cli;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code carrel unpause}: as {@code docker unpause}. */
@Command(
        name = "unpause",
        description = {
            "Lets the processes of paused containers go on.",
            "",
            "Each container has a cgroup where this user may make one, and where it was started with limits.",
            ""
        })
final class UnpauseCommand implements Callable<Integer> {

    @Mixin
    private final ChosenContainers containers = new ChosenContainers();

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    @Override
    public Integer call() {
        return containers.each(spec.commandLine(), (name, group) -> {
            checkArgument(group.freezer().isFrozen(), "%s is not paused", name);
            group.freezer().thaw();
        });
    }
}

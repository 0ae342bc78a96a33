package io.carrel.cli;

import static com.google.common.base.Preconditions.checkArgument;

import io.carrel.cgroups.limits.Limits;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code carrel update}: as {@code docker update}. */
@Command(
        name = "update",
        description = {
            "Changes limits of running containers: those given, and no others.",
            "",
            "All of them change, or none if one cannot. They need a cgroup, which all have where this user may make one.",
            ""
        })
final class UpdateCommand implements Runnable {

    @Mixin
    private LimitOptions options = new LimitOptions();

    @Mixin
    private final ChosenContainers containers = new ChosenContainers();

    @Override
    public void run() {
        Limits limits = options.limits();
        checkArgument(!limits.isEmpty(), "no limit to change; see carrel update --help");
        containers.cgroups().forEach((name, group) -> group.update(limits));
    }
}

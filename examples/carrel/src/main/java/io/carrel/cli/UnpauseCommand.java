package io.carrel.cli;

import io.carrel.cgroups.Cgroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code carrel unpause}: as {@code docker unpause}. */
@Command(
        name = "unpause",
        description = {
            "Lets the processes of paused containers go on.",
            "",
            "The containers must have been started with limits, which gives them a cgroup.",
            ""
        })
final class UnpauseCommand implements Runnable {

    @Mixin
    private final Containers containers = new Containers();

    @Override
    public void run() {
        containers.cgroups().forEach(Cgroup::thaw);
    }
}

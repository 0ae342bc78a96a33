package io.carrel.cli;

import io.carrel.cgroups.Cgroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code carrel pause}: as {@code docker pause}. */
@Command(
        name = "pause",
        description = {
            "Stops all processes of containers, until carrel unpause.",
            "",
            "The containers must have been started with limits, which gives them a cgroup.",
            ""
        })
final class PauseCommand implements Runnable {

    @Mixin
    private final Containers containers = new Containers();

    @Override
    public void run() {
        containers.cgroups().forEach(Cgroup::freeze);
    }
}

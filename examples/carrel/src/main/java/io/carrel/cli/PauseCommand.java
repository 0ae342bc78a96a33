package io.carrel.cli;

import io.carrel.cgroups.Cgroup;
import io.carrel.cgroups.Cgroups;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

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

    @Parameters(arity = "1..*", paramLabel = "PID", description = "A process of the container, by its pid on the host.")
    private List<Long> pids = List.of();

    @Override
    public void run() {
        Cgroups host = Cgroups.detect();
        pids.stream().map(host::of).toList().forEach(Cgroup::freeze);
    }
}

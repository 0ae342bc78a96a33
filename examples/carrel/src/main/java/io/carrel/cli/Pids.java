package io.carrel.cli;

import io.carrel.cgroups.Cgroup;
import io.carrel.cgroups.Cgroups;
import java.util.List;
import picocli.CommandLine.Parameters;

/** The containers that a command is about, each named by a process in it. */
final class Pids {

    @Parameters(arity = "1..*", paramLabel = "PID", description = "A process of the container, by its pid on the host.")
    private List<Long> pids = List.of();

    /** Their groups; all are found before anything is done to one. */
    List<Cgroup> cgroups() {
        Cgroups host = Cgroups.detect();
        return pids.stream().map(host::of).toList();
    }
}

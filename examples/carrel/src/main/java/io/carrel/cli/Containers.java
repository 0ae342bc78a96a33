package io.carrel.cli;

import io.carrel.cgroups.Cgroup;
import io.carrel.cgroups.Cgroups;
import java.util.List;
import picocli.CommandLine.Parameters;

/** The containers that a command is about. */
final class Containers {

    @Parameters(arity = "1..*", paramLabel = ContainerName.LABEL, description = ContainerName.MEANING)
    private List<ContainerName> names = List.of();

    /** Their groups; all are found before anything is done to one. */
    List<Cgroup> cgroups() {
        Cgroups host = Cgroups.detect();
        return names.stream().map(name -> host.of(name.pid())).toList();
    }
}

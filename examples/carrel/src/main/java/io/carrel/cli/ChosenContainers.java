package io.carrel.cli;

import io.carrel.cgroups.Cgroup;
import io.carrel.cgroups.Cgroups;
import io.carrel.linux.ContainerException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import picocli.CommandLine;
import picocli.CommandLine.Parameters;

/** The containers that a command is about. */
final class ChosenContainers {

    private static final int FAILED = 1;

    @Parameters(arity = "1..*", paramLabel = ContainerName.LABEL, description = ContainerName.MEANING)
    private List<ContainerName> names = List.of();

    /** Their groups; all are found before anything is done to one. */
    Map<ContainerName, Cgroup> cgroups() {
        Cgroups host = Cgroups.detect();
        Map<ContainerName, Cgroup> groups = new LinkedHashMap<>();
        names.forEach(name -> groups.put(name, name.handle().cgroup(host)));
        return groups;
    }

    /** Does it to all, prints the names of those with which it worked, and says why it did not with others. */
    int each(CommandLine command, BiConsumer<ContainerName, Cgroup> action) {
        int code = 0;
        for (Map.Entry<ContainerName, Cgroup> container : cgroups().entrySet()) {
            try {
                action.accept(container.getKey(), container.getValue());
                command.getOut().println(container.getKey());
            } catch (IllegalArgumentException | IllegalStateException | ContainerException e) {
                command.getErr().println("carrel: " + Reason.of(e));
                code = FAILED;
            }
        }
        return code;
    }
}

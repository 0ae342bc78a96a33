package io.carrel.cli;

import static com.google.common.base.Preconditions.checkArgument;

import io.carrel.cgroups.Cgroups;
import io.carrel.cgroups.Limits;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code carrel update}: as {@code docker update}. */
@Command(
        name = "update",
        description = {
            "Changes limits of running containers: those given, and no others.",
            "",
            "All of them change, or none if one cannot. The containers must have been started with limits.",
            ""
        })
final class UpdateCommand implements Runnable {

    @Mixin
    private LimitOptions options = new LimitOptions();

    @Parameters(arity = "1..*", paramLabel = "PID", description = "A process of the container, by its pid on the host.")
    private List<Long> pids = List.of();

    @Override
    public void run() {
        Limits limits = options.limits();
        checkArgument(!limits.isEmpty(), "no limit to change; see carrel update --help");
        Cgroups host = Cgroups.detect();
        pids.stream().map(host::of).toList().forEach(group -> group.update(limits));
    }
}

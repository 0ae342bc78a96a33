package io.carrel.cli;

import io.carrel.cgroups.Cgroups;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code carrel ps}: as {@code docker ps}. */
@Command(
        name = "ps",
        description = {"Lists the containers that carrel run runs for this user.", ""})
final class PsCommand implements Runnable {

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    @Option(
            names = {"-q", "--quiet"},
            description = "Print pids only.")
    private boolean quiet;

    @Option(names = "--no-trunc", description = "Do not cut commands to the terminal's width.")
    private boolean whole;

    @Override
    public void run() {
        List<RunningContainer> containers = RunningContainers.open().list().stream()
                .filter(container -> container.pid() != 0)
                .sorted(Comparator.comparingLong(container -> container.jvm().startTime()))
                .toList();
        if (quiet) {
            containers.forEach(container -> spec.commandLine().getOut().println(container.pid()));
            return;
        }
        List<List<String>> rows = new ArrayList<>(List.of(List.of("PID", "NAME", "STATUS", "PORTS", "COMMAND")));
        Cgroups host = Cgroups.detect();
        for (RunningContainer container : containers) {
            rows.add(List.of(
                    Long.toString(container.pid()),
                    container.name(),
                    ContainerGroup.isPaused(host, container.pid()) ? "Paused" : "Up",
                    String.join(", ", container.ports()),
                    String.join(" ", container.command())));
        }
        spec.commandLine().getOut().println(whole ? Page.table(rows, Page.WHOLE) : Page.table(rows));
    }
}

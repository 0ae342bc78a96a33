package io.carrel.cli;

import io.carrel.cgroups.Cgroups;
import io.carrel.containers.ContainerHandle;
import io.carrel.containers.RunningContainer;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import tools.jackson.databind.node.ObjectNode;

/** {@code carrel ps}: as {@code docker ps}. */
@Command(
        name = "ps",
        description = {"Lists the containers that carrel run runs for this user.", ""})
final class PsCommand implements Runnable {

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    @Mixin
    private ListOptions options = new ListOptions();

    @Override
    public void run() {
        List<RunningContainer> containers = Registered.containers().list().stream()
                .filter(container -> container.pid() != 0)
                .toList();
        Cgroups host = Cgroups.detect();
        options.print(
                spec.commandLine().getOut(),
                List.of("PID", "NAME", "STATUS", "PORTS", "COMMAND"),
                containers,
                container -> entry(host, container));
    }

    private static ListOptions.Entry entry(Cgroups host, RunningContainer container) {
        String pid = Long.toString(container.pid());
        String status = ContainerHandle.of(container).isPaused(host) ? "Paused" : "Up";
        ObjectNode document = Documents.object()
                .put("Id", container.id().hex())
                .put("Pid", container.pid())
                .put("Name", container.name())
                .put("Status", status);
        container.ports().forEach(document.putArray("Ports")::add);
        container.description().command().forEach(document.putArray("Command")::add);
        return new ListOptions.Entry(
                pid,
                List.of(
                        pid,
                        container.name(),
                        status,
                        String.join(", ", container.ports()),
                        String.join(" ", container.description().command())),
                document);
    }
}

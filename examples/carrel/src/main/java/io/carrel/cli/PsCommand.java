package io.carrel.cli;

import com.google.common.base.Splitter;
import com.google.common.collect.Lists;
import io.carrel.cgroups.Cgroups;
import io.carrel.containers.ContainerDescription;
import io.carrel.containers.ContainerRecord;
import io.carrel.containers.Containers;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import tools.jackson.databind.node.ObjectNode;

/** {@code carrel ps}: as {@code docker ps}. */
@Command(
        name = "ps",
        description = {"Lists the containers of this user, the newest first.", ""})
final class PsCommand implements Runnable {

    /** How much of the command is shown. */
    private static final int COMMAND = 20;

    private static final Columns COLUMNS = Columns.of(
                    "ID", "CONTAINER ID", "Image", "IMAGE", "Command", "COMMAND", "RunningFor", "CREATED")
            .showing("Status", "STATUS", "Ports", "PORTS", "Names", "NAMES")
            .hiding("CreatedAt", "CREATED AT", "State", "STATE", "Labels", "LABELS", "Pid", "PID", "Size", "SIZE");
    private static final List<String> WITH_SIZE =
            List.of("ID", "Image", "Command", "RunningFor", "Status", "Ports", "Names", "Size");

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    @Mixin
    private ShownContainers shown = new ShownContainers();

    @Mixin
    private ListOptions options = new ListOptions();

    @Mixin
    private FilterOption filters = new FilterOption();

    @Override
    public void run() {
        Cgroups host = Cgroups.detect();
        Instant now = Instant.now();
        Containers containers = Registered.containers();
        List<ContainerStatus> all = containers.list().stream()
                .map(container -> ContainerStatus.of(container, host))
                .toList();
        containers
                .unreadable()
                .forEach(unreadable -> spec.commandLine()
                        .getErr()
                        .println("carrel: " + Reason.of(unreadable.failure()) + "; it is left as it is"));
        options.print(
                spec.commandLine().getOut(),
                shown.hasSizes() ? COLUMNS.showingOnly(WITH_SIZE) : COLUMNS,
                filters.apply(ContainerFilters.among(all), shown.of(all, filters)),
                container -> entry(container, now));
    }

    private ListOptions.Entry entry(ContainerStatus status, Instant now) {
        ContainerRecord container = status.record();
        ContainerDescription description = container.description();
        String id = options.isWhole() ? container.id().hex() : container.id().shortened();
        ObjectNode fields = Documents.object()
                .put("ID", id)
                .put("Image", description.image())
                .put("Command", '"' + shortened(String.join(" ", description.command())) + '"')
                .put("CreatedAt", container.created().toString())
                .put("RunningFor", Age.text(Duration.between(container.created(), now)) + " ago")
                .put("State", status.word())
                .put("Status", status.sentence(now))
                .put("Ports", ports(status))
                .put("Names", container.name())
                .put("Labels", Documents.labels(description.labels()))
                .put("Pid", Long.toString(pid(status)))
                .put("Size", shown.hasSizes() ? Images.size(LayerSize.of(container)) : "");
        return new ListOptions.Entry(id, fields, document(status));
    }

    private static ObjectNode document(ContainerStatus status) {
        ContainerRecord container = status.record();
        ObjectNode document = Documents.object()
                .put("Id", container.id().hex())
                .put("Pid", pid(status))
                .put("Name", container.name())
                .put("State", status.word())
                .put("ExitCode", status.exitCode())
                .put("Image", container.description().image())
                .put("Created", container.created().toString());
        container.ports().forEach(document.putArray("Ports")::add);
        container.description().command().forEach(document.putArray("Command")::add);
        container.description().labels().forEach(document.putObject("Labels")::put);
        return document;
    }

    private static long pid(ContainerStatus status) {
        return status.state().isAlive() ? status.record().pid() : 0;
    }

    private String shortened(String command) {
        return options.isWhole() || command.length() <= COMMAND ? command : command.substring(0, COMMAND - 1) + "…";
    }

    /** As docker's ps has them: {@code 127.0.0.1:8080->80/tcp}. */
    private static String ports(ContainerStatus status) {
        return status.state().isAlive()
                ? status.record().ports().stream()
                        .map(port -> Splitter.on(" -> ").splitToList(port))
                        .map(ends -> String.join("->", Lists.reverse(ends)))
                        .collect(Collectors.joining(", "))
                : "";
    }
}

package io.carrel.cli;

import com.google.common.base.Splitter;
import com.google.common.collect.Lists;
import io.carrel.cgroups.Cgroups;
import io.carrel.containers.ContainerDescription;
import io.carrel.containers.ContainerHandle;
import io.carrel.containers.ContainerRecord;
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
        description = {"Lists the containers that carrel run runs for this user, the newest first.", ""})
final class PsCommand implements Runnable {

    /** How much of the command is shown. */
    private static final int COMMAND = 20;

    private static final Columns COLUMNS = Columns.of(
                    "ID", "CONTAINER ID", "Image", "IMAGE", "Command", "COMMAND", "RunningFor", "CREATED")
            .showing("Status", "STATUS", "Ports", "PORTS", "Names", "NAMES")
            .hiding("CreatedAt", "CREATED AT", "State", "STATE", "Labels", "LABELS", "Pid", "PID");
    private static final Filters<ContainerRecord> FILTERS = Filters.<ContainerRecord>none()
            .with("id", (container, start) -> container.id().hex().startsWith(start))
            .with("name", (container, part) -> container.name().contains(part))
            .with(
                    "ancestor",
                    (container, image) -> container.description().image().equals(image))
            .with("publish", (container, port) -> container.ports().stream().anyMatch(one -> one.endsWith(":" + port)))
            .withLabels(container -> container.description().labels());

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    @Mixin
    private ListOptions options = new ListOptions();

    @Mixin
    private FilterOption filters = new FilterOption();

    @Override
    public void run() {
        Cgroups host = Cgroups.detect();
        Instant now = Instant.now();
        List<ContainerRecord> containers = Lists.reverse(Registered.containers().list()).stream()
                .filter(container -> container.pid() != 0)
                .toList();
        options.print(
                spec.commandLine().getOut(),
                COLUMNS,
                filters.apply(FILTERS, containers),
                container -> entry(container, ContainerHandle.of(container).isPaused(host), now));
    }

    private ListOptions.Entry entry(ContainerRecord container, boolean isPaused, Instant now) {
        ContainerDescription description = container.description();
        String id = options.isWhole() ? container.id().hex() : container.id().shortened();
        String age = Age.text(Duration.between(container.created(), now));
        ObjectNode document = Documents.object()
                .put("Id", container.id().hex())
                .put("Pid", container.pid())
                .put("Name", container.name())
                .put("Status", isPaused ? "Paused" : "Up")
                .put("Image", description.image())
                .put("Created", container.created().toString());
        container.ports().forEach(document.putArray("Ports")::add);
        description.command().forEach(document.putArray("Command")::add);
        description.labels().forEach(document.putObject("Labels")::put);
        ObjectNode fields = Documents.object()
                .put("ID", id)
                .put("Image", description.image())
                .put("Command", '"' + shortened(String.join(" ", description.command())) + '"')
                .put("CreatedAt", container.created().toString())
                .put("RunningFor", age + " ago")
                .put("State", isPaused ? "paused" : "running")
                .put("Status", "Up " + age + (isPaused ? " (Paused)" : ""))
                .put("Ports", ports(container))
                .put("Names", container.name())
                .put("Labels", Documents.labels(description.labels()))
                .put("Pid", Long.toString(container.pid()));
        return new ListOptions.Entry(id, fields, document);
    }

    private String shortened(String command) {
        return options.isWhole() || command.length() <= COMMAND ? command : command.substring(0, COMMAND - 1) + "…";
    }

    /** As docker's ps has them: {@code 127.0.0.1:8080->80/tcp}. */
    private static String ports(ContainerRecord container) {
        return container.ports().stream()
                .map(port -> Splitter.on(" -> ").splitToList(port))
                .map(ends -> String.join("->", Lists.reverse(ends)))
                .collect(Collectors.joining(", "));
    }
}

package io.carrel.cli;

import com.google.common.base.Splitter;
import io.carrel.cgroups.Cgroups;
import io.carrel.containers.ContainerDescription;
import io.carrel.containers.ContainerHandle;
import io.carrel.containers.ContainerRecord;
import io.carrel.containers.ContainerState;
import io.carrel.outcome.ExitStatus;
import java.time.Instant;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** All that is known of a container, in the shape of {@code docker inspect}. */
final class ContainerDocument {

    /** As docker has it. */
    private static final String NEVER = "0001-01-01T00:00:00Z";

    private static final Splitter ENDS = Splitter.on(" -> ");

    private ContainerDocument() {}

    static ObjectNode of(ContainerHandle handle, Cgroups host) {
        ContainerStatus status = ContainerStatus.of(handle, host);
        ContainerRecord container = status.record();
        ContainerDescription description = container.description();
        List<String> command = description.command();
        ObjectNode node = Documents.object()
                .put("Id", container.id().hex())
                .put("Created", container.created().toString())
                .put("Path", command.isEmpty() ? "" : command.get(0));
        command.stream().skip(1).forEach(node.putArray("Args")::add);
        addState(node.putObject("State"), status);
        node.put("Image", description.image()).put("Name", "/" + container.name());
        container.settings().layer().ifPresent(layer -> node.put("Layer", layer.toString()));
        node.putObject("HostConfig").put("AutoRemove", container.settings().removed());
        ObjectNode config = node.putObject("Config").put("Image", description.image());
        command.forEach(config.putArray("Cmd")::add);
        description.labels().forEach(config.putObject("Labels")::put);
        addPorts(
                node.putObject("NetworkSettings").putObject("Ports"),
                status.state().isAlive() ? container.ports() : List.of());
        return node;
    }

    private static void addState(ObjectNode node, ContainerStatus status) {
        boolean isOutOfMemory = status.exit()
                .filter(exit -> exit.status() instanceof ExitStatus.OutOfMemory)
                .isPresent();
        node.put("Status", status.word())
                .put("Running", status.state().isAlive())
                .put("Paused", status.state() == ContainerState.PAUSED)
                .put("Dead", status.state() == ContainerState.DEAD)
                .put("OOMKilled", isOutOfMemory)
                .put("Pid", status.state().isAlive() ? status.record().pid() : 0)
                .put("ExitCode", status.exitCode())
                .put("Error", "")
                .put("StartedAt", status.started().map(Instant::toString).orElse(NEVER))
                .put(
                        "FinishedAt",
                        status.exit().map(exit -> exit.finished().toString()).orElse(NEVER));
    }

    /** Ports as the record has them: {@code 80/tcp -> 127.0.0.1:8080}. */
    private static void addPorts(ObjectNode node, List<String> ports) {
        for (String port : ports) {
            List<String> ends = ENDS.splitToList(port);
            String outer = ends.get(ends.size() - 1);
            int colon = outer.lastIndexOf(':');
            node.withArray(ends.get(0))
                    .addObject()
                    .put("HostIp", outer.substring(0, Math.max(colon, 0)))
                    .put("HostPort", outer.substring(colon + 1));
        }
    }
}

package io.carrel.cli;

import com.google.common.base.Splitter;
import io.carrel.cgroups.Cgroups;
import io.carrel.containers.ContainerDescription;
import io.carrel.containers.ContainerHandle;
import io.carrel.containers.ContainerRecord;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** All that is known of a container, in the shape of {@code docker inspect}. */
final class ContainerDocument {

    private static final Splitter ENDS = Splitter.on(" -> ");

    private ContainerDocument() {}

    static ObjectNode of(ContainerRecord container, Cgroups host) {
        ContainerDescription description = container.description();
        List<String> command = description.command();
        ObjectNode node = Documents.object()
                .put("Id", container.id().hex())
                .put("Created", container.created().toString())
                .put("Path", command.isEmpty() ? "" : command.get(0));
        command.stream().skip(1).forEach(node.putArray("Args")::add);
        boolean isRunning = container.state() == ContainerRecord.State.RUNNING;
        boolean isPaused = isRunning && ContainerHandle.of(container).isPaused(host);
        node.putObject("State")
                .put("Status", isPaused ? "paused" : isRunning ? "running" : "created")
                .put("Running", isRunning)
                .put("Paused", isPaused)
                .put("Pid", container.pid())
                .put("StartedAt", container.created().toString());
        node.put("Image", description.image()).put("Name", "/" + container.name());
        ObjectNode config = node.putObject("Config").put("Image", description.image());
        command.forEach(config.putArray("Cmd")::add);
        description.labels().forEach(config.putObject("Labels")::put);
        addPorts(node.putObject("NetworkSettings").putObject("Ports"), container.ports());
        return node;
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

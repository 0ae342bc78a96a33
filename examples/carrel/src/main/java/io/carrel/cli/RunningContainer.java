package io.carrel.cli;

import com.google.common.collect.ImmutableList;
import io.carrel.linux.ProcessIdentity;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What other commands know of a container that {@code carrel run} runs. Immutable.
 *
 * @param jvm who runs it; the container ends with it
 * @param name its name, empty if it has none
 * @param command what it runs: an image, and a command
 * @param egress whether it may reach some names only
 * @param pid its first process, 0 before it has one
 * @param ports its published ports
 */
record RunningContainer(
        ProcessIdentity jvm, String name, List<String> command, boolean egress, long pid, List<String> ports) {

    /** Copies the lists. */
    RunningContainer {
        command = ImmutableList.copyOf(command);
        ports = ImmutableList.copyOf(ports);
    }

    /** One that this JVM is about to start. */
    static RunningContainer starting(String name, List<String> command, boolean egress) {
        return new RunningContainer(ProcessIdentity.current(), name, command, egress, 0, List.of());
    }

    RunningContainer started(long first, List<String> published) {
        return new RunningContainer(jvm, name, command, egress, first, published);
    }

    String format() {
        ObjectNode node = Documents.object();
        node.put("jvm", jvm.format()).put("name", name).put("egress", egress).put("pid", pid);
        command.forEach(node.putArray("command")::add);
        ports.forEach(node.putArray("ports")::add);
        return Documents.format(node);
    }

    static RunningContainer parse(String json) {
        JsonNode node = Documents.read(json);
        ProcessIdentity jvm = ProcessIdentity.parse(node.path("jvm").asString(""))
                .orElseThrow(() -> new IllegalArgumentException("no process: " + node.path("jvm")));
        return new RunningContainer(
                jvm,
                node.path("name").asString(""),
                texts(node.path("command")),
                node.path("egress").asBoolean(false),
                node.path("pid").asLong(0),
                texts(node.path("ports")));
    }

    private static List<String> texts(JsonNode array) {
        return array instanceof ArrayNode node
                ? node.valueStream().map(text -> text.asString("")).toList()
                : List.of();
    }
}

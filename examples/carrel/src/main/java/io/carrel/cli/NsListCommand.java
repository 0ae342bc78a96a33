package io.carrel.cli;

import io.carrel.namespaces.NamespaceInfo;
import io.carrel.namespaces.NamespaceType;
import io.carrel.namespaces.Namespaces;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.node.ObjectNode;

/** {@code carrel ns list}: the table of {@code lsns}, and names. */
@Command(
        name = "list",
        aliases = "ls",
        description = {
            "Lists namespaces, as lsns does, with names.",
            "",
            "These are the namespaces of processes that one may look at, and the persisted ones.",
            ""
        })
final class NsListCommand implements Runnable {

    private static final Columns COLUMNS = Columns.of("Namespace", "NS", "Type", "TYPE", "Processes", "NPROCS")
            .showing("Pid", "PID", "User", "USER", "Names", "NAME", "Command", "COMMAND");
    private static final List<String> NAMELESS = List.of("Namespace", "Type", "Processes", "Pid", "User", "Command");

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    @Option(
            names = {"-t", "--type"},
            paramLabel = "TYPE",
            description = "Only those of a type: mnt, net, ipc, user, pid, uts, cgroup or time.")
    private @Nullable String type;

    @Mixin
    private ListOptions options = new ListOptions();

    @Override
    public void run() {
        checkType();
        List<NamespaceInfo> namespaces = Namespaces.list().stream()
                .filter(namespace -> type == null || namespace.type().label().equals(type))
                .toList();
        // Most hosts have no names, and the commands then have their room.
        boolean named =
                namespaces.stream().anyMatch(namespace -> !namespace.files().isEmpty());
        options.print(
                spec.commandLine().getOut(),
                named ? COLUMNS : COLUMNS.showingOnly(NAMELESS),
                namespaces,
                namespace -> new ListOptions.Entry(
                        Long.toString(namespace.inode()), fields(namespace), document(namespace)));
    }

    private static ObjectNode document(NamespaceInfo namespace) {
        ObjectNode node = Documents.object()
                .put("Namespace", namespace.inode())
                .put("Type", namespace.type().label())
                .put("Processes", namespace.processCount());
        namespace
                .firstProcess()
                .ifPresent(first ->
                        node.put("Pid", first.pid()).put("User", first.user()).put("Command", first.command()));
        namespace.files().stream().map(NsListCommand::shown).distinct().forEach(node.putArray("Names")::add);
        return node;
    }

    private void checkType() {
        if (type != null && NamespaceType.ofLabel(type).isEmpty()) {
            String known = Arrays.stream(NamespaceType.values())
                    .map(NamespaceType::label)
                    .collect(Collectors.joining(", "));
            throw new IllegalArgumentException("the types of namespaces are %s, not \"%s\"".formatted(known, type));
        }
    }

    private static ObjectNode fields(NamespaceInfo namespace) {
        ObjectNode fields = document(namespace);
        List.of("Pid", "User", "Command").stream()
                .filter(field -> !fields.has(field))
                .forEach(field -> fields.put(field, ""));
        return fields.put(
                "Names",
                namespace.files().stream().map(NsListCommand::shown).distinct().collect(Collectors.joining(" ")));
    }

    private static String shown(Path file) {
        return file.startsWith(NamedNetworks.DIRECTORY)
                ? NamedNetworks.DIRECTORY.relativize(file).toString()
                : file.toString();
    }
}

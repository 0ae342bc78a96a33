package io.carrel.cli;

import com.google.common.collect.ImmutableList;
import io.carrel.namespaces.NamespaceInfo;
import io.carrel.namespaces.NamespaceInfo.Member;
import io.carrel.namespaces.NamespaceType;
import io.carrel.namespaces.Namespaces;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

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

    private static final ImmutableList<String> HEADINGS =
            ImmutableList.of("NS", "TYPE", "NPROCS", "PID", "USER", "NAME", "COMMAND");
    private static final int NAME = HEADINGS.indexOf("NAME");

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    @Option(
            names = {"-t", "--type"},
            paramLabel = "TYPE",
            description = "Only those of a type: mnt, net, ipc, user, pid, uts, cgroup or time.")
    private @Nullable String type;

    @Override
    public void run() {
        checkType();
        List<List<String>> rows = Namespaces.list().stream()
                .filter(namespace -> type == null || namespace.type().label().equals(type))
                .map(NsListCommand::row)
                .collect(Collectors.toCollection(ArrayList::new));
        rows.add(0, HEADINGS);
        spec.commandLine().getOut().println(Page.table(withoutUnusedNames(rows)));
    }

    private void checkType() {
        if (type != null && NamespaceType.ofLabel(type).isEmpty()) {
            String known = Arrays.stream(NamespaceType.values())
                    .map(NamespaceType::label)
                    .collect(Collectors.joining(", "));
            throw new IllegalArgumentException("the types of namespaces are %s, not \"%s\"".formatted(known, type));
        }
    }

    /** Most hosts have no names, and the commands then have their room. */
    private static List<List<String>> withoutUnusedNames(List<List<String>> rows) {
        if (rows.stream().skip(1).anyMatch(row -> !row.get(NAME).isEmpty())) {
            return rows;
        }
        return rows.stream()
                .<List<String>>map(row -> ImmutableList.<String>builder()
                        .addAll(row.subList(0, NAME))
                        .addAll(row.subList(NAME + 1, row.size()))
                        .build())
                .toList();
    }

    private static List<String> row(NamespaceInfo namespace) {
        String names =
                namespace.files().stream().map(NsListCommand::shown).distinct().collect(Collectors.joining(" "));
        List<String> process =
                namespace.firstProcess().map(NsListCommand::shown).orElseGet(() -> ImmutableList.of("", "", ""));
        return ImmutableList.of(
                Long.toString(namespace.inode()),
                namespace.type().label(),
                Integer.toString(namespace.processCount()),
                process.get(0),
                process.get(1),
                names,
                process.get(2));
    }

    private static ImmutableList<String> shown(Member process) {
        return ImmutableList.of(Long.toString(process.pid()), process.user(), process.command());
    }

    private static String shown(Path file) {
        return file.startsWith(NamedNetworks.DIRECTORY)
                ? NamedNetworks.DIRECTORY.relativize(file).toString()
                : file.toString();
    }
}

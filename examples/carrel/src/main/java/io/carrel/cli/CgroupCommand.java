package io.carrel.cli;

import static com.google.common.base.Preconditions.checkArgument;

import io.carrel.cgroups.Cgroup;
import io.carrel.cgroups.Cgroups;
import io.carrel.cgroups.limits.Limits;
import io.carrel.linux.NotFoundException;
import io.carrel.linux.Printable;
import java.io.PrintWriter;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.node.ObjectNode;

/** {@code carrel cgroup}: groups of processes, for whatever programs. */
@Command(
        name = "cgroup",
        description = {
            "Makes groups of processes that are limited, measured and removed as one, and shows those that there are.",
            "",
            "The groups of containers go with them; those made here stay until they are removed.",
            ""
        })
final class CgroupCommand {

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    @Command(name = "tree", description = "Shows all groups that Carrel has made on this host, and who is in them.")
    void tree(@Mixin ListOptions options) {
        Cgroups host = Cgroups.detect();
        PrintWriter out = out();
        if (options.isTable()) {
            out.println(Page.wrapped("host: ", host.toString()));
        }
        options.print(
                out,
                Columns.of("Tree", "NAME", "Processes", "PROCESSES").hiding("Name", "NAME"),
                host.tree(),
                CgroupCommand::entry);
    }

    private static ListOptions.Entry entry(Cgroups.Entry group) {
        String pids = group.processes().stream().map(String::valueOf).collect(Collectors.joining(" "));
        ObjectNode document = Documents.object().put("Name", group.name()).put("Depth", group.depth());
        group.processes().forEach(document.putArray("Processes")::add);
        return new ListOptions.Entry(
                group.name(),
                Documents.object()
                        .put("Tree", "  ".repeat(group.depth()) + group.name())
                        .put("Name", group.name())
                        .put("Processes", pids),
                document);
    }

    @Command(
            name = "show",
            description = "Shows the groups of a container or process, their limits, and what they use.")
    void show(
            @Parameters(paramLabel = ContainerName.LABEL, description = ContainerName.MEANING)
                    ContainerName container) {
        long pid = container.pid();
        PrintWriter out = out();
        Cgroups.pathsOf(pid)
                .forEach((controllers, path) -> out.printf(
                        "%-20s %s%n", controllers.isEmpty() ? "cgroup v2" : controllers, Printable.of(path)));
        Cgroup group = container.handle().cgroup(Cgroups.detect());
        out.println(Page.wrapped("limits: ", group.limits().toString()));
        out.printf(
                "memory: %s, at most %s%n",
                UsageText.text(group.usage().memory().current()),
                UsageText.text(group.usage().memory().peak()));
        out.printf("processes: %s%n", group.processes());
    }

    @Command(name = "create", description = "Makes a group that stays until it is removed.")
    void create(@Mixin LimitOptions options, @Parameters(paramLabel = "NAME", description = "Its name.") String name) {
        Cgroups.detect().createKept(name, options.limits()).directories().forEach(out()::println);
    }

    @Command(name = "set", description = "Changes limits of a group: those given, and no others.")
    void set(@Mixin LimitOptions options, @Parameters(paramLabel = "NAME", description = "Its name.") String name) {
        Limits limits = options.limits();
        checkArgument(!limits.isEmpty(), "no limit to change; see carrel cgroup set --help");
        find(name).update(limits);
    }

    @Command(name = "add", description = "Brings processes into a group; what they start from then on is in it, too.")
    void add(
            @Parameters(index = "0", paramLabel = "NAME", description = "Its name.") String name,
            @Parameters(index = "1..*", arity = "1..*", paramLabel = "PID", description = "Their pids.")
                    List<Long> pids) {
        Cgroup group = find(name);
        pids.forEach(group::move);
    }

    @Command(name = "rm", description = "Removes groups that nobody is in.")
    void remove(@Parameters(arity = "1..*", paramLabel = "NAME", description = "Their names.") List<String> names) {
        names.stream().map(CgroupCommand::find).toList().forEach(Cgroup::remove);
    }

    static Cgroup find(String name) {
        return Cgroups.detect()
                .find(name)
                .orElseThrow(() -> new NotFoundException(NotFoundException.Kind.CGROUP, name));
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}

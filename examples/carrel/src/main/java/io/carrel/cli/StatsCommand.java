package io.carrel.cli;

import io.carrel.cgroups.Cgroup;
import io.carrel.cgroups.Cgroups;
import io.carrel.cgroups.limits.Limits;
import io.carrel.cgroups.usage.Usage;
import io.carrel.containers.ContainerHandle;
import io.carrel.linux.ContainerException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code carrel stats}: as {@code docker stats}. */
@Command(
        name = "stats",
        description = {
            "Shows what containers use, once a second until they have ended.",
            "",
            "Those that have a cgroup: all where this user may make one. CPU is in percent of one CPU.",
            ""
        })
final class StatsCommand implements Runnable {

    /** Clears the terminal's screen, and goes to its first line. */
    private static final String CLEAR = "\033[H\033[2J";

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    @Option(names = "--no-stream", description = "Print one table and end.")
    private boolean once;

    @Parameters(
            arity = "0..*",
            paramLabel = ContainerName.LABEL,
            description = ContainerName.MEANING + " Without any, all containers.")
    private List<ContainerName> containers = List.of();

    /** A group, and what it had used the last time. */
    private record Watched(long pid, Cgroup group, Usage usage, Limits limits) {}

    @Override
    public void run() {
        Cgroups host = Cgroups.detect();
        PrintWriter out = spec.commandLine().getOut();
        // Each that was asked for must be one in the beginning.
        containers.forEach(name -> name.handle().cgroup(host));
        List<Long> pids = containers.stream().map(ContainerName::pid).toList();
        Map<Long, Watched> watched = look(host, pids.isEmpty() ? host.processes() : pids, !pids.isEmpty());
        do {
            if (!pause()) {
                return;
            }
            Map<Long, Watched> now = look(host, pids.isEmpty() ? host.processes() : watched.keySet(), !pids.isEmpty());
            if (Terminal.isOutput() && !once) {
                out.print(CLEAR);
            }
            out.println(Page.table(rows(watched, now)));
            watched = now;
        } while (!out.checkError() && !once && (pids.isEmpty() || !watched.isEmpty()));
    }

    private static boolean pause() {
        try {
            TimeUnit.SECONDS.sleep(1);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /**
     * Reads all that there are now. What has ended meanwhile is left out, and of what nobody has named also what is
     * just ending: its group may be gone before the process is.
     */
    private static Map<Long, Watched> look(Cgroups host, Collection<Long> pids, boolean named) {
        Map<Long, Watched> now = new LinkedHashMap<>();
        for (long pid : pids) {
            try {
                Cgroup group = ContainerHandle.ofProcess(pid).cgroup(host);
                now.put(pid, new Watched(pid, group, group.usage(), group.limits()));
            } catch (IllegalArgumentException | IllegalStateException | ContainerException e) {
                if (named && ProcessHandle.of(pid).isPresent()) {
                    throw e;
                }
            }
        }
        return now;
    }

    private static List<List<String>> rows(Map<Long, Watched> before, Map<Long, Watched> now) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("PID", "CPU", "MEMORY / LIMIT", "MEM", "PIDS", "READ / WRITTEN"));
        now.forEach((pid, watched) -> {
            Watched old = Objects.requireNonNullElse(before.get(pid), watched);
            rows.add(UsageText.row(pid, watched.usage(), old.usage(), watched.limits()));
        });
        return rows;
    }
}

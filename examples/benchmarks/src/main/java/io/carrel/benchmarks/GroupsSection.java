package io.carrel.benchmarks;

import io.carrel.cgroups.Cgroup;
import io.carrel.cgroups.Cgroups;
import io.carrel.cgroups.limits.Bytes;
import io.carrel.cgroups.limits.Limits;
import io.carrel.linux.UnsupportedFeatureException;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleSupplier;

/**
 * What many cgroups cost: the last of a thousand against the first, and a snapshot against a bare loop over the files
 * that it reads. The machine may have other work to do meanwhile, so medians are compared, and what is too slow once is
 * measured again.
 */
final class GroupsSection {

    private static final double MOST_FOR_THE_LAST = 1.2;
    private static final double MOST_FOR_A_SNAPSHOT = 1.3;
    private static final int WINDOW = 100;
    private static final int ROUNDS = 4;
    private static final Limits LIMITS =
            Limits.builder().memory(Bytes.mebibytes(64)).pids(32).cpus(0.5).build();
    /** What a snapshot reads, on both versions. */
    private static final List<String> FILES = List.of(
            "cpu.stat",
            "cpu.pressure",
            "memory.pressure",
            "io.pressure",
            "memory.current",
            "memory.peak",
            "memory.swap.current",
            "memory.stat",
            "memory.events",
            "memory.usage_in_bytes",
            "memory.max_usage_in_bytes",
            "memory.kmem.usage_in_bytes",
            "memory.failcnt",
            "memory.oom_control",
            "pids.current",
            "pids.peak",
            "pids.events",
            "io.stat",
            "cpuacct.usage",
            "cpuacct.stat",
            "blkio.throttle.io_service_bytes_recursive",
            "blkio.throttle.io_serviced_recursive");

    private final Cgroups cgroups = Cgroups.detect();
    private final int count;

    private GroupsSection(int count) {
        this.count = count;
    }

    static void run(Bench bench, List<Way> ways, Report report) {
        GroupsSection section = new GroupsSection(bench.choose(1000, 300));
        report.title("Many cgroups with limits of memory, CPU time and processes");
        report.line("%s", section.cgroups);
        try {
            section.make("warm", WINDOW, new ArrayList<>()).forEach(Cgroup::close);
            report(report, "the last / the first groups", MOST_FOR_THE_LAST, section::lastAgainstFirst);
            report(report, "a snapshot / a bare loop", MOST_FOR_A_SNAPSHOT, section::snapshotAgainstLoop);
        } catch (UnsupportedFeatureException e) {
            report.unmeasured("many cgroups", String.valueOf(e.getMessage()));
        }
    }

    /** The least of a few rounds; no more of them than it takes. */
    private static void report(Report report, String name, double most, DoubleSupplier round) {
        double best = Double.MAX_VALUE;
        for (int i = 0; i < ROUNDS && best > most; i++) {
            best = Math.min(best, round.getAsDouble());
        }
        report.line("%-32s %9.2f", name, best);
        report.value(Section.GROUPS, Way.CARREL, name, best, "1");
        report.target(name, best, most, "");
    }

    /** Makes groups, and takes how long each took with a first snapshot. */
    private List<Cgroup> make(String name, int number, List<Double> nanos) {
        List<Cgroup> groups = new ArrayList<>();
        try {
            for (int i = 0; i < number; i++) {
                long start = System.nanoTime();
                Cgroup group = cgroups.create(name + i, LIMITS);
                groups.add(group);
                if (group.usage().pids().current().isEmpty()) {
                    throw new IllegalStateException("nobody counts the processes of " + group);
                }
                nanos.add((double) (System.nanoTime() - start));
            }
            return groups;
        } catch (RuntimeException e) {
            groups.forEach(Cgroup::close);
            throw e;
        }
    }

    private double lastAgainstFirst() {
        List<Double> nanos = new ArrayList<>();
        make("cost", count, nanos).forEach(Cgroup::close);
        return ImagesSection.median(nanos.subList(count - WINDOW, count))
                / ImagesSection.median(nanos.subList(0, WINDOW));
    }

    private double snapshotAgainstLoop() {
        List<Cgroup> groups = make("meter", count, new ArrayList<>());
        try {
            List<Double> snapshots = new ArrayList<>();
            List<Double> loops = new ArrayList<>();
            byte[] buffer = new byte[64 * 1024];
            for (int i = 0; i < count; i++) {
                Cgroup group = groups.get(i);
                List<String> files = files(group);
                // Who comes first finds colder caches.
                if (i % 2 == 0) {
                    loops.add(nanos(() -> readAll(files, buffer)));
                }
                snapshots.add(nanos(group::usage));
                if (i % 2 == 1) {
                    loops.add(nanos(() -> readAll(files, buffer)));
                }
            }
            return ImagesSection.median(snapshots) / ImagesSection.median(loops);
        } finally {
            groups.forEach(Cgroup::close);
        }
    }

    private static double nanos(Runnable work) {
        long start = System.nanoTime();
        work.run();
        return System.nanoTime() - start;
    }

    private static List<String> files(Cgroup group) {
        return group.directories().stream()
                .flatMap(directory -> FILES.stream().map(directory::resolve))
                .filter(Files::exists)
                .map(String::valueOf)
                .toList();
    }

    private static void readAll(List<String> files, byte[] buffer) {
        for (String file : files) {
            try (FileInputStream in = new FileInputStream(file)) {
                if (in.read(buffer) < 0 && file.endsWith(".current")) {
                    throw new IllegalStateException("nothing is in " + file);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}

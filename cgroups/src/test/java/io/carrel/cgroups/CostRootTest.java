package io.carrel.cgroups;

import static org.assertj.core.api.Assertions.assertThat;

import io.carrel.cgroups.limits.Bytes;
import io.carrel.cgroups.limits.Limits;
import io.carrel.cgroups.usage.Usage;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleSupplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What many groups cost. The machine may have other work to do meanwhile, so medians are compared, and what is too slow once is
 * measured again.
 */
@Tag("root")
@Tag("long")
class CostRootTest {

    private static final int GROUPS = 1000;
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

    @Test
    void theThousandthGroupCostsWhatTheFirstCosts() {
        makeMany("warm", WINDOW).forEach(Cgroup::close);
        List<Path> parents = new ArrayList<>();
        double ratio = best(1.2, () -> {
            long[] nanos = new long[GROUPS];
            List<Cgroup> groups = new ArrayList<>();
            try {
                for (int i = 0; i < GROUPS; i++) {
                    long start = System.nanoTime();
                    Cgroup group = cgroups.create("cost" + i, LIMITS);
                    groups.add(group);
                    assertThat(group.usage().pids().current()).hasValue(0);
                    nanos[i] = System.nanoTime() - start;
                }
                groups.get(0).directories().forEach(directory -> parents.add(directory.getParent()));
            } finally {
                groups.forEach(Cgroup::close);
            }
            return median(nanos, GROUPS - WINDOW, GROUPS) / median(nanos, 0, WINDOW);
        });
        assertThat(ratio).as("the last against the first %s", WINDOW).isLessThanOrEqualTo(1.2);
        assertThat(parents).isNotEmpty().allSatisfy(CostRootTest::hasNoGroups);
    }

    private static void hasNoGroups(Path parent) throws IOException {
        try (var entries = Files.list(parent)) {
            assertThat(entries.filter(Files::isDirectory)).isEmpty();
        }
    }

    @Test
    void aSnapshotCostsLittleMoreThanReadingTheFiles() {
        List<Cgroup> groups = makeMany("meter", GROUPS);
        try {
            List<List<String>> files = groups.stream().map(CostRootTest::files).toList();
            assertThat(files.get(0)).hasSizeGreaterThan(8);
            byte[] buffer = new byte[64 * 1024];
            double ratio = best(1.3, () -> {
                long[] snapshot = new long[GROUPS];
                long[] bare = new long[GROUPS];
                for (int i = 0; i < GROUPS; i++) {
                    // Who comes first finds colder caches.
                    if (i % 2 == 0) {
                        bare[i] = readBare(files.get(i), buffer);
                    }
                    long start = System.nanoTime();
                    Usage usage = groups.get(i).usage();
                    snapshot[i] = System.nanoTime() - start;
                    if (i % 2 == 1) {
                        bare[i] = readBare(files.get(i), buffer);
                    }
                    assertThat(usage.memory().current()).isPresent();
                }
                return median(snapshot, 0, GROUPS) / median(bare, 0, GROUPS);
            });
            assertThat(ratio).as("a snapshot against a bare loop").isLessThanOrEqualTo(1.3);
        } finally {
            groups.forEach(Cgroup::close);
        }
    }

    private static List<String> files(Cgroup group) {
        return group.directories().stream()
                .flatMap(directory -> FILES.stream().map(directory::resolve))
                .filter(Files::exists)
                .map(Path::toString)
                .toList();
    }

    private static long readBare(List<String> files, byte[] buffer) {
        long start = System.nanoTime();
        int total = 0;
        for (String file : files) {
            try (FileInputStream in = new FileInputStream(file)) {
                total += in.read(buffer);
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }
        long nanos = System.nanoTime() - start;
        assertThat(total).isPositive();
        return nanos;
    }

    private List<Cgroup> makeMany(String name, int count) {
        List<Cgroup> groups = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            groups.add(cgroups.create(name + i, LIMITS));
        }
        return groups;
    }

    /** The least of a few rounds; no more of them than it takes. */
    private static double best(double enough, DoubleSupplier round) {
        double best = Double.MAX_VALUE;
        for (int i = 0; i < ROUNDS && best > enough; i++) {
            double ratio = round.getAsDouble();
            System.err.printf("round %d: %.2f%n", i, ratio);
            best = Math.min(best, ratio);
        }
        return best;
    }

    private static double median(long[] nanos, int from, int to) {
        long[] sorted = Arrays.copyOfRange(nanos, from, to);
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}

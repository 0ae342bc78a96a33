package io.carrel.benchmarks;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.RunnerException;

/** What a start takes in a JVM that uses much memory. */
final class HeapSection {

    private static final List<Integer> GIBIBYTES = List.of(1, 8);

    private HeapSection() {}

    static void run(Bench bench, List<Way> all, Report report) throws RunnerException {
        List<Way> ways = Way.main(all);
        Map<Integer, Collection<RunResult>> runs = new TreeMap<>();
        List<Integer> possible = GIBIBYTES.stream().filter(HeapSection::fits).toList();
        // By turns, so that a busy minute of the machine does not hit one size only.
        for (int fork = 0; fork < bench.choose(3, 1); fork++) {
            for (int size : possible) {
                runs.computeIfAbsent(size, unseen -> new ArrayList<>())
                        .addAll(bench.run(
                                "heap-%dg-%d".formatted(size, fork + 1),
                                StartBenchmark.class,
                                ways,
                                1,
                                bench.choose(6, 4),
                                bench.choose(15, 6),
                                builder -> builder.param("liveGibibytes", Integer.toString(size))
                                        .jvmArgsAppend("-XX:+UseG1GC", "-Xms" + heap(size), "-Xmx" + heap(size))));
            }
        }
        report.title("The same with a large heap, full of live objects");
        report.line("%-20s %9s %9s %9s %13s %9s", "", "live GiB", "median ms", "p90 ms", "/ ProcessB.", "/ Carrel");
        runs.forEach((size, results) -> print(size, new Measurement(results), ways, report));
        GIBIBYTES.stream()
                .filter(size -> !possible.contains(size))
                .forEach(size -> report.line(
                        "%d GiB: left out, it needs %d MiB and there are %d.",
                        size, neededMebibytes(size), Host.availableKibibytes() >> 10));
    }

    private static void print(int size, Measurement measured, List<Way> ways, Report report) {
        for (Way way : ways) {
            double median = measured.median(way.name());
            report.line(
                    "%-20s %9d %9.2f %9.2f %13.2f %9.2f",
                    way.label(),
                    size,
                    median,
                    measured.percentile(way.name(), 90),
                    median / measured.median(Way.PROCESS_BUILDER.name()),
                    median / measured.median(Way.CARREL.name()));
            report.value(Section.HEAP, way, "median with %d GiB".formatted(size), median, "ms");
        }
    }

    private static boolean fits(int gibibytes) {
        return Host.availableKibibytes() >> 10 >= neededMebibytes(gibibytes);
    }

    private static long neededMebibytes(int gibibytes) {
        return gibibytes * 1_280L + 1_024;
    }

    private static String heap(int gibibytes) {
        return gibibytes * 1_280L + "m";
    }
}

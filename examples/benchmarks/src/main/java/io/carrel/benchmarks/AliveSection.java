package io.carrel.benchmarks;

import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;

/** What it costs to have many alive at once. */
final class AliveSection {

    /** For those that come and go by themselves: the JVM's compilers and collectors. */
    private static final int FEW_THREADS = 10;

    private AliveSection() {}

    static void run(Bench bench, List<Way> all, Report report) throws RunnerException {
        List<Way> ways = Way.main(all);
        Map<Way, Collection<RunResult>> runs = new EnumMap<>(Way.class);
        // A JVM for each, as the JDK keeps a process's thread for a minute; by turns, for the machine is not quiet.
        for (int fork = 1; fork <= bench.choose(5, 1); fork++) {
            for (Way way : ways) {
                String name = "alive-%s-%d".formatted(way.name().toLowerCase(Locale.ROOT), fork);
                runs.computeIfAbsent(way, unseen -> new ArrayList<>())
                        .addAll(bench.run(name, AliveBenchmark.class, List.of(way), 1, 0, 1, AliveSection::fixHeap));
            }
        }
        Map<Way, Measurement> measured = new EnumMap<>(Way.class);
        runs.forEach((way, results) -> measured.put(way, new Measurement(results)));
        report.title("%d alive at once; each runs cat".formatted(AliveBenchmark.ALIVE));
        report.line("%-20s %12s %12s %9s", "start(), median ms", "of first 20", "of last 20", "ratio");
        measured.forEach((way, result) -> times(way, result, report));
        report.line("The ratio is the median of the JVMs' own. start() returns when the program runs,");
        report.line("which for bwrap is bwrap itself, and not yet the command.");
        report.line("");
        report.line("%-20s %8s %8s %9s %9s %9s", "", "threads", "fds", "JVM KiB", "init KiB", "host KiB");
        report.line("%-20s %8s %8s %9s %9s %9s", "", "in all", "each", "each", "each", "each");
        measured.forEach((way, result) -> costs(way, result, report));
        report.line("JVM: growth of its memory. init: private memory of what runs beside");
        report.line("the command%s.", Host.isRoot() ? "" : ", where this user may look at it");
        report.line("host: loss of MemAvailable, so with the command's own memory and the kernel's,");
        report.line("and with whatever else happened on the machine meanwhile.");
    }

    /** So that the heap neither grows nor shrinks meanwhile, and what remains of the growth is that of the starts. */
    private static void fixHeap(ChainedOptionsBuilder builder) {
        builder.jvmArgsAppend("-Xms256m", "-Xmx256m", "-XX:+AlwaysPreTouch");
    }

    private static void times(Way way, Measurement measured, Report report) {
        double first = measured.median(AliveBenchmark.FIRST);
        double last = measured.median(AliveBenchmark.LAST);
        double ratio = measured.ratio(AliveBenchmark.LAST, AliveBenchmark.FIRST);
        report.line("%-20s %12.2f %12.2f %9.2f", way.label(), first, last, ratio);
        report.value(Section.ALIVE, way, AliveBenchmark.FIRST, first, "ms");
        report.value(Section.ALIVE, way, AliveBenchmark.LAST, last, "ms");
        if (way == Way.CARREL) {
            report.target("500th start / 1st", ratio, 1.2, "");
        }
    }

    private static void costs(Way way, Measurement measured, Report report) {
        report.line(
                "%-20s %8s %8s %9s %9s %9s",
                way.label(),
                number(way, measured, AliveBenchmark.THREADS, "%+.0f", report),
                number(way, measured, AliveBenchmark.DESCRIPTORS, "%.1f", report),
                number(way, measured, AliveBenchmark.JVM_MEMORY, "%.1f", report),
                number(way, measured, AliveBenchmark.INIT_MEMORY, "%.1f", report),
                number(way, measured, AliveBenchmark.HOST_MEMORY, "%.0f", report));
        if (way == Way.CARREL) {
            measured.number(AliveBenchmark.THREADS)
                    .ifPresent(threads -> report.target("threads for 500 containers", threads, FEW_THREADS, ""));
            measured.number(AliveBenchmark.INIT_MEMORY)
                    .ifPresentOrElse(
                            kibibytes -> report.target("private memory of pid 1", kibibytes, 64, " KiB"),
                            () -> report.unmeasured("private memory of pid 1", "only root may look at it"));
        }
    }

    private static String number(Way way, Measurement measured, String label, String format, Report report) {
        Optional<Double> value = measured.number(label);
        value.ifPresent(number -> report.value(Section.ALIVE, way, label, number, ""));
        return value.map(format::formatted).orElse("-");
    }
}

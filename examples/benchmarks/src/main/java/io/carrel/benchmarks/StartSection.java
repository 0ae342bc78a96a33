package io.carrel.benchmarks;

import java.util.List;
import org.openjdk.jmh.runner.RunnerException;

/** What a start takes, one at a time and eight at a time. */
final class StartSection {

    private StartSection() {}

    static void start(Bench bench, List<Way> ways, Report report) throws RunnerException {
        Measurement measured = new Measurement(bench.run(
                "start",
                StartBenchmark.class,
                ways,
                bench.choose(5, 2),
                bench.choose(6, 4),
                bench.choose(20, 7),
                builder -> {}));
        report.title("Start to exit of a static true, one thread");
        report.line("%-20s %9s %9s %8s %11s %9s", "", "median ms", "p90 ms", "p10 ms", "/ ProcessB.", "/ Carrel");
        for (Way way : ways) {
            String label = way.name();
            double median = measured.median(label);
            report.line(
                    "%-20s %9.2f %9.2f %8.2f %11.2f %9.2f",
                    way.label(),
                    median,
                    measured.percentile(label, 90),
                    measured.percentile(label, 10),
                    median / measured.median(Way.PROCESS_BUILDER.name()),
                    median / measured.median(Way.CARREL.name()));
            report.value(Section.START, way, "median", median, "ms");
            report.value(Section.START, way, "p90", measured.percentile(label, 90), "ms");
            report.value(Section.START, way, "p10", measured.percentile(label, 10), "ms");
            report.value(Section.START, way, "starts", measured.count(label), "1");
        }
        report.line(
                "The first starts in a new JVM: Carrel %.2f ms, ProcessBuilder %.2f ms, ratio %.2f",
                measured.median(StartBenchmark.first(Way.CARREL)),
                measured.median(StartBenchmark.first(Way.PROCESS_BUILDER)),
                measured.ratio(StartBenchmark.first(Way.CARREL), StartBenchmark.first(Way.PROCESS_BUILDER)));
        compare(measured, report, Way.PROCESS_BUILDER, 1.0);
        if (ways.contains(Way.BUBBLEWRAP)) {
            compare(measured, report, Way.BUBBLEWRAP, 0.33);
        }
        if (ways.contains(Way.CARREL_EXEC)) {
            double ratio = measured.median(Way.CARREL_EXEC.name()) / measured.median(Way.PROCESS_BUILDER.name());
            report.value(Section.START, Way.CARREL_EXEC, "ratio to " + Way.PROCESS_BUILDER.label(), ratio, "1");
            report.target("exec of true / " + Way.PROCESS_BUILDER.label(), ratio, 0.75, "");
        }
    }

    private static void compare(Measurement measured, Report report, Way other, double limit) {
        List<Double> forks = measured.ratios(Way.CARREL.name(), other.name());
        report.line(
                "Carrel / %s in each of %d JVMs: %.2f to %.2f",
                other.label(), forks.size(), forks.get(0), forks.get(forks.size() - 1));
        double ratio = measured.median(Way.CARREL.name()) / measured.median(other.name());
        report.value(Section.START, Way.CARREL, "ratio to " + other.label(), ratio, "1");
        report.target("start of true / " + other.label(), ratio, limit, "");
    }

    static void threads(Bench bench, List<Way> ways, Report report) throws RunnerException {
        Measurement measured = new Measurement(bench.run(
                "threads",
                ThreadsBenchmark.class,
                ways,
                bench.choose(3, 1),
                bench.choose(3, 2),
                bench.choose(10, 4),
                builder -> {}));
        report.title("The same by " + ThreadsBenchmark.THREADS + " threads at once");
        report.line("%-20s %9s %9s %8s %11s %9s", "", "median ms", "p90 ms", "starts/s", "/ ProcessB.", "/ Carrel");
        for (Way way : ways) {
            double rate = rate(measured, way);
            double median = measured.median(way.name());
            report.line(
                    "%-20s %9.2f %9.2f %8.0f %11.2f %9.2f",
                    way.label(),
                    median,
                    measured.percentile(way.name(), 90),
                    rate,
                    rate / rate(measured, Way.PROCESS_BUILDER),
                    rate / rate(measured, Way.CARREL));
            report.value(Section.THREADS, way, "median", median, "ms");
            report.value(Section.THREADS, way, "throughput", rate, "1/s");
        }
        report.line("The ratios are of starts per second: more is better here.");
    }

    private static double rate(Measurement measured, Way way) {
        return 1_000 / measured.median(way.name() + ThreadsBenchmark.PER_START);
    }
}

package io.carrel.benchmarks;

import java.util.List;
import org.openjdk.jmh.runner.RunnerException;

/** How fast a command's output is read. */
final class StdoutSection {

    private StdoutSection() {}

    static void run(Bench bench, List<Way> all, Report report) throws RunnerException {
        List<Way> ways = Way.main(all);
        Measurement measured = new Measurement(bench.run(
                "stdout", StdoutBenchmark.class, ways, bench.choose(3, 1), 1, bench.choose(10, 8), builder -> {}));
        report.title("1 GiB through standard output");
        report.line("%-20s %9s %9s %8s %11s %9s", "", "median ms", "p90 ms", "MiB/s", "/ ProcessB.", "/ Carrel");
        for (Way way : ways) {
            double median = measured.median(way.name());
            double rate = rate(measured, way);
            report.line(
                    "%-20s %9.0f %9.0f %8.0f %11.2f %9.2f",
                    way.label(),
                    median,
                    measured.percentile(way.name(), 90),
                    rate,
                    rate / rate(measured, Way.PROCESS_BUILDER),
                    rate / rate(measured, Way.CARREL));
            report.value(Section.STDOUT, way, "throughput", rate, "MiB/s");
        }
        report.line("The ratios are of MiB per second: more is better here.");
    }

    private static double rate(Measurement measured, Way way) {
        return StdoutBenchmark.MEBIBYTES * 1_000.0 / measured.median(way.name());
    }
}

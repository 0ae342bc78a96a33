package io.carrel.benchmarks;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.util.Statistics;

/** What the forks of one benchmark noted under the labels of {@link Samples}; times are in milliseconds. */
final class Measurement {

    private final List<BenchmarkResult> forks;
    private final RunResult joined;

    Measurement(Collection<RunResult> runs) {
        forks = new ArrayList<>();
        runs.forEach(run -> forks.addAll(run.getBenchmarkResults()));
        joined = new RunResult(forks.get(0).getParams(), forks);
    }

    double median(String label) {
        return percentile(label, 50);
    }

    double percentile(String label, double percent) {
        return statistics(joined.getSecondaryResults(), label).getPercentile(percent);
    }

    long count(String label) {
        return statistics(joined.getSecondaryResults(), label).getN();
    }

    /** A number that the forks noted, their mean; none if they did not. */
    Optional<Double> number(String label) {
        return Optional.ofNullable(joined.getSecondaryResults().get(label)).map(Result::getScore);
    }

    /** The ratio of two medians in each fork, ascending: how far the result can be trusted. */
    List<Double> ratios(String label, String other) {
        return forks.stream()
                .map(BenchmarkResult::getSecondaryResults)
                .map(results -> statistics(results, label).getPercentile(50)
                        / statistics(results, other).getPercentile(50))
                .sorted()
                .toList();
    }

    /** The median of {@link #ratios}: a busy time that hit all of a fork does not change it. */
    double ratio(String label, String other) {
        List<Double> ratios = ratios(label, other);
        return ratios.get(ratios.size() / 2);
    }

    @SuppressWarnings("rawtypes") // as JMH has it
    private static Statistics statistics(Map<String, Result> results, String label) {
        return requireNonNull(results.get(label), label).getStatistics();
    }
}

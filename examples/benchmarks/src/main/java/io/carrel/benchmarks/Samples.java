package io.carrel.benchmarks;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.results.AggregationPolicy;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.ResultRole;
import org.openjdk.jmh.results.SampleTimeResult;
import org.openjdk.jmh.results.ScalarResult;
import org.openjdk.jmh.util.SampleBuffer;

/**
 * Times and numbers that the benchmarks note, each under a label. JMH takes a benchmark's one time for its result; here
 * one invocation runs all contestants in turn, so each has a secondary result, which JMH joins over iterations and
 * forks as it does those of its sample mode. Thread-safe.
 */
public final class Samples implements InternalProfiler {

    private static final Map<String, SampleBuffer> TIMES = new TreeMap<>();
    private static final Map<String, Double> NUMBERS = new TreeMap<>();

    static synchronized void time(String label, long nanos) {
        TIMES.computeIfAbsent(label, unseen -> new SampleBuffer()).add(nanos);
    }

    static synchronized void number(String label, double value) {
        NUMBERS.put(label, value);
    }

    @Override
    public String getDescription() {
        return "the contestants' times";
    }

    @Override
    public void beforeIteration(BenchmarkParams benchmark, IterationParams iteration) {
        synchronized (Samples.class) {
            TIMES.clear();
            NUMBERS.clear();
        }
    }

    @Override
    @SuppressWarnings("rawtypes") // as JMH has it
    public Collection<? extends Result> afterIteration(
            BenchmarkParams benchmark, IterationParams iteration, IterationResult result) {
        Collection<Result> results = new ArrayList<>();
        synchronized (Samples.class) {
            TIMES.forEach((label, times) ->
                    results.add(new SampleTimeResult(ResultRole.SECONDARY, label, times, TimeUnit.MILLISECONDS)));
            NUMBERS.forEach((label, value) -> results.add(new ScalarResult(label, value, "", AggregationPolicy.AVG)));
        }
        return results;
    }
}

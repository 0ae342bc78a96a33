package io.carrel.benchmarks;

import static java.util.Objects.requireNonNull;

import io.carrel.Container;
import io.carrel.ContainerBuilder;
import io.carrel.ContainerProcess;
import io.carrel.cgroups.Cgroups;
import io.carrel.cgroups.limits.Bytes;
import io.carrel.cgroups.limits.Limits;
import io.carrel.linux.UnsupportedFeatureException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** What limits cost a start: the same container with and without them, in one JVM, in turn. */
final class LimitsSection {

    private static final double MOST = 1.15;
    private static final String TARGET = "start with limits / without";
    private static final int BLOCK = 10;
    /** The first starts of a block feel what the block before has left to do for the kernel. */
    private static final int NOT_COUNTED = 2;
    /** So many starts have compiled what a JVM runs of one. */
    private static final int WARM_UP = 60;

    private static final long PAUSE_MILLIS = 50;

    private enum Kind {
        WITHOUT,
        WITH
    }

    /** Milliseconds until the command runs, and until it has ended. */
    private record Times(List<Double> start, List<Double> exit) {

        static Times none() {
            return new Times(new ArrayList<>(), new ArrayList<>());
        }
    }

    private LimitsSection() {}

    static void run(Bench bench, List<Way> ways, Report report) {
        Payload payload = Payload.staticTrue(Contest.directory());
        Map<Kind, Container> containers = new EnumMap<>(Kind.class);
        Map<Kind, Times> times = new EnumMap<>(Kind.class);
        for (Kind kind : Kind.values()) {
            containers.put(kind, container(payload, kind));
            times.put(kind, Times.none());
        }
        try {
            int blocks = bench.choose(80, 30);
            for (int i = 0; i < WARM_UP + blocks; i++) {
                for (Kind kind : Kind.values()) {
                    block(
                            requireNonNull(containers.get(kind)),
                            i < WARM_UP ? Times.none() : requireNonNull(times.get(kind)));
                }
            }
        } catch (UnsupportedFeatureException e) {
            report.unmeasured(TARGET, String.valueOf(e.getMessage()));
            return;
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted", e);
        }
        report(times, report);
    }

    private static Container container(Payload payload, Kind kind) {
        ContainerBuilder builder = Way.isolated(payload);
        return kind == Kind.WITH ? builder.limits(limits()).build() : builder.build();
    }

    private static Limits limits() {
        return Limits.builder().memory(Bytes.mebibytes(64)).cpus(1).pids(32).build();
    }

    private static void block(Container container, Times times) throws InterruptedException {
        Thread.sleep(PAUSE_MILLIS);
        for (int i = 0; i < BLOCK; i++) {
            long begin = System.nanoTime();
            try (ContainerProcess process = container.start()) {
                double started = millisSince(begin);
                int code = process.waitFor();
                double ended = millisSince(begin);
                if (code != 0) {
                    throw new IllegalStateException("exit code " + code);
                }
                if (i >= NOT_COUNTED) {
                    times.start().add(started);
                    times.exit().add(ended);
                }
            }
        }
    }

    private static double millisSince(long begin) {
        return (System.nanoTime() - begin) / (double) TimeUnit.MILLISECONDS.toNanos(1);
    }

    private static void report(Map<Kind, Times> times, Report report) {
        Times with = requireNonNull(times.get(Kind.WITH));
        Times without = requireNonNull(times.get(Kind.WITHOUT));
        report.title("Start to exit of a static true with limits of memory, CPU time and processes");
        report.line("%s", Cgroups.detect());
        report.line("%-20s %12s %12s %9s", "medians", "without ms", "with ms", "ratio");
        ratio("until it runs", with.start(), without.start(), report);
        double ratio = ratio("until it has ended", with.exit(), without.exit(), report);
        report.value(Section.LIMITS, Way.CARREL, "limits / none", ratio, "1");
        report.target(TARGET, ratio, MOST, "");
    }

    private static double ratio(String label, List<Double> with, List<Double> without, Report report) {
        double first = ImagesSection.median(without);
        double second = ImagesSection.median(with);
        report.line("%-20s %12.2f %12.2f %9.2f", label, first, second, second / first);
        return second / first;
    }
}

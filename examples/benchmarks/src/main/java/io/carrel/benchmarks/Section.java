package io.carrel.benchmarks;

import java.util.List;
import java.util.Locale;
import org.openjdk.jmh.runner.RunnerException;

/** One part of the table. */
enum Section {
    START(StartSection::start),
    THREADS(StartSection::threads),
    HEAP(HeapSection::run),
    STDOUT(StdoutSection::run),
    ALIVE(AliveSection::run),
    LIMITS(LimitsSection::run),
    GROUPS(GroupsSection::run),
    IMAGES(ImagesSection::run),
    NETWORKS(NetworksSection::run);

    private final Measuring measuring;

    Section(Measuring measuring) {
        this.measuring = measuring;
    }

    private interface Measuring {
        void run(Bench bench, List<Way> ways, Report report) throws RunnerException;
    }

    void run(Bench bench, List<Way> ways, Report report) throws RunnerException {
        measuring.run(bench, ways, report);
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}

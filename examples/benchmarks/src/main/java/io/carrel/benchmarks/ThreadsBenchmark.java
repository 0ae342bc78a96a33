package io.carrel.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.TearDown;

/** Starts of a static {@code true} by eight threads at once, all of the same contestant; the contestants take turns. */
public class ThreadsBenchmark extends ContestState {

    static final int THREADS = 8;
    /** The label's suffix for a block's time, by start. */
    static final String PER_START = " per start";

    private static final int BLOCK = 10;
    private static final int BLOCK_OF_SLOW = 3;

    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);

    @Override
    Payload payload() {
        return Payload.staticTrue(Contest.directory());
    }

    /** One block of each contestant. */
    @Benchmark
    public void round() {
        contest().round(this::block);
    }

    private void block(Way way, Contestant contestant) throws IOException, InterruptedException {
        int starts = way.isQuick() ? BLOCK : BLOCK_OF_SLOW;
        Callable<Void> submitter = () -> {
            for (int i = 0; i < starts; i++) {
                Samples.time(way.name(), Contest.startToExit(contestant));
            }
            return null;
        };
        List<Callable<Void>> submitters = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            submitters.add(submitter);
        }
        long begin = System.nanoTime();
        for (Future<Void> done : threads.invokeAll(submitters)) {
            try {
                done.get();
            } catch (ExecutionException e) {
                throw new IOException(way.label() + " failed", e);
            }
        }
        Samples.time(way.name() + PER_START, (System.nanoTime() - begin) / ((long) starts * THREADS));
    }

    /** Ends the threads as well. */
    @Override
    @TearDown
    public void close() {
        threads.shutdown();
        super.close();
    }
}

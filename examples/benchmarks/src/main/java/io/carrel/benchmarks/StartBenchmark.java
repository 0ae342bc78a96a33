package io.carrel.benchmarks;

import java.util.ArrayList;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/**
 * From the start of a static {@code true} to its exit, in one thread. The contestants take turns in short blocks. The first
 * starts of a block are not counted, as they still feel what the contestant before them did to caches and scheduler.
 */
public class StartBenchmark extends ContestState {

    private static final int BLOCK = 10;
    private static final int BLOCK_OF_SLOW = 4;
    private static final int CHUNK = (64 << 20) - 64;

    /** How much memory the JVM uses. */
    @Param("0")
    public int liveGibibytes;

    private final List<byte[]> live = new ArrayList<>();

    @Override
    Payload payload() {
        return Payload.staticTrue(Contest.directory());
    }

    /** Fills the heap. */
    @Setup
    public void fill() {
        // An array is cleared when it is made, so all its pages are there.
        for (long bytes = 0; bytes < (long) liveGibibytes << 30; bytes += CHUNK) {
            live.add(new byte[CHUNK]);
        }
    }

    /** One block of each contestant. */
    @Benchmark
    public int round() {
        contest().round((way, contestant) -> {
            int block = way.isQuick() ? BLOCK : BLOCK_OF_SLOW;
            for (int i = 0; i < block; i++) {
                long time = Contest.startToExit(contestant);
                if (i >= block / 4) {
                    Samples.time(way.name(), time);
                }
            }
        });
        return live.size();
    }
}

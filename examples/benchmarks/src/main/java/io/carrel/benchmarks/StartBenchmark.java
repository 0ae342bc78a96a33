package io.carrel.benchmarks;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/**
 * From the start of a static {@code true} to its exit, in one thread, in a JVM that has compiled what it runs. The
 * contestants take turns in short blocks. The first starts of a block are not counted, as they still feel what the
 * contestant before them did to caches and scheduler.
 */
public class StartBenchmark extends ContestState {

    private static final int BLOCK = 10;
    private static final int BLOCK_OF_SLOW = 4;
    private static final int CHUNK = (64 << 20) - 64;
    /** So many starts have compiled what a JVM runs of one; before, each takes up to a fifth longer. */
    private static final int WARM_UP = 800;

    private static final int COLD = 40;
    private static final String FIRST = " first";

    /** How much memory the JVM uses. */
    @Param("0")
    public int liveGibibytes;

    private final List<byte[]> live = new ArrayList<>();
    private final Map<Way, List<Long>> first = new EnumMap<>(Way.class);

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

    /** Starts those of this JVM until it has compiled them, in turn. The first starts are noted apart. */
    @Setup
    public void warmUp() {
        for (int i = 0; i < WARM_UP / BLOCK; i++) {
            contest().round(Way::isOfThisJvm, (way, contestant) -> {
                for (int k = 0; k < BLOCK; k++) {
                    long time = Contest.startToExit(contestant);
                    List<Long> times = first.computeIfAbsent(way, unseen -> new ArrayList<>());
                    if (times.size() < COLD) {
                        times.add(time);
                    }
                }
            });
        }
    }

    /** The label of the first starts in a new JVM. */
    static String first(Way way) {
        return way.name() + FIRST;
    }

    /** One block of each contestant. Each round notes the first starts again, as JMH throws some rounds away. */
    @Benchmark
    public int round() {
        first.forEach((way, times) -> times.forEach(time -> Samples.time(first(way), time)));
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

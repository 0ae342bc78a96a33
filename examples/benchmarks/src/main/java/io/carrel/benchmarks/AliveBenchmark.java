package io.carrel.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Setup;

/**
 * Five hundred commands alive at once, of one contestant: what the last starts take in comparison to the first, and
 * what each of them costs meanwhile.
 */
public class AliveBenchmark extends ContestState {

    static final int ALIVE = 500;
    /** So many starts at either end are compared. */
    static final int ENDS = 20;

    static final String FIRST = "first";
    static final String LAST = "last";
    static final String THREADS = "threads";
    static final String DESCRIPTORS = "descriptors";
    static final String JVM_MEMORY = "KiB of the JVM";
    static final String HOST_MEMORY = "KiB of the host";
    static final String INIT_MEMORY = "KiB of init";

    private static final int WARMUP = 100;
    private static final long SETTLING_MILLIS = 2_000;

    @Override
    Payload payload() {
        return Payload.cat();
    }

    /** Lets the JVM compile what a start needs. */
    @Override
    @Setup
    public void open() {
        super.open();
        contest().round((way, contestant) -> {
            for (int i = 0; i < WARMUP; i++) {
                Contest.end(contestant.start());
            }
        });
    }

    /** Five hundred of each contestant. */
    @Benchmark
    public void round() {
        contest().round((way, contestant) -> fill(contestant));
    }

    private static void fill(Contestant contestant) throws IOException, InterruptedException {
        // The kernel takes down the network namespaces of those before, and does not say when it is done.
        Thread.sleep(SETTLING_MILLIS);
        System.gc();
        int threads = Host.threads();
        int descriptors = Host.descriptors();
        long memory = jvmKibibytes();
        long available = Host.availableKibibytes();
        List<Process> alive = new ArrayList<>();
        try {
            for (int i = 0; i < ALIVE; i++) {
                long begin = System.nanoTime();
                alive.add(contestant.start());
                long time = System.nanoTime() - begin;
                if (i < ENDS) {
                    Samples.time(FIRST, time);
                } else if (i >= ALIVE - ENDS) {
                    Samples.time(LAST, time);
                }
            }
            List<Process> last = alive.subList(ALIVE - ENDS, ALIVE);
            for (Process process : last) {
                echo(process);
            }
            Samples.number(THREADS, Host.threads() - threads);
            Samples.number(DESCRIPTORS, (double) (Host.descriptors() - descriptors) / ALIVE);
            Samples.number(HOST_MEMORY, (double) (available - Host.availableKibibytes()) / ALIVE);
            System.gc();
            Samples.number(JVM_MEMORY, (double) (jvmKibibytes() - memory) / ALIVE);
            noteInitMemory(last);
        } finally {
            for (Process process : alive) {
                Contest.end(process);
            }
        }
    }

    /** Returns when the command runs, which bwrap does not wait for. */
    private static void echo(Process process) throws IOException {
        process.getOutputStream().write('\n');
        process.getOutputStream().flush();
        if (process.getInputStream().read() != '\n') {
            throw new IOException("cat gives back something else");
        }
    }

    /** What is resident and the live objects: the heap is all resident from the beginning. */
    private static long jvmKibibytes() {
        Runtime runtime = Runtime.getRuntime();
        return Host.residentKibibytes() + (runtime.totalMemory() - runtime.freeMemory()) / 1_024;
    }

    private static void noteInitMemory(List<Process> some) {
        try {
            double sum = 0;
            for (Process process : some) {
                sum += beyondCommand(process.toHandle());
            }
            Samples.number(INIT_MEMORY, sum / some.size());
        } catch (UncheckedIOException e) {
            // Only root may look at an init that is not dumpable. The number is missing then, and the table says so.
        }
    }

    /** The private memory of a process and its descendants, without the last, which is the command. */
    private static long beyondCommand(ProcessHandle process) {
        List<ProcessHandle> children = process.children().toList();
        long below = children.stream().mapToLong(AliveBenchmark::beyondCommand).sum();
        return children.isEmpty() ? 0 : below + Host.privateKibibytes(process.pid());
    }
}

package io.carrel.benchmarks;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** The contestants of one benchmark, in an order that is a new one in every round. */
final class Contest implements AutoCloseable {

    /** For the kernel, which takes down network namespaces after their processes, to the cost of who starts next. */
    private static final long PAUSE_MILLIS = 50;

    private final Map<Way, Contestant> contestants = new EnumMap<>(Way.class);

    private Contest() {}

    static Contest none() {
        return new Contest();
    }

    static Contest of(List<Way> ways, Payload payload) {
        Contest contest = new Contest();
        ways.forEach(way -> contest.contestants.put(way, way.open(payload)));
        return contest;
    }

    /** Where files of this run go. */
    static Path directory() {
        return Path.of(System.getProperty("java.io.tmpdir"));
    }

    interface Block {
        void run(Way way, Contestant contestant) throws IOException, InterruptedException;
    }

    /** A block of each contestant, each after a pause. */
    void round(Block block) {
        round(way -> true, block);
    }

    /** A block of each contestant among these, each after a pause. */
    void round(Predicate<Way> among, Block block) {
        List<Map.Entry<Way, Contestant>> order = new ArrayList<>(contestants.entrySet());
        order.removeIf(entry -> !among.test(entry.getKey()));
        Collections.shuffle(order);
        try {
            for (Map.Entry<Way, Contestant> next : order) {
                Thread.sleep(PAUSE_MILLIS);
                block.run(next.getKey(), next.getValue());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** Nanoseconds from the start of the contestant's command to its end. What it costs to close is not in it. */
    static long startToExit(Contestant contestant) throws IOException, InterruptedException {
        long begin = System.nanoTime();
        Process process = contestant.start();
        int code = process.waitFor();
        long time = System.nanoTime() - begin;
        if (code != 0) {
            String errors = new String(process.getErrorStream().readAllBytes());
            throw new IllegalStateException(errors.isBlank() ? "exit code " + code : errors.strip());
        }
        close(process);
        return time;
    }

    /** Ends a process that may run, and closes its streams. */
    static void end(Process process) throws IOException, InterruptedException {
        process.destroyForcibly();
        process.waitFor();
        close(process);
    }

    private static void close(Process process) throws IOException {
        for (Closeable stream :
                List.of(process.getOutputStream(), process.getInputStream(), process.getErrorStream())) {
            stream.close();
        }
    }

    @Override
    public void close() {
        contestants.values().forEach(Contestant::close);
    }
}

package io.carrel.linux.launch;

import static org.assertj.core.api.Assertions.assertThat;

import io.carrel.testing.Footprint;
import java.io.IOException;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What this JVM holds after commands have ended: what it held before. */
@Tag("kernel")
class NothingLeftTest {

    private static final int STARTS = 300;
    private static final int THREADS = 8;

    @BeforeAll
    static void startTheEventLoop() throws Exception {
        try (Started warmUp = Started.shell(Shape.INIT, "exit 0")) {
            assertThat(warmUp.process().waitFor()).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource
    void afterSuccess(Shape shape) throws Exception {
        Footprint before = Footprint.now();
        try (Started shell = Started.shell(shape, "echo done")) {
            assertThat(shell.output()).isEqualTo("done\n");
        }
        before.assertNothingAdded();
    }

    @ParameterizedTest
    @EnumSource
    void afterAForcedEnd(Shape shape) throws Exception {
        Footprint before = Footprint.now();
        try (Started cat = Started.cat(shape)) {
            cat.process().destroyForcibly();
            cat.process().waitFor();
        }
        before.assertNothingAdded();
    }

    @ParameterizedTest
    @EnumSource
    @Tag("long")
    void afterManyStartsFromManyThreads(Shape shape) throws Exception {
        Footprint before = Footprint.now();
        try (ProgramFile file = ProgramFile.of(shape.program("/bin/true"))) {
            AtomicInteger starts = new AtomicInteger(STARTS);
            Queue<Integer> exitValues = new ConcurrentLinkedQueue<>();
            List<Thread> threads = Stream.generate(() -> new Thread(() -> {
                        while (starts.getAndDecrement() > 0) {
                            exitValues.add(run(file));
                        }
                    }))
                    .limit(THREADS)
                    .toList();
            threads.forEach(Thread::start);
            for (Thread thread : threads) {
                thread.join();
            }
            assertThat(exitValues).hasSize(STARTS).containsOnly(0);
        }
        before.assertNothingAdded();
    }

    private static int run(ProgramFile file) {
        LaunchedProcess process = LaunchedProcess.start(file, StandardStreams.PIPES, List.of(), Started.NO_WORK);
        try (Started started = Started.of(process)) {
            return started.process().waitFor();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}

package io.carrel;

import static org.assertj.core.api.Assertions.assertThat;

import io.carrel.linux.Signal;
import io.carrel.outcome.ExitStatus;
import io.carrel.testing.Footprint;
import io.carrel.testing.Outside;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Starts, what is executed in them, and ends of both at any moment: none is lost, nobody waits for ever, nothing is
 * left.
 */
@Tag("kernel")
@Tag("long") // it says little about kernels
@Timeout(600)
class StartsAndExecsTest {

    /** How many processes there are in all. */
    private static final int PROCESSES = 10_000;

    private static final int THREADS = 8;
    /** What is executed in one container at the most. */
    private static final int MOST = 8;

    private final String seconds = Outside.unmistakableSeconds();
    private final Container container =
            Container.builder().command("sleep", seconds).build();
    private final AtomicInteger begun = new AtomicInteger();

    @Test
    void eachTellsItsOwnEnd() throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(THREADS);
        try {
            run(pool, 4 * THREADS);
            Footprint before = Footprint.now();
            run(pool, PROCESSES);
            before.assertNothingAdded();
            assertThat(Outside.processesCalledWith(seconds)).isEmpty();
        } finally {
            pool.shutdown();
        }
    }

    private void run(ExecutorService pool, int count) throws Exception {
        begun.set(0);
        List<Future<?>> threads = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            Random random = new Random(i);
            threads.add(pool.submit(() -> {
                while (begun.incrementAndGet() <= count) {
                    one(random);
                }
                return null;
            }));
        }
        for (Future<?> thread : threads) {
            thread.get();
        }
    }

    private void one(Random random) throws InterruptedException {
        try (ContainerProcess process = container.start()) {
            List<ContainerExec> running = new ArrayList<>();
            int count = random.nextInt(MOST + 1);
            for (int i = 0; i < count; i++) {
                begun.incrementAndGet();
                ContainerExec exec = execute(process, random);
                if (exec != null) {
                    running.add(exec);
                }
            }
            if (random.nextBoolean()) {
                process.destroyForcibly();
                assertThat(process.awaitExit()).isEqualTo(new ExitStatus.Signaled(Signal.KILL.number()));
            }
            for (ContainerExec exec : running) {
                exec.close();
                assertThat(exec.exitStatus()).isEqualTo(new ExitStatus.Signaled(Signal.KILL.number()));
            }
        }
    }

    /** Returns it if it goes on. */
    private @Nullable ContainerExec execute(ContainerProcess process, Random random) throws InterruptedException {
        int code = random.nextInt(100);
        switch (random.nextInt(4)) {
            case 0 -> {
                try (ContainerExec exec = process.exec("sh", "-c", "exit " + code)) {
                    assertThat(exec.awaitExit()).isEqualTo(new ExitStatus.Exited(code));
                }
            }
            case 1 -> {
                try (ContainerExec exec = process.exec("sleep", seconds)) {
                    assertThat(exec.signal(Signal.TERM)).isTrue();
                    assertThat(exec.awaitExit()).isEqualTo(new ExitStatus.Signaled(Signal.TERM.number()));
                }
            }
            case 2 -> {
                ContainerExec exec = process.exec("sh", "-c", "sleep %s & sleep %s".formatted(seconds, seconds));
                exec.close(); // at some moment of its beginning
                assertThat(exec.exitStatus()).isEqualTo(new ExitStatus.Signaled(Signal.KILL.number()));
            }
            default -> {
                return process.exec("sleep", seconds);
            }
        }
        return null;
    }
}

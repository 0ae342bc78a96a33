package io.carrel;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.base.Splitter;
import io.carrel.testing.ChildJvm;
import io.carrel.testing.Eventually;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Many containers start, print and end on the virtual threads of a JVM that has one carrier for all of them; on a JDK
 * without such threads (before 21) on others.
 */
@Tag("kernel")
class OneCarrierTest {

    private static final int MANY = 50;
    /** How long a command takes, and so a carrier would be held. */
    private static final Duration LONG = Eventually.patience(Duration.ofSeconds(1));

    private static final Duration SHORT = Eventually.patience(Duration.ofMillis(500));

    /**
     * Runs many containers, and prints for how many nanoseconds at most another thread waited for a carrier that was
     * blocked.
     */
    static final class Many {
        public static void main(String[] arguments) throws Exception {
            Container container = Container.builder()
                    .command("sh", "-c", "echo; sleep %s; echo".formatted(arguments[0]))
                    .build();
            container.run();
            ThreadFactory threads = virtualThreads();
            FutureTask<Path> carrier = new FutureTask<>(
                    () -> Path.of("/proc/thread-self/schedstat").toRealPath());
            threads.newThread(carrier).start();
            Path times = carrier.get();
            List<FutureTask<ContainerResult>> running = new ArrayList<>();
            for (int i = 0; i < MANY; i++) {
                running.add(new FutureTask<>(container::run));
            }
            running.forEach(task -> threads.newThread(task).start());
            long longest = 0;
            while (!running.stream().allMatch(Future::isDone)) {
                longest = Math.max(longest, blocked(threads, times));
                LockSupport.parkNanos(1_000_000);
            }
            for (FutureTask<ContainerResult> one : running) {
                assertThat(one.get().stdout()).isEqualTo("\n\n");
            }
            System.out.println(longest);
        }

        private static ThreadFactory virtualThreads() throws ReflectiveOperationException {
            if (Runtime.version().feature() < 21) {
                return Thread::new;
            }
            Object builder = Thread.class.getMethod("ofVirtual").invoke(null);
            return (ThreadFactory) Class.forName("java.lang.Thread$Builder")
                    .getMethod("factory")
                    .invoke(builder);
        }

        /**
         * The time that another thread takes, without that in which the carrier ran or waited for a processor: others
         * want one, too.
         */
        private static long blocked(ThreadFactory threads, Path times) throws Exception {
            long busyBefore = Files.exists(times) ? busy(times) : 0;
            long begin = System.nanoTime();
            Thread thread = threads.newThread(() -> {});
            thread.start();
            thread.join();
            long took = System.nanoTime() - begin;
            return took - (Files.exists(times) ? busy(times) - busyBefore : 0);
        }

        /** Time on a processor, and time in the queue for one. */
        private static long busy(Path times) throws IOException {
            List<String> all = Splitter.on(' ').splitToList(Files.readString(times));
            return Long.parseLong(all.get(0)) + Long.parseLong(all.get(1));
        }
    }

    @Test
    void aStartOrAWaitDoesNotBlockIt() throws Exception {
        String nanos = ChildJvm.by()
                .option("-Djdk.virtualThreadScheduler.parallelism=1")
                .option("-Djdk.virtualThreadScheduler.maxPoolSize=1")
                .run(Many.class, Long.toString(LONG.toSeconds()))
                .success();
        assertThat(Duration.ofNanos(Long.parseLong(nanos))).isLessThan(SHORT);
    }
}

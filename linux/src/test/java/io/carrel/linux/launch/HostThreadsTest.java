package io.carrel.linux.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carrel.linux.Descriptor;
import io.carrel.linux.binding.Kernel;
import io.carrel.linux.binding.TransferCalls;
import io.carrel.testing.ChildJvm;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A start's work on other threads than the caller's. */
@Tag("kernel")
@Timeout(60)
class HostThreadsTest {

    /** One thread blocks in the kernel until another, on the same carrier, writes. */
    static final class OneCarrier {
        public static void main(String[] arguments) throws Exception {
            List<Descriptor> pipe = Kernel.pipe("a test");
            ExecutorService threads = Executors.newCachedThreadPool();
            if (Runtime.version().feature() >= 21) {
                threads.shutdown();
                threads = (ExecutorService) Executors.class
                        .getMethod("newVirtualThreadPerTaskExecutor")
                        .invoke(null);
            }
            Future<Integer> read =
                    threads.submit(() -> HostThreads.start(() -> TransferCalls.read(pipe.get(0), new byte[1])));
            threads.submit(() -> TransferCalls.write(pipe.get(1), new byte[] {1}))
                    .get();
            System.out.println(read.get());
            threads.shutdown();
        }
    }

    @Test
    void aStartThatBlocksHoldsNoCarrier() throws Exception {
        assertThat(ChildJvm.by()
                        .option("-Djdk.virtualThreadScheduler.parallelism=1")
                        .option("-Djdk.virtualThreadScheduler.maxPoolSize=1")
                        .run(OneCarrier.class)
                        .success())
                .isEqualTo("1");
    }

    @Test
    void anInterruptIsPassedOnAndKept() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        AwaitedTask<String> work = new AwaitedTask<>(() -> {
            begun.countDown();
            try {
                new CountDownLatch(1).await();
                return "not interrupted";
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("the work was interrupted", e);
            }
        });
        FutureTask<Boolean> worker = new FutureTask<>(() -> {
            work.run();
            return Thread.currentThread().isInterrupted();
        });
        FutureTask<Boolean> caller = new FutureTask<>(() -> {
            assertThatThrownBy(work::await).hasMessage("the work was interrupted");
            return Thread.currentThread().isInterrupted();
        });
        new Thread(worker).start();
        Thread waiting = new Thread(caller);
        waiting.start();
        begun.await();
        waiting.interrupt();
        assertThat(caller.get()).as("the caller is interrupted").isTrue();
        assertThat(worker.get()).as("the worker serves others").isFalse();
    }

    @Test
    void aThreadThatWaitsTakesTheNextWork() {
        Set<Thread> used = ConcurrentHashMap.newKeySet();
        for (int i = 0; i < 50; i++) {
            CompletableFuture.runAsync(() -> used.add(Thread.currentThread()), HostThreads.executor())
                    .join();
            used.forEach(HostThreadsTest::awaitIdle);
        }
        // One may end of having nothing to do before the next work comes, on a machine that is very busy.
        assertThat(used).hasSizeLessThan(10);
    }

    @Test
    void moreWorkThanThreadsIsAllDone() throws Exception {
        CountDownLatch begun = new CountDownLatch(64);
        CompletableFuture<Void> enough = new CompletableFuture<>();
        Set<Thread> used = ConcurrentHashMap.newKeySet();
        List<CompletableFuture<Void>> all = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            all.add(CompletableFuture.runAsync(
                    () -> {
                        used.add(Thread.currentThread());
                        begun.countDown();
                        enough.join();
                    },
                    HostThreads.executor()));
        }
        begun.await();
        assertThat(used).hasSize(64);
        enough.complete(null);
        CompletableFuture.allOf(all.toArray(CompletableFuture<?>[]::new)).join();
        assertThat(used).hasSize(64);
    }

    private static void awaitIdle(Thread thread) {
        while (thread.getState() == Thread.State.RUNNABLE) {
            Thread.onSpinWait();
        }
    }
}

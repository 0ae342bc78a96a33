package io.carrel.linux.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class HostThreadsTest {

    @Test
    void aThreadThatWaitsTakesTheNextWork() {
        Set<Thread> used = ConcurrentHashMap.newKeySet();
        for (int i = 0; i < 50; i++) {
            CompletableFuture.runAsync(() -> used.add(Thread.currentThread()), HostThreads.executor())
                    .join();
            awaitAllIdle(used);
        }
        // One may end of having nothing to do before the next work comes, on a machine that is very busy.
        assertThat(used).hasSizeLessThan(10);
    }

    @Test
    void moreWorkThanThreadsIsAllDone() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(64);
        CountDownLatch enough = new CountDownLatch(1);
        Set<Thread> used = ConcurrentHashMap.newKeySet();
        List<CompletableFuture<Void>> all = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            all.add(CompletableFuture.runAsync(
                    () -> {
                        used.add(Thread.currentThread());
                        begun.countDown();
                        awaitUninterruptibly(enough);
                    },
                    HostThreads.executor()));
        }
        assertThat(begun.await(50, TimeUnit.SECONDS)).isTrue();
        assertThat(used).hasSize(64);
        enough.countDown();
        CompletableFuture.allOf(all.toArray(CompletableFuture<?>[]::new)).join();
        assertThat(used).hasSize(64);
    }

    private static void awaitAllIdle(Set<Thread> threads) {
        for (Thread thread : threads) {
            while (thread.getState() == Thread.State.RUNNABLE) {
                Thread.onSpinWait();
            }
        }
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}

package io.carrel.linux.launch;

import static org.assertj.core.api.Assertions.assertThat;

import io.carrel.linux.Descriptor;
import io.carrel.linux.binding.Kernel;
import io.carrel.linux.binding.TransferCalls;
import io.carrel.linux.uapi.Waiting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("kernel")
class EventLoopTest {

    private final EventLoop loop = EventLoop.shared();
    private final CountDownLatch done = new CountDownLatch(1);

    private void awaitDone() throws InterruptedException {
        assertThat(done.await(20, TimeUnit.SECONDS)).as("done in time").isTrue();
    }

    @Test
    void deadlinesHappenInTheOrderOfTheirTimes() throws Exception {
        List<String> happened = Collections.synchronizedList(new ArrayList<>());
        loop.after(Duration.ofMillis(450), done::countDown);
        loop.after(Duration.ofMillis(300), () -> happened.add("third"));
        loop.after(Duration.ofMillis(10), () -> happened.add("first"));
        loop.after(Duration.ofMillis(150), () -> happened.add("second"));
        awaitDone();
        assertThat(happened).containsExactly("first", "second", "third");
    }

    @Test
    void aDeadlineDoesNotHappenTooEarly() throws Exception {
        long start = System.nanoTime();
        loop.after(Duration.ofMillis(30), done::countDown);
        awaitDone();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(30));
    }

    @Test
    void aCancelledDeadlineDoesNotHappen() throws Exception {
        AtomicInteger happened = new AtomicInteger();
        loop.after(
                Duration.ZERO,
                () -> { // on the loop's own thread, so nothing can happen in between
                    loop.after(Duration.ZERO, happened::incrementAndGet).cancel();
                    loop.after(Duration.ofMillis(1), done::countDown);
                });
        awaitDone();
        assertThat(happened).hasValue(0);
    }

    @Test
    void aDeadlineCanBeCancelledAfterItHappened() throws Exception {
        EventLoop.Deadline deadline = loop.after(Duration.ZERO, done::countDown);
        awaitDone();
        deadline.cancel();
    }

    @Test
    void aNearDeadlineDoesNotWaitForAFarOne() throws Exception {
        EventLoop.Deadline far = loop.after(Duration.ofDays(365), () -> {});
        loop.after(Duration.ofMillis(1), done::countDown);
        awaitDone();
        far.cancel();
    }

    @Test
    void aFailingActionDoesNotEndTheLoop() throws Exception {
        loop.after(Duration.ZERO, () -> {
            throw new IllegalStateException("a test");
        });
        loop.after(Duration.ofMillis(1), done::countDown);
        awaitDone();
    }

    @Test
    void aHandlerRunsWhenItsDescriptorIsReadable() throws Exception {
        List<Descriptor> pipe = Kernel.pipe("a test");
        try (Descriptor readEnd = pipe.get(0);
                Descriptor writeEnd = pipe.get(1)) {
            loop.whenReadable(readEnd, done::countDown);
            assertThat(done.getCount()).isOne();
            TransferCalls.write(writeEnd, new byte[1]);
            awaitDone();
        }
    }

    @Test
    void aHandlerRunsOnce() throws Exception {
        List<Descriptor> pipe = Kernel.pipe("a test");
        try (Descriptor readEnd = pipe.get(0);
                Descriptor writeEnd = pipe.get(1)) {
            AtomicInteger runs = new AtomicInteger();
            loop.whenReadable(readEnd, runs::incrementAndGet);
            TransferCalls.write(writeEnd, new byte[1]);
            loop.after(Duration.ofMillis(30), done::countDown);
            awaitDone();
            assertThat(runs).hasValue(1);
        }
    }

    @Test
    void aWatchIsToldAgainAndAgainUntilItIsClosed() throws Exception {
        List<Descriptor> pipe = Kernel.pipe("a test");
        try (Descriptor readEnd = pipe.get(0);
                Descriptor writeEnd = pipe.get(1)) {
            CountDownLatch two = new CountDownLatch(2);
            byte[] one = new byte[1];
            DescriptorWatches.Watch watch = loop.watch(readEnd, Waiting.EPOLLIN, () -> {
                TransferCalls.read(readEnd, one);
                two.countDown();
            });
            TransferCalls.write(writeEnd, new byte[2]);
            assertThat(two.await(20, TimeUnit.SECONDS)).isTrue();
            watch.close();
            watch.close();
            TransferCalls.write(writeEnd, new byte[1]);
            loop.after(Duration.ofMillis(30), done::countDown);
            awaitDone();
            assertThat(TransferCalls.read(readEnd, new byte[8]))
                    .as("left unread")
                    .isOne();
        }
    }
}

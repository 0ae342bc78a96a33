package io.carrel.namespaces;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NamespaceThreadTest {

    @AfterEach
    void clearInterrupt() {
        boolean unused = Thread.interrupted();
    }

    @Test
    void computesOnADaemonThreadThatEnds() throws Exception {
        Thread inside = NamespaceThread.call("carrel-test", Thread::currentThread);

        assertThat(inside).isNotSameAs(Thread.currentThread());
        assertThat(inside.getName()).isEqualTo("carrel-test");
        assertThat(inside.isDaemon()).isTrue();
        assertThat(inside.isAlive()).isFalse();
    }

    @Test
    void throwsWhatTheComputationThrows() {
        IOException checked = new IOException("checked");
        AssertionError error = new AssertionError("error");

        assertThatThrownBy(() -> NamespaceThread.call("carrel-test", () -> {
                    throw checked;
                }))
                .isSameAs(checked);
        assertThatThrownBy(() -> NamespaceThread.call("carrel-test", () -> {
                    throw error;
                }))
                .isSameAs(error);
    }

    @Test
    void interruptsTheComputationWithItsCaller() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        AtomicReference<Boolean> stillInterrupted = new AtomicReference<>();
        Thread caller = new Thread(() -> {
            try {
                NamespaceThread.call("carrel-test", () -> {
                    inside.countDown();
                    new CountDownLatch(1).await();
                    return "";
                });
            } catch (InterruptedException e) {
                thrown.set(e);
            }
            stillInterrupted.set(Thread.currentThread().isInterrupted());
        });
        caller.start();
        inside.await();

        caller.interrupt();
        caller.join();

        assertThat(thrown.get()).isInstanceOf(InterruptedException.class);
        assertThat(stillInterrupted.get()).isFalse();
    }

    @Test
    void keepsAnInterruptThatTheComputationDidNotNotice() {
        Thread.currentThread().interrupt();

        String result = NamespaceThread.call("carrel-test", () -> "done");

        assertThat(result).isEqualTo("done");
        assertThat(Thread.currentThread().isInterrupted()).isTrue();
    }

    @Test
    void keepsAnInterruptThatTheComputationMadeItself() {
        NamespaceThread.call("carrel-test", () -> {
            Thread.currentThread().interrupt();
            return "";
        });

        assertThat(Thread.currentThread().isInterrupted()).isTrue();
    }
}

package io.carrel.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

/** Work on a thread of its own that has to wait for something. */
public final class Waiter<T> {

    private final FutureTask<T> task;
    private final Thread thread;

    private Waiter(Callable<T> work) {
        task = new FutureTask<>(work);
        thread = new Thread(task, "waiter");
        thread.setDaemon(true);
    }

    /** Starts the work, and returns when it waits. */
    public static <T> Waiter<T> start(Callable<T> work) {
        Waiter<T> waiter = new Waiter<>(work);
        waiter.thread.start();
        while (waiter.thread.getState() != Thread.State.WAITING) {
            assertThat(waiter.task.isDone()).as("it did not wait").isFalse();
            Thread.onSpinWait();
        }
        return waiter;
    }

    public boolean isDone() {
        return task.isDone();
    }

    public void interrupt() {
        thread.interrupt();
    }

    public T result() throws Exception {
        return task.get(20, TimeUnit.SECONDS);
    }
}

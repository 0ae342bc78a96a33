package io.carrel.linux.launch;

import static java.util.Objects.requireNonNull;

import com.google.common.base.Throwables;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Work that one thread does for another, which waits for it. Interrupts of the one that waits are the worker's. */
final class AwaitedTask<T> implements Runnable {

    private final Supplier<T> work;
    private final CompletableFuture<T> result = new CompletableFuture<>();
    private @Nullable Thread worker;
    private boolean interrupted;

    AwaitedTask(Supplier<T> work) {
        this.work = work;
    }

    @Override
    public void run() {
        begin();
        try {
            T done = work.get();
            end();
            result.complete(done);
        } catch (RuntimeException | Error e) {
            end();
            result.completeExceptionally(e);
        }
    }

    private synchronized void begin() {
        worker = Thread.currentThread();
        if (interrupted) {
            worker.interrupt();
        }
    }

    /** The worker goes on with the work of others, whom the interrupt does not concern. */
    private synchronized void end() {
        worker = null;
        if (interrupted) {
            boolean unused = Thread.interrupted();
        }
    }

    private synchronized void interrupt() {
        interrupted = true;
        if (worker != null) {
            worker.interrupt();
        }
    }

    /**
     * Returns the result, or throws what the work threw. An interrupt does not end the wait, but the work may end
     * sooner by it.
     */
    T await() {
        boolean keep = false;
        try {
            while (true) {
                try {
                    return result.get();
                } catch (InterruptedException e) {
                    keep = true;
                    interrupt();
                }
            }
        } catch (ExecutionException e) {
            Throwables.throwIfUnchecked(requireNonNull(e.getCause()));
            throw new IllegalStateException(e);
        } finally {
            if (keep) {
                Thread.currentThread().interrupt();
            }
        }
    }
}

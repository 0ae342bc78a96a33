package io.carrel.images;

import io.carrel.fs.internal.DaemonThreads;
import io.carrel.linux.HostFileException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Unpacks layers at the same time. Threads take the lowest first, so waiting for those below comes to an end. Not
 * thread-safe.
 */
final class LayerTasks implements AutoCloseable {

    private static final int MOST_THREADS = 4;

    private final ExecutorService threads;
    private final List<Future<?>> tasks = new ArrayList<>();

    /** The layers below one. */
    interface Below {
        /** Waits until they are unpacked. */
        void await();
    }

    /** What is done for a layer. */
    interface Task {
        void run(Below below);
    }

    /** Prepares for so many layers. */
    LayerTasks(int layers) {
        int processors = Runtime.getRuntime().availableProcessors();
        int count = Math.min(layers, Math.min(MOST_THREADS, processors));
        threads = Executors.newFixedThreadPool(count, DaemonThreads.named("carrel-unpack"));
    }

    /** Begins with the next layer, from the lowest on. */
    void submit(Task task) {
        List<Future<?>> before = List.copyOf(tasks);
        tasks.add(threads.submit(() -> task.run(() -> join(before))));
    }

    /**
     * Waits for all, so that nothing is written any more when this is over, and throws the first failure. An interrupt
     * ends the tasks, and is kept.
     */
    void await() {
        threads.shutdown();
        join(tasks);
    }

    private void join(List<Future<?>> awaited) {
        RuntimeException failure = null;
        boolean interrupted = false;
        for (Future<?> task : awaited) {
            while (true) {
                try {
                    task.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                    cancel();
                    continue;
                } catch (ExecutionException | CancellationException e) {
                    failure = failure == null ? unwrapped(e.getCause()) : failure;
                }
                break;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        if (failure != null) {
            throw failure;
        }
    }

    /** Those that have not begun would never end. */
    private void cancel() {
        threads.shutdownNow().forEach(task -> ((Future<?>) task).cancel(false));
    }

    private static RuntimeException unwrapped(@Nullable Throwable cause) {
        if (cause instanceof Error error) {
            throw error;
        }
        if (cause == null) {
            String message = "cannot unpack layers: interrupted";
            return new HostFileException(message, new InterruptedIOException(message));
        }
        return cause instanceof RuntimeException failure ? failure : new IllegalStateException(cause);
    }

    @Override
    public void close() {
        cancel();
    }
}

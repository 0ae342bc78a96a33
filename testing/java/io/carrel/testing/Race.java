package io.carrel.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** Threads that do their things many times, all at the same time. */
public final class Race {

    private Race() {}

    /** One turn of a thread. */
    @FunctionalInterface
    public interface Turn {
        void take(int number) throws Exception;
    }

    /** Gives each of these a thread and this many turns, and waits for all; fails as the first of them failed. */
    public static void run(int turns, Turn... all) throws Exception {
        List<FutureTask<Void>> threads = new ArrayList<>();
        for (Turn one : all) {
            FutureTask<Void> task = new FutureTask<>(() -> {
                for (int number = 0; number < turns; number++) {
                    one.take(number);
                }
                return null;
            });
            threads.add(task);
            Thread thread = new Thread(task, "race");
            thread.setDaemon(true);
            thread.start();
        }
        AssertionError failed = null;
        for (FutureTask<Void> task : threads) {
            try {
                task.get();
            } catch (ExecutionException e) {
                if (failed == null) {
                    failed = new AssertionError("a thread of the race failed: " + e.getCause(), e.getCause());
                } else {
                    failed.addSuppressed(e.getCause());
                }
            }
        }
        if (failed != null) {
            throw failed;
        }
    }
}

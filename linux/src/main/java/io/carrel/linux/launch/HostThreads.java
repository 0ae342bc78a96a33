package io.carrel.linux.launch;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Daemon threads for what blocks on the host: making and removing groups, directories and networks; and starts, where
 * the caller's thread is virtual. There are none while there is nothing to do, and never more than 64 of the first and
 * a few for each processor of the second; what comes then waits. Where the machine has no thread to spare, the caller
 * does the work, so that it is done. Thread-safe.
 */
public final class HostThreads {

    private static final int MOST = 64;
    /** Starts keep processors busy; more at once would only take them from the carriers. */
    private static final int MOST_STARTS =
            Math.min(MOST, Math.max(8, 4 * Runtime.getRuntime().availableProcessors()));

    private static final ThreadPoolExecutor POOL = pool("carrel-host", MOST);
    /** Others, since a start waits for what the first do. */
    private static final ThreadPoolExecutor STARTS = pool("carrel-start", MOST_STARTS);

    private HostThreads() {}

    /** A queue that takes work if a thread waits for it, so that a new one is begun only where none does. */
    @SuppressWarnings("serial")
    private static final class Handover extends LinkedTransferQueue<Runnable> {
        @Override
        public boolean offer(Runnable work) {
            return tryTransfer(work);
        }
    }

    /** Where all threads are busy, the first that is not takes what comes. */
    private static ThreadPoolExecutor pool(String name, int most) {
        return new ThreadPoolExecutor(
                0,
                most,
                1,
                TimeUnit.SECONDS,
                new Handover(),
                work -> thread(name, work),
                (work, pool) -> pool.getQueue().add(work));
    }

    /** Runs what it is given, on one of the threads if there is one to be had. */
    public static Executor executor() {
        return work -> execute(POOL, work);
    }

    /**
     * Does the work of a start. A virtual thread parks until a thread of these has done it, so that others get its
     * carrier between two system calls and while one blocks; an interrupt is passed on to the work, and kept. Other
     * threads do the work themselves.
     */
    public static <T> T start(Supplier<T> work) {
        if (!VirtualThreads.isCurrent()) {
            return work.get();
        }
        AwaitedTask<T> task = new AwaitedTask<>(work);
        execute(STARTS, task);
        return task.await();
    }

    private static Thread thread(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        return thread;
    }

    private static void execute(Executor pool, Runnable work) {
        try {
            pool.execute(work);
        } catch (OutOfMemoryError noThread) {
            // "unable to create native thread", thrown before the work begins.
            work.run();
        }
    }
}

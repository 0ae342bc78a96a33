package io.carrel.linux.launch;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Daemon threads for what blocks on the host: making and removing groups, directories and networks. There are none while there
 * is nothing to do, and never more than 64; what comes then waits. Where the machine has no thread to spare, the caller does the
 * work, so that it is done. Thread-safe.
 */
public final class HostThreads {

    private static final int MOST = 64;

    private static final ThreadPoolExecutor POOL = new ThreadPoolExecutor(
            0, MOST, 1, TimeUnit.SECONDS, new Handover(), HostThreads::thread, HostThreads::await);

    /** Takes work if a thread waits for it, so that a new one is begun only where none does. */
    @SuppressWarnings("serial")
    private static final class Handover extends LinkedTransferQueue<Runnable> {
        @Override
        public boolean offer(Runnable work) {
            return tryTransfer(work);
        }
    }

    private HostThreads() {}

    /** Runs what it is given, on one of the threads if there is one to be had. */
    public static Executor executor() {
        return HostThreads::execute;
    }

    private static Thread thread(Runnable work) {
        Thread thread = new Thread(work, "carrel-host");
        thread.setDaemon(true);
        return thread;
    }

    /** All threads are busy: the first that is not takes it. */
    private static void await(Runnable work, ThreadPoolExecutor pool) {
        pool.getQueue().add(work);
    }

    private static void execute(Runnable work) {
        try {
            POOL.execute(work);
        } catch (OutOfMemoryError noThread) {
            // "unable to create native thread", thrown before the work begins.
            work.run();
        }
    }
}

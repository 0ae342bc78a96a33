package io.carrel.linux.launch;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Daemon threads for what blocks on the host: making and removing groups, directories and networks. There are none while there
 * is nothing to do, and never more than 64; what comes then waits. Where the machine has no thread to spare, the caller does the
 * work, so that it is done. Thread-safe.
 */
public final class HostThreads {

    private static final int MOST = 64;

    private static final ThreadPoolExecutor POOL =
            new ThreadPoolExecutor(MOST, MOST, 1, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), HostThreads::thread);

    static {
        POOL.allowCoreThreadTimeOut(true);
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

    private static void execute(Runnable work) {
        try {
            POOL.execute(work);
        } catch (OutOfMemoryError noThread) {
            // "unable to create native thread", thrown before the work begins.
            work.run();
        }
    }
}

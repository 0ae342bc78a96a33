package io.carrel.fs.internal;

import java.util.concurrent.ThreadFactory;

/** Makes the threads that read and write files: each has a name, and none keeps the JVM alive. */
public final class DaemonThreads {

    private DaemonThreads() {}

    /** Makes threads of this name. */
    public static ThreadFactory named(String name) {
        return work -> {
            Thread thread = new Thread(work, name);
            thread.setDaemon(true);
            return thread;
        };
    }
}

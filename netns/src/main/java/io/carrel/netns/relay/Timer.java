package io.carrel.netns.relay;

import org.jspecify.annotations.Nullable;

/** Something that happens at a certain time on the thread of a {@link Loop}. Only for that thread. */
public final class Timer implements Comparable<Timer> {

    private final long nanoTime;
    private @Nullable Runnable action;

    Timer(long nanoTime, Runnable action) {
        this.nanoTime = nanoTime;
        this.action = action;
    }

    /** In nanoseconds until then, 0 when it is time. */
    long left() {
        return Math.max(0, nanoTime - System.nanoTime());
    }

    /** Returns what happens, null if it was cancelled. */
    @Nullable Runnable action() {
        return action;
    }

    /** Cancels it: it will not happen. What it would have used can go at once. */
    public void cancel() {
        action = null;
    }

    @Override
    public int compareTo(Timer other) {
        return Long.signum(nanoTime - other.nanoTime);
    }
}

package io.carrel.fs.internal;

import java.util.concurrent.atomic.AtomicLong;

/** How much of one thing is allowed, and how much of it was taken. Thread-safe. */
public final class Quota {

    private final long limit;
    private final AtomicLong taken = new AtomicLong();

    /** Nothing is taken yet. */
    public Quota(long limit) {
        this.limit = limit;
    }

    /** Takes this much; false, and nothing is taken, if so much is not left. */
    public boolean take(long amount) {
        long before;
        do {
            before = taken.get();
            if (amount > limit - before) {
                return false;
            }
        } while (!taken.compareAndSet(before, before + amount));
        return true;
    }

    /** Returns how much is allowed altogether. */
    public long limit() {
        return limit;
    }

    /** Returns how much was taken. */
    public long taken() {
        return taken.get();
    }

    /** Returns how much may still be taken. */
    public long left() {
        return limit - taken.get();
    }
}

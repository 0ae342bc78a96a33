package io.carrel.fs.view;

import io.carrel.linux.RefusedContentException;
import java.util.concurrent.atomic.AtomicLong;

/** What is left of the limits while layers are read. Thread-safe. */
final class Budget {

    /** Ordinary images need about five steps for an entry, one for each directory above it. */
    private static final long STEPS_OF_AN_ENTRY = 100;

    private final ViewLimits limits;
    private final AtomicLong entries = new AtomicLong();
    private final AtomicLong nameBytes = new AtomicLong();
    private final AtomicLong contentBytes = new AtomicLong();
    private final AtomicLong steps = new AtomicLong();

    Budget(ViewLimits limits) {
        this.limits = limits;
    }

    void entry(String source, long names) {
        spend(source, entries, 1, limits.entries(), "entries");
        spend(source, nameBytes, names, limits.nameBytes(), "bytes of names and extended attributes");
    }

    void content(String source, long bytes) {
        spend(source, contentBytes, bytes, limits.contentBytes(), "bytes of content");
    }

    /** Following links again and again takes time that grows faster than the archive. */
    void steps(String source, long count) {
        spend(
                source,
                steps,
                count,
                Math.multiplyExact(limits.entries(), STEPS_OF_AN_ENTRY),
                "steps to find its entries");
    }

    private static void spend(String source, AtomicLong spent, long amount, long limit, String what) {
        if (amount > limit || spent.addAndGet(amount) > limit) {
            throw new RefusedContentException(
                    source, "", "it and the layers beside it have more than %d %s".formatted(limit, what), null);
        }
    }
}

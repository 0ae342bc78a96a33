package io.carrel.images.view;

import io.carrel.fs.internal.Quota;
import io.carrel.linux.RefusedContentException;

/** What is left of the limits while layers are read. Thread-safe. */
final class Budget {

    /** Ordinary images need about five steps for an entry, one for each directory above it. */
    private static final long STEPS_OF_AN_ENTRY = 100;

    private final Quota entries;
    private final Quota nameBytes;
    private final Quota contentBytes;
    private final Quota steps;

    Budget(ViewLimits limits) {
        entries = new Quota(limits.entries());
        nameBytes = new Quota(limits.nameBytes());
        contentBytes = new Quota(limits.contentBytes());
        steps = new Quota(Math.multiplyExact(limits.entries(), STEPS_OF_AN_ENTRY));
    }

    void entry(String source, long names) {
        spend(source, entries, 1, "entries");
        spend(source, nameBytes, names, "bytes of names and extended attributes");
    }

    void content(String source, long bytes) {
        spend(source, contentBytes, bytes, "bytes of content");
    }

    /** Following links again and again takes time that grows faster than the archive. */
    void steps(String source, long count) {
        spend(source, steps, count, "steps to find its entries");
    }

    private static void spend(String source, Quota quota, long amount, String what) {
        if (!quota.take(amount)) {
            throw new RefusedContentException(
                    source,
                    "",
                    "it and the layers beside it have more than %d %s".formatted(quota.limit(), what),
                    null);
        }
    }
}

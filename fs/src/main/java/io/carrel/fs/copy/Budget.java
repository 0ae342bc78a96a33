package io.carrel.fs.copy;

import io.carrel.fs.internal.Quota;
import io.carrel.linux.RefusedContentException;

/** What is left of the limits of one copy. Not thread-safe. */
final class Budget {

    private final String source;
    private final CopyLimits limits;
    private final Quota files;
    private final Quota bytes;

    Budget(String source, CopyLimits limits) {
        this.source = source;
        this.limits = limits;
        this.files = new Quota(limits.files());
        this.bytes = new Quota(limits.bytes());
    }

    /** One more file, directory or link is met. */
    void meet(String path, int depth) {
        if (!files.take(1)) {
            throw refused(path, "there are more files than the limit, files = " + limits.files());
        }
        if (depth > limits.depth()) {
            throw refused(path, "directories lie deeper than the limit, depth = " + limits.depth());
        }
    }

    /** So many bytes are about to be written. */
    void take(String path, long count) {
        if (!bytes.take(count)) {
            throw refused(path, "the files hold more than the limit, bytes = " + limits.bytes());
        }
    }

    long filesLeft() {
        return files.left();
    }

    long bytes() {
        return bytes.taken();
    }

    RefusedContentException refused(String path, String reason) {
        return new RefusedContentException("Cannot copy " + source, path, reason, null);
    }
}

package io.carrel.fs.copy;

import io.carrel.linux.RefusedContentException;

/** What is left of the limits of one copy. Not thread-safe. */
final class Budget {

    private final String source;
    private final CopyLimits limits;
    private long files;
    private long bytes;

    Budget(String source, CopyLimits limits) {
        this.source = source;
        this.limits = limits;
    }

    /** One more file, directory or link is met. */
    void meet(String path, int depth) {
        if (++files > limits.files()) {
            throw refused(path, "there are more files than the limit, files = " + limits.files());
        }
        if (depth > limits.depth()) {
            throw refused(path, "directories lie deeper than the limit, depth = " + limits.depth());
        }
    }

    /** So many bytes are about to be written. */
    void take(String path, long count) {
        if (count > limits.bytes() - bytes) {
            throw refused(path, "the files hold more than the limit, bytes = " + limits.bytes());
        }
        bytes += count;
    }

    long filesLeft() {
        return limits.files() - files;
    }

    long bytes() {
        return bytes;
    }

    RefusedContentException refused(String path, String reason) {
        return new RefusedContentException("Cannot copy " + source, path, reason, null);
    }
}

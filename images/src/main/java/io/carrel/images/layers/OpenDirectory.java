package io.carrel.images.layers;

import io.carrel.linux.Descriptor;
import io.carrel.linux.binding.FileCalls;
import io.carrel.linux.binding.FileStatus;
import io.carrel.linux.binding.FileTimes;
import org.jspecify.annotations.Nullable;

/**
 * A directory in which files are being made. Its permissions and times are set when it is left: new files change the
 * times, and an ordinary user cannot make files where the permissions forbid it. Not thread-safe.
 */
final class OpenDirectory {

    /** The permissions that its owner needs to work in it. */
    static final int WORKABLE = 0700;

    private final Descriptor descriptor;
    private final String path;
    private int mode;
    private int current;
    private @Nullable FileTimes times;

    /**
     * What the directory has now is what it is left with.
     *
     * @param path from the layer's root on, the one that has no links in it
     */
    OpenDirectory(Descriptor descriptor, String path, FileStatus status) {
        this.descriptor = descriptor;
        this.path = path;
        this.mode = status.permissions();
        this.current = mode;
        this.times = status.times();
    }

    Descriptor descriptor() {
        return descriptor;
    }

    /** From the layer's root on, the one that has no links in it. */
    String path() {
        return path;
    }

    boolean isOpen() {
        return descriptor.isOpen();
    }

    /** Lets this user work in it until it is left. */
    void makeWorkable(FileCalls calls) {
        if ((current & WORKABLE) != WORKABLE) {
            current |= WORKABLE;
            calls.mode(descriptor, current);
        }
    }

    /** What it is left with. */
    void leaveWith(int permissions, @Nullable FileTimes changed) {
        mode = permissions;
        times = changed;
    }

    /** Sets what it is left with, and closes it. */
    void leave(FileCalls calls) {
        try (descriptor) {
            if (current != mode) {
                calls.mode(descriptor, mode);
            }
            if (times != null) {
                calls.times(descriptor, times);
            }
        }
    }

    /** Closes it, with no more changes. */
    void abandon() {
        descriptor.close();
    }
}

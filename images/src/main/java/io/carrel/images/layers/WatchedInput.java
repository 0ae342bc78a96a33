package io.carrel.images.layers;

import io.carrel.images.compression.BulkInput;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.LongConsumer;

/** Shows what is read, whichever way, to somebody else. Not thread-safe. */
public final class WatchedInput extends BulkInput {

    /** Is shown what was read, on the thread that reads. */
    public interface Watcher {
        /**
         * Takes so many bytes that were read.
         *
         * @throws IOException if reading is not to go on
         */
        void read(byte[] bytes, int offset, int length) throws IOException;
    }

    private final InputStream in;
    private final Watcher watcher;
    private final boolean owned;

    private WatchedInput(InputStream in, Watcher watcher, boolean owned) {
        this.in = in;
        this.watcher = watcher;
        this.owned = owned;
    }

    /** Watches a stream, which closing this closes. */
    public static WatchedInput of(InputStream in, Watcher watcher) {
        return new WatchedInput(in, watcher, true);
    }

    /** Watches a stream that closing this leaves open, which is the caller's to close. */
    public static WatchedInput ofBorrowed(InputStream in, Watcher watcher) {
        return new WatchedInput(in, watcher, false);
    }

    /** Watches a stream, which closing this closes, and tells how many bytes have been read in all. */
    public static WatchedInput counting(InputStream in, LongConsumer progress) {
        long[] count = {0};
        return of(in, (bytes, offset, length) -> {
            count[0] += length;
            progress.accept(count[0]);
        });
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        int read = in.read(bytes, offset, length);
        if (read > 0) {
            watcher.read(bytes, offset, read);
        }
        return read;
    }

    @Override
    public int available() throws IOException {
        return in.available();
    }

    @Override
    public void close() throws IOException {
        if (owned) {
            in.close();
        }
    }
}

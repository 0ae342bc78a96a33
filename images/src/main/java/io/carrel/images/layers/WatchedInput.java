package io.carrel.images.layers;

import io.carrel.images.compression.BulkInput;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.LongConsumer;

/** Shows what is read, whichever way, to somebody else. Not thread-safe. */
public final class WatchedInput extends BulkInput {

    /** Who is shown what was read, on the thread that reads. */
    public interface Watcher {
        /** So many bytes were read. */
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

    /** Closing it closes the stream. */
    public static WatchedInput of(InputStream in, Watcher watcher) {
        return new WatchedInput(in, watcher, true);
    }

    /** Closing it leaves the stream open, which is the caller's to close. */
    public static WatchedInput ofBorrowed(InputStream in, Watcher watcher) {
        return new WatchedInput(in, watcher, false);
    }

    /** Tells how much has been read. */
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

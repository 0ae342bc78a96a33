package io.carrel.images.compression;

import java.io.IOException;
import java.io.InputStream;

/** Reads many bytes at once: a single byte is read the same way, and so is what is skipped. Not thread-safe. */
public abstract class BulkInput extends InputStream {

    /** Makes a stream, for subclasses. */
    protected BulkInput() {}

    @Override
    public final int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public abstract int read(byte[] bytes, int offset, int length) throws IOException;
}

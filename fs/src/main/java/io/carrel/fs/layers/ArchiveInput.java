package io.carrel.fs.layers;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.function.LongConsumer;

/** The archive as it comes: counted and hashed. */
final class ArchiveInput extends FilterInputStream {

    private final MessageDigest hash = Digest.sha256();
    private final LongConsumer progress;
    private long count;

    ArchiveInput(InputStream archive, LongConsumer progress) {
        super(archive);
        this.progress = progress;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        int read = super.read(bytes, offset, length);
        if (read > 0) {
            hash.update(bytes, offset, read);
            count += read;
            progress.accept(count);
        }
        return read;
    }

    @Override
    public long skip(long bytes) throws IOException {
        return read(new byte[(int) Math.min(bytes, 8192)]);
    }

    @Override
    public boolean markSupported() {
        return false;
    }

    /** The caller's stream is the caller's to close. */
    @Override
    public void close() {}

    long count() {
        return count;
    }

    Digest digest() {
        return Digest.of(hash);
    }
}

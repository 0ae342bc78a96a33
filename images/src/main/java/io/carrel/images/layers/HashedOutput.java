package io.carrel.images.layers;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;

/** Counts and hashes what is written. Closing it leaves the stream below open. Not thread-safe. */
final class HashedOutput extends FilterOutputStream {

    private final MessageDigest hash = Digest.sha256();
    private long count;

    HashedOutput(OutputStream out) {
        super(out);
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        out.write(bytes, offset, length);
        hash.update(bytes, offset, length);
        count += length;
    }

    @Override
    public void close() throws IOException {
        flush();
    }

    long count() {
        return count;
    }

    Digest digest() {
        return Digest.of(hash);
    }
}

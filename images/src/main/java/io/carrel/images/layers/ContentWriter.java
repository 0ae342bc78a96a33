package io.carrel.images.layers;

import io.carrel.fs.spi.TarEntry;
import io.carrel.fs.spi.TarEntry.Extent;
import io.carrel.images.archive.TarReader;
import io.carrel.linux.Descriptor;
import io.carrel.linux.binding.FileCalls;
import java.io.IOException;
import java.util.Arrays;

/** Writes what files hold; the holes of sparse files stay holes. Not thread-safe. */
final class ContentWriter {

    /** File systems have no smaller holes, or hardly. */
    private static final int BLOCK = 4096;

    private static final byte[] ZEROS = new byte[BLOCK];

    private final byte[] buffer = new byte[ChunkPipe.CHUNK];

    private final FileCalls calls;
    private final LayerLimits limits;
    private final Refusal refusal;
    private long written;

    ContentWriter(FileCalls calls, LayerLimits limits, Refusal refusal) {
        this.calls = calls;
        this.limits = limits;
        this.refusal = refusal;
    }

    /** How much all files hold so far. */
    long written() {
        return written;
    }

    void write(TarEntry entry, TarReader tar, Descriptor file) throws IOException {
        checkSize(entry.content().size());
        account(entry.content().extents().stream().mapToLong(Extent::length).sum());
        long position = 0;
        boolean isShort = false;
        for (Extent part : entry.content().extents()) {
            if (part.offset() != position) {
                calls.seek(file, part.offset());
            }
            isShort = copy(tar, file, part.offset(), part.length());
            position = part.offset() + part.length();
        }
        if (isShort || position < entry.content().size()) {
            calls.truncate(file, entry.content().size());
        }
    }

    private void checkSize(long size) {
        if (size > limits.fileBytes()) {
            throw refusal.because(
                    "the file has %d bytes, more than the limit of %d".formatted(size, limits.fileBytes()));
        }
    }

    private void account(long bytes) {
        if (bytes > limits.contentBytes() - written) {
            throw refusal.because(
                    "the layer's files hold more than the limit of %d bytes".formatted(limits.contentBytes()));
        }
        written += bytes;
    }

    /** Leaves holes where blocks are all zeros, and says whether it did so at the end. */
    private boolean copy(TarReader tar, Descriptor file, long offset, long bytes) throws IOException {
        boolean endsInHole = false;
        long position = offset;
        for (long left = bytes; left > 0; ) {
            // Up to the end of a block, so that the next piece begins with one.
            int wanted = (int) Math.min(left, buffer.length - position % BLOCK);
            fill(tar, wanted);
            endsInHole = write(file, position, wanted);
            position += wanted;
            left -= wanted;
        }
        return endsInHole;
    }

    private void fill(TarReader tar, int count) throws IOException {
        for (int filled = 0; filled < count; ) {
            filled += tar.read(buffer, filled, count - filled);
        }
    }

    /** Writes what lies between blocks of zeros. The file stands at {@code position}. */
    private boolean write(Descriptor file, long position, int count) {
        int start = 0;
        boolean isHole = false;
        for (int at = 0; at < count; ) {
            int end = (int) Math.min(count, at + BLOCK - (position + at) % BLOCK);
            boolean isZero = end - at == BLOCK && Arrays.equals(buffer, at, end, ZEROS, 0, BLOCK);
            if (isZero != isHole) {
                flush(file, position, start, at, isHole);
                start = at;
                isHole = isZero;
            }
            at = end;
        }
        flush(file, position, start, count, isHole);
        return isHole;
    }

    private void flush(Descriptor file, long position, int start, int end, boolean isHole) {
        if (isHole) {
            calls.seek(file, position + end);
        } else if (end > start) {
            calls.write(file, buffer, start, end - start);
        }
    }
}

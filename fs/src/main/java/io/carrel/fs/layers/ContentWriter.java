package io.carrel.fs.layers;

import io.carrel.fs.internal.archive.TarEntry;
import io.carrel.fs.internal.archive.TarEntry.Extent;
import io.carrel.fs.internal.archive.TarReader;
import io.carrel.linux.Descriptor;
import io.carrel.linux.binding.FileCalls;
import java.io.IOException;
import java.util.Arrays;

/** Writes what files hold; the holes of sparse files stay holes. Not thread-safe. */
final class ContentWriter {

    private static final int SMALLEST_HOLE = 4096;
    private static final byte[] ZEROS = new byte[ChunkPipe.CHUNK];

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
        checkSize(entry.size());
        account(entry.extents().stream().mapToLong(Extent::length).sum());
        long position = 0;
        boolean isShort = false;
        for (Extent part : entry.extents()) {
            if (part.offset() != position) {
                calls.seek(file, part.offset());
            }
            boolean endsInHole = copy(tar, file, part.offset(), part.length());
            position = part.offset() + part.length();
            isShort = endsInHole;
        }
        if (isShort || position < entry.size()) {
            calls.truncate(file, entry.size());
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

    /** Leaves a hole where there are many zeros, and says whether it did so at the end. */
    private boolean copy(TarReader tar, Descriptor file, long offset, long bytes) throws IOException {
        boolean isHole = false;
        for (long left = bytes; left > 0; ) {
            int count = tar.read(buffer, 0, (int) Math.min(buffer.length, left));
            isHole = count >= SMALLEST_HOLE && Arrays.equals(buffer, 0, count, ZEROS, 0, count);
            if (isHole) {
                calls.seek(file, offset + bytes - left + count);
            } else {
                calls.write(file, buffer, 0, count);
            }
            left -= count;
        }
        return isHole;
    }
}

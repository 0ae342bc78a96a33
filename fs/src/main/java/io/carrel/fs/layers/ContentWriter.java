package io.carrel.fs.layers;

import io.carrel.linux.Descriptor;
import io.carrel.linux.binding.FileCalls;
import java.io.IOException;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveStructSparse;

/** Writes what files hold; the holes of sparse files stay holes. Not thread-safe. */
final class ContentWriter {

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

    void write(TarArchiveEntry entry, LayerTar tar, Descriptor file) throws IOException {
        checkSize(entry.getRealSize());
        if (entry.isStarSparse()) {
            throw refusal.because("sparse files as star writes them are not supported");
        }
        if (entry.isSparse()) {
            writeSparse(entry, tar, file);
        } else {
            account(entry.getSize());
            copy(tar, file, entry.getSize());
        }
    }

    private void checkSize(long size) {
        if (size < 0) {
            throw refusal.because("the file's size is negative");
        }
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

    private void writeSparse(TarArchiveEntry entry, LayerTar tar, Descriptor file) throws IOException {
        List<TarArchiveStructSparse> parts = entry.getOrderedSparseHeaders();
        checkParts(entry, parts);
        long position = 0;
        for (TarArchiveStructSparse part : parts) {
            skip(tar, part.getOffset() - position);
            if (part.getOffset() != position) {
                calls.seek(file, part.getOffset());
            }
            copy(tar, file, part.getNumbytes());
            position = part.getOffset() + part.getNumbytes();
        }
        if (position < entry.getRealSize()) {
            throw refusal.because("the map of a sparse file does not reach its end");
        }
        calls.truncate(file, entry.getRealSize());
    }

    private void checkParts(TarArchiveEntry entry, List<TarArchiveStructSparse> parts) {
        long sum = 0;
        for (TarArchiveStructSparse part : parts) {
            if (part.getNumbytes() < 0 || part.getOffset() < 0 || part.getNumbytes() > entry.getSize() - sum) {
                throw refusal.because("the map of a sparse file has more than the archive holds of it");
            }
            sum += part.getNumbytes();
        }
        account(sum);
    }

    private void skip(LayerTar tar, long bytes) throws IOException {
        for (long left = bytes; left > 0; ) {
            long skipped = tar.skip(left);
            if (skipped <= 0) {
                throw refusal.because("the map of a sparse file has holes that cannot be");
            }
            left -= skipped;
        }
    }

    private void copy(LayerTar tar, Descriptor file, long bytes) throws IOException {
        for (long left = bytes; left > 0; ) {
            int count = tar.read(buffer, 0, (int) Math.min(buffer.length, left));
            if (count <= 0) {
                throw refusal.because("the archive ends inside the file");
            }
            calls.write(file, buffer, 0, count);
            left -= count;
        }
    }
}

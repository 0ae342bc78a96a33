package io.carrel.images;

import com.google.common.io.ByteStreams;
import io.carrel.images.compression.BulkInput;
import io.carrel.images.compression.Compression;
import io.carrel.images.layers.LayerLimits;
import io.carrel.linux.HostFileException;
import io.carrel.linux.RefusedContentException;
import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads a tar archive of which others may have made anything: what an entry's headers take is bounded, as
 * commons-compress gathers them in memory. Not thread-safe.
 */
final class Tarball implements AutoCloseable {

    private static final int MOST_HEADER_BYTES = 1 << 16;
    private static final int MOST_ENTRIES = 100_000;

    private final String source;
    private final Bounded input;
    private final TarArchiveInputStream tar;
    private int entries;

    /** What comes of the archive lies on the disk, zeros too. */
    Tarball(InputStream archive, String source, LayerLimits limits) {
        this.source = source;
        this.input = new Bounded(decompressed(archive, source, limits));
        this.tar = new TarArchiveInputStream(input, StandardCharsets.UTF_8.name());
    }

    private static InputStream decompressed(InputStream archive, String source, LayerLimits limits) {
        BufferedInputStream buffered = new BufferedInputStream(archive);
        try {
            return Compression.of(buffered, source).open(buffered, source, limits.expansion(true));
        } catch (IOException e) {
            throw new HostFileException("cannot read %s: %s".formatted(source, e.getMessage()), e);
        }
    }

    /** Ends the stream when a number of bytes has been read. */
    private static final class Bounded extends BulkInput {
        private final InputStream in;
        private long left = Long.MAX_VALUE;

        Bounded(InputStream in) {
            this.in = in;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            if (left <= 0) {
                throw new IOException("an entry has headers of more than %d bytes".formatted(MOST_HEADER_BYTES));
            }
            int read = in.read(bytes, offset, (int) Math.min(length, left));
            left -= Math.max(read, 0);
            return read;
        }

        @Override
        public int available() throws IOException {
            return in.available();
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }

    /** The next entry, null at the end. */
    @Nullable TarArchiveEntry next() throws IOException {
        try {
            if (entries > 0) {
                ByteStreams.exhaust(tar);
            }
            input.left = MOST_HEADER_BYTES;
            TarArchiveEntry entry = tar.getNextEntry();
            if (entry != null && ++entries > MOST_ENTRIES) {
                throw new RefusedContentException(source, "", "it has more than " + MOST_ENTRIES + " entries", null);
            }
            return entry;
        } catch (IOException | IllegalArgumentException | ArithmeticException | IllegalStateException e) {
            throw new RefusedContentException(source, "", "it is not a proper tar archive: " + e.getMessage(), e);
        } finally {
            input.left = Long.MAX_VALUE;
        }
    }

    /** The current entry's content. */
    InputStream content() {
        return new FilterInputStream(tar) {
            @Override
            public int read(byte[] bytes, int offset, int length) {
                try {
                    return super.read(bytes, offset, length);
                } catch (IOException e) {
                    throw new RefusedContentException(source, "", "it is damaged: " + e.getMessage(), e);
                }
            }
        };
    }

    @Override
    public void close() throws IOException {
        tar.close();
    }
}

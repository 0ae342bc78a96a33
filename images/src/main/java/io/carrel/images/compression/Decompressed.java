package io.carrel.images.compression;

import io.carrel.linux.RefusedContentException;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/** The content of a compressed archive. Tells errors of the content from those of the stream. Not thread-safe. */
final class Decompressed extends BulkInput {

    private static final int BUFFER = 128 * 1024;

    private final Archive archive;
    private final Compression compression;
    private final String source;
    private final InputStream content;
    private final Expansion most;
    private long unpacked;
    private final byte[] skipped = new byte[BUFFER];

    Decompressed(InputStream in, Compression compression, String source, Expansion most) throws IOException {
        this.archive = new Archive(in);
        this.compression = compression;
        this.source = source;
        this.most = most;
        try {
            this.content = compression.decoder(new BufferedInputStream(archive, BUFFER));
        } catch (IOException e) {
            throw judged(e);
        }
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        try {
            int count = content.read(bytes, offset, length);
            if (count > 0) {
                unpacked += most.counted(bytes, offset, count);
                most.check(unpacked, archive.bytes, source);
            }
            return count;
        } catch (IOException e) {
            throw judged(e);
        }
    }

    /** The decoders skip in pieces of 512 bytes, or make a new buffer each time. */
    @Override
    public long skip(long count) throws IOException {
        long left = count;
        while (left > 0) {
            int read = read(skipped, 0, (int) Math.min(left, skipped.length));
            if (read < 0) {
                break;
            }
            left -= read;
        }
        return count - left;
    }

    private IOException judged(IOException failure) {
        if (archive.failed) {
            return failure;
        }
        String reason = failure instanceof EOFException ? "it ends too early" : String.valueOf(failure.getMessage());
        throw new RefusedContentException(
                source, "", "its compression (%s) is damaged: %s".formatted(compression, reason), failure);
    }

    @Override
    public void close() throws IOException {
        content.close();
    }

    /** Counts its bytes, and remembers that it could not be read. */
    private static final class Archive extends BulkInput {
        private final InputStream in;
        private boolean failed;
        private long bytes;

        Archive(InputStream in) {
            this.in = in;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            try {
                int count = in.read(bytes, offset, length);
                this.bytes += Math.max(count, 0);
                return count;
            } catch (IOException e) {
                failed = true;
                throw e;
            }
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
}

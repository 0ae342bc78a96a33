package io.carrel.images.archive;

import io.carrel.fs.spi.TarFormatException;
import io.carrel.images.compression.BulkInput;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/** The bytes of an archive. Knows how many have been read, and whether an error was the stream's. Not thread-safe. */
final class TarInput extends BulkInput {

    private final InputStream in;
    private long position;
    private long end = Long.MAX_VALUE;
    private boolean failed;

    TarInput(InputStream in) {
        this.in = in;
    }

    long position() {
        return position;
    }

    /** From now on no more than this may be read. */
    void limit(long bytes) {
        end = position > Long.MAX_VALUE - bytes ? Long.MAX_VALUE : position + bytes;
    }

    /** Whether the stream could not be read, which says nothing about the archive. */
    boolean hasFailed() {
        return failed;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        int read;
        try {
            read = in.read(bytes, offset, length);
        } catch (IOException e) {
            failed = true;
            throw e;
        }
        position += Math.max(read, 0);
        if (position > end) {
            throw new TarFormatException("the entry's headers are too large");
        }
        return read;
    }

    byte[] readHeader(long length) throws IOException {
        byte[] bytes = readNBytes(Math.toIntExact(length));
        if (bytes.length < length) {
            throw new TarFormatException("the archive breaks off in a header");
        }
        return bytes;
    }

    int readContent(byte[] bytes, int offset, int length) throws IOException {
        int read = read(bytes, offset, length);
        if (read < 0) {
            throw new TarFormatException("the archive breaks off in a file's content");
        }
        return read;
    }

    void skipTo(long wanted) throws IOException {
        if (wanted == position) {
            return;
        }
        try {
            in.skipNBytes(wanted - position);
        } catch (EOFException e) {
            throw new TarFormatException("the archive breaks off in a file's content", e);
        } catch (IOException e) {
            failed = true;
            throw e;
        }
        position = wanted;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}

package io.carrel.fs.view;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** The bytes of one archive without its compression, at any position. Thread-safe. */
sealed interface ArchiveBytes extends AutoCloseable permits PlainBytes, UnpackedBytes {

    static ArchiveBytes open(Path file) throws IOException {
        Compression compression = Compression.of(file);
        return compression == Compression.NONE ? new PlainBytes(file) : new UnpackedBytes(file, compression);
    }

    /** Which file it is. */
    Path file();

    /** All of it, from the beginning, past whatever is kept for {@link #read}. */
    InputStream stream() throws IOException;

    /**
     * Reads at least one byte if there is room for one.
     *
     * @throws IOException if the archive ends before the position
     */
    int read(long position, ByteBuffer target) throws IOException;

    @Override
    void close() throws IOException;
}

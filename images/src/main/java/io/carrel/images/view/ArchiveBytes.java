package io.carrel.images.view;

import io.carrel.images.archive.TarLimits;
import io.carrel.images.archive.TarReader;
import io.carrel.images.compression.Compression;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/** The bytes of one archive without its compression, at any position. Thread-safe. */
sealed interface ArchiveBytes extends AutoCloseable permits PlainBytes, UnpackedBytes {

    static ArchiveBytes open(Path file) throws IOException {
        Compression compression;
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
            compression = Compression.of(in, file.toString());
        }
        return compression == Compression.NONE ? new PlainBytes(file) : new UnpackedBytes(file, compression);
    }

    /** An archive without its compression, from the beginning. */
    static InputStream open(Path file, Compression compression) throws IOException {
        InputStream in = Files.newInputStream(file);
        try {
            return compression.open(in, file.toString());
        } catch (IOException | RuntimeException | Error e) {
            in.close();
            throw e;
        }
    }

    /** Which file it is. */
    Path file();

    /** Reads the entries of a stream of it. Nobody needs larger headers, but maps of sparse files are large. */
    default TarReader reader(InputStream stream) {
        return new TarReader(stream, new TarLimits(1 << 20, 1 << 26));
    }

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

package io.carrel.images.compression;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import io.carrel.linux.RefusedContentException;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorOutputStream;
import org.apache.commons.compress.compressors.gzip.GzipParameters;

/**
 * Says how an archive is compressed; its first bytes say so, whatever a manifest may claim. Immutable, so safe for use
 * by several threads; its streams are not.
 */
public enum Compression {
    NONE,
    GZIP,
    ZSTD;

    private static final int BUFFER = 128 * 1024;
    private static final int MAGIC = 10;

    /**
     * Tells what the first bytes of an archive say; the stream is left where it was.
     *
     * @param archive a stream that can be marked
     * @param source what messages call the archive
     * @throws RefusedContentException if it is compressed by bzip2 or xz
     * @throws IOException if the stream cannot be read
     */
    public static Compression of(InputStream archive, String source) throws IOException {
        archive.mark(MAGIC);
        byte[] magic = archive.readNBytes(MAGIC);
        archive.reset();
        if (startsWith(magic, 0x1f, 0x8b)) {
            return GZIP;
        }
        // A frame, or one that decoders skip, as zstd:chunked and pzstd write them.
        if (startsWith(magic, 0x28, 0xb5, 0x2f, 0xfd)
                || magic.length > 3 && (magic[0] & 0xf0) == 0x50 && startsWith(magic, magic[0], 0x2a, 0x4d, 0x18)) {
            return ZSTD;
        }
        boolean isBzip2 = magic.length > 3 && startsWith(magic, 'B', 'Z', 'h', magic[3], '1', 'A', 'Y', '&', 'S', 'Y');
        if (isBzip2 || startsWith(magic, 0xfd, '7', 'z', 'X', 'Z', 0)) {
            throw new RefusedContentException(
                    source, "", "it is compressed by bzip2 or xz; gzip and zstd are supported", null);
        }
        return NONE;
    }

    private static boolean startsWith(byte[] bytes, int... expected) {
        for (int i = 0; i < expected.length; i++) {
            if (i >= bytes.length || bytes[i] != (byte) expected[i]) {
                return false;
            }
        }
        return true;
    }

    /**
     * Returns a stream that compresses what is written to it; the same content gives the same bytes.
     *
     * @throws IOException if the beginning cannot be written
     */
    public OutputStream compress(OutputStream archive) throws IOException {
        return switch (this) {
            case NONE -> archive;
            case GZIP -> {
                GzipParameters parameters = new GzipParameters();
                parameters.setOS(GzipParameters.OS.UNKNOWN);
                parameters.setBufferSize(BUFFER);
                yield new GzipCompressorOutputStream(archive, parameters);
            }
            case ZSTD -> new BufferedOutputStream(new ZstdOutputStreamNoFinalizer(archive), BUFFER);
        };
    }

    /**
     * Returns the content of a compressed archive, buffered. If that is damaged, reading throws a
     * {@link RefusedContentException}; an {@link IOException} says that the archive's stream cannot be read.
     *
     * @param source what messages call the archive
     * @throws IOException if the beginning cannot be read
     */
    public InputStream open(InputStream archive, String source) throws IOException {
        return open(archive, source, Expansion.UNLIMITED);
    }

    /**
     * Returns the content of a compressed archive, as {@link #open(InputStream, String)} does. Reading also throws a
     * {@link RefusedContentException} when more comes of it than this.
     *
     * @param source what messages call the archive
     * @throws IOException if the beginning cannot be read
     */
    public InputStream open(InputStream archive, String source, Expansion most) throws IOException {
        if (this == NONE) {
            return new BufferedInputStream(archive, BUFFER);
        }
        return new BufferedInputStream(new Decompressed(archive, this, source, most), BUFFER);
    }

    InputStream decoder(InputStream archive) throws IOException {
        return this == ZSTD
                ? new ZstdInputStreamNoFinalizer(archive)
                : GzipCompressorInputStream.builder()
                        .setInputStream(archive)
                        .setDecompressConcatenated(true)
                        .get();
    }
}

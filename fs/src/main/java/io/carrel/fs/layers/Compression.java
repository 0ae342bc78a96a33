package io.carrel.fs.layers;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorOutputStream;
import org.apache.commons.compress.compressors.gzip.GzipParameters;

/** How an archive is compressed. */
public enum Compression {
    NONE,
    GZIP,
    ZSTD;

    private static final int BUFFER = 128 * 1024;
    private static final int MAGIC = 4;

    /** What the first bytes say; the stream is left where it was. */
    static Compression of(BufferedInputStream archive) throws IOException {
        archive.mark(MAGIC);
        byte[] magic = archive.readNBytes(MAGIC);
        archive.reset();
        if (magic.length >= 2 && (magic[0] & 0xff) == 0x1f && (magic[1] & 0xff) == 0x8b) {
            return GZIP;
        }
        if (magic.length == MAGIC && (magic[1] & 0xff) == 0xb5 && magic[2] == 0x2f && (magic[3] & 0xff) == 0xfd) {
            return (magic[0] & 0xff) == 0x28 ? ZSTD : NONE;
        }
        // A zstd archive may start with a frame to skip, as zstd:chunked and pzstd write them.
        boolean skippable = magic.length == MAGIC
                && (magic[0] & 0xf0) == 0x50
                && magic[1] == 0x2a
                && magic[2] == 0x4d
                && magic[3] == 0x18;
        return skippable ? ZSTD : NONE;
    }

    /** A stream that compresses what is written to it; the same content gives the same bytes. */
    OutputStream compress(OutputStream archive) throws IOException {
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

    /** The content of a compressed archive. */
    InputStream open(InputStream archive) throws IOException {
        return switch (this) {
            case NONE -> archive;
            case GZIP ->
                GzipCompressorInputStream.builder()
                        .setInputStream(archive)
                        .setDecompressConcatenated(true)
                        .get();
            case ZSTD -> new ZstdInputStreamNoFinalizer(archive);
        };
    }
}

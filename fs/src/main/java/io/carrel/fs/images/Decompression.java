package io.carrel.fs.images;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import io.carrel.fs.layers.Compression;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;

/** Tells by its first bytes how something is compressed. */
final class Decompression {

    private static final int BUFFER = 1 << 16;
    private static final int MAGIC = 4;
    private static final int GZIP = 0x8b1f;
    private static final int ZSTD = 0xfd2fb528;
    /** Frames that hold no content, which some tools write first; their last digit varies. */
    private static final int ZSTD_SKIPPED = 0x184d2a50;

    private Decompression() {}

    /** How it is compressed; the stream, which can be marked, stays where it is. */
    static Compression of(InputStream content) throws IOException {
        content.mark(MAGIC);
        byte[] bytes = content.readNBytes(MAGIC);
        content.reset();
        int magic = 0;
        for (int i = 0; i < bytes.length; i++) {
            magic |= (bytes[i] & 0xff) << 8 * i;
        }
        if ((magic & 0xffff) == GZIP) {
            return Compression.GZIP;
        }
        return magic == ZSTD || (magic & ~0xf) == ZSTD_SKIPPED ? Compression.ZSTD : Compression.NONE;
    }

    /** The content without its compression. */
    static InputStream open(InputStream content) throws IOException {
        BufferedInputStream buffered = new BufferedInputStream(content, BUFFER);
        return switch (of(buffered)) {
            case NONE -> buffered;
            case GZIP -> new BufferedInputStream(new GZIPInputStream(buffered, BUFFER), BUFFER);
            case ZSTD -> new BufferedInputStream(new ZstdInputStreamNoFinalizer(buffered), BUFFER);
        };
    }
}

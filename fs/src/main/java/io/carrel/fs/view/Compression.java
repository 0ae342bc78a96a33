package io.carrel.fs.view;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import io.carrel.linux.RefusedContentException;
import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/** How an archive is compressed; its first bytes say so, whatever a manifest may claim. */
enum Compression {
    NONE,
    GZIP,
    ZSTD;

    private static final int BUFFER = 1 << 16;

    static Compression of(Path file) throws IOException {
        byte[] magic;
        try (InputStream in = Files.newInputStream(file)) {
            magic = in.readNBytes(6);
        }
        if (startsWith(magic, 0x1f, 0x8b)) {
            return GZIP;
        }
        // A frame, or one that decoders skip: indexes of archives that are fetched in pieces.
        if (startsWith(magic, 0x28, 0xb5, 0x2f, 0xfd)
                || magic.length > 3 && (magic[0] & 0xf0) == 0x50 && startsWith(magic, magic[0], 0x2a, 0x4d, 0x18)) {
            return ZSTD;
        }
        if (startsWith(magic, 'B', 'Z', 'h') || startsWith(magic, 0xfd, '7', 'z', 'X', 'Z', 0)) {
            throw new RefusedContentException(
                    file.toString(),
                    "",
                    "it is compressed by bzip2 or xz; layers are compressed by gzip or zstd",
                    null);
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

    /** The archive without its compression, from the beginning. */
    InputStream open(Path file) throws IOException {
        InputStream in = Files.newInputStream(file);
        try {
            return switch (this) {
                case NONE -> new BufferedInputStream(in, BUFFER);
                case GZIP -> new FastSkipping(new GZIPInputStream(new BufferedInputStream(in, BUFFER), BUFFER));
                case ZSTD -> new FastSkipping(new ZstdInputStreamNoFinalizer(new BufferedInputStream(in, BUFFER)));
            };
        } catch (IOException | RuntimeException | Error e) {
            in.close();
            throw e;
        }
    }

    /** The streams below skip in pieces of 512 bytes, or make a new buffer each time. */
    private static final class FastSkipping extends FilterInputStream {
        private final byte[] skipped = new byte[BUFFER];

        FastSkipping(InputStream in) {
            super(in);
        }

        @Override
        public long skip(long count) throws IOException {
            long left = count;
            while (left > 0) {
                int read = in.read(skipped, 0, (int) Math.min(left, skipped.length));
                if (read < 0) {
                    break;
                }
                left -= read;
            }
            return count - left;
        }
    }
}

package io.carrel.images.layers;

import io.carrel.images.compression.Compression;
import io.carrel.linux.RefusedContentException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.util.function.LongConsumer;

/**
 * Takes an archive's compression away and computes both digests: what the calling thread of {@link LayerApplier} does.
 */
final class Unpacking {

    private static final int READ_AHEAD = 128 * 1024;

    private final InputStream archive;
    private final HashedOutput compressed = new HashedOutput(OutputStream.nullOutputStream());
    private final LayerLimits limits;
    private final String source;
    private final MessageDigest hash = Digest.sha256();

    Unpacking(InputStream archive, LongConsumer progress, LayerLimits limits, String source) {
        this.archive = WatchedInput.ofBorrowed(archive, (bytes, offset, length) -> {
            compressed.write(bytes, offset, length);
            progress.accept(compressed.count());
        });
        this.limits = limits;
        this.source = source;
    }

    /** Hands the whole content over. */
    Digest into(ChunkPipe pipe) throws IOException {
        BufferedInputStream buffered = new BufferedInputStream(archive, READ_AHEAD);
        try (InputStream content = Compression.of(buffered, source).open(buffered, source, limits.expansion(false))) {
            copy(content, pipe);
        }
        return Digest.of(hash);
    }

    private void copy(InputStream content, ChunkPipe pipe) throws IOException {
        long total = 0;
        while (true) {
            byte[] chunk = pipe.array();
            int count = content.readNBytes(chunk, 0, chunk.length);
            if (count == 0) {
                break;
            }
            total += count;
            if (total > limits.unpackedBytes()) {
                throw new RefusedContentException(source, "", "it is larger than its limits allow: " + limits, null);
            }
            hash.update(chunk, 0, count);
            if (!pipe.put(chunk, count)) {
                return;
            }
        }
        drain();
        pipe.end();
    }

    /** What follows the compressed content counts for the digest too. */
    private void drain() throws IOException {
        byte[] rest = new byte[8192];
        while (archive.read(rest, 0, rest.length) >= 0) {
            // Reading hashes.
        }
    }

    Digest digest() {
        return compressed.digest();
    }

    long archiveBytes() {
        return compressed.count();
    }
}

package io.carrel.images.layers;

import io.carrel.images.compression.Compression;
import io.carrel.linux.RefusedContentException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.Objects;

/**
 * Compares a layer's archive with the digest that it has without its compression, and unpacks nothing. Stateless, so
 * safe for use by several threads.
 */
public final class LayerDigest {

    private static final int BUFFER = 128 * 1024;

    private LayerDigest() {}

    /**
     * Reads a layer to its end.
     *
     * @param archive not closed
     * @param diffId the digest that it must have without its compression
     * @param source what messages call the archive
     * @param limits how much may come of it
     * @throws RefusedContentException if it is another layer, is damaged, or is larger than the limits allow
     * @throws IOException if the stream cannot be read
     */
    public static void check(InputStream archive, Digest diffId, String source, LayerLimits limits) throws IOException {
        Objects.requireNonNull(diffId, "diffId");
        MessageDigest hash = Digest.sha256();
        BufferedInputStream buffered = new BufferedInputStream(archive, BUFFER);
        byte[] chunk = new byte[BUFFER];
        long left = limits.unpackedBytes();
        try (InputStream content = Compression.of(buffered, source).open(buffered, source, limits.expansion(false))) {
            for (int count = content.read(chunk); count >= 0; count = content.read(chunk)) {
                left -= count;
                if (left < 0) {
                    throw new RefusedContentException(
                            source, "", "it is larger than its limits allow: " + limits, null);
                }
                hash.update(chunk, 0, count);
            }
        }
        check("digest without compression", diffId, Digest.of(hash), source);
    }

    static void check(String what, Digest wanted, Digest found, String source) {
        if (!wanted.equals(found)) {
            throw new RefusedContentException(
                    source, "", "its %s is %s and not %s, as expected".formatted(what, found, wanted), null);
        }
    }
}

package io.carrel.images.layers;

import static java.util.Objects.requireNonNull;

/**
 * Tells what was written. Immutable, so safe for use by several threads.
 *
 * @param digest of the archive as it was written
 * @param diffId of the archive without its compression
 * @param size how many bytes were written
 * @param entries how many entries the archive has
 */
public record WrittenLayer(Digest digest, Digest diffId, long size, long entries) {

    /** Checks that nothing is missing. */
    public WrittenLayer {
        requireNonNull(digest, "digest");
        requireNonNull(diffId, "diffId");
    }
}

package io.carrel.fs.layers;

import static java.util.Objects.requireNonNull;

/**
 * What was applied. Immutable.
 *
 * @param digest of the archive as it came
 * @param diffId of the archive without its compression
 * @param archiveBytes the archive's size as it came
 * @param contentBytes what the files hold, holes not counted
 * @param entries how many entries the archive has
 */
public record AppliedLayer(Digest digest, Digest diffId, long archiveBytes, long contentBytes, long entries) {

    /** Checks that nothing is missing. */
    public AppliedLayer {
        requireNonNull(digest, "digest");
        requireNonNull(diffId, "diffId");
    }
}

package io.carrel.images.layers;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * Tells what was applied. Immutable, so safe for use by several threads.
 *
 * @param digest of the archive as it came
 * @param diffId of the archive without its compression
 * @param archiveBytes the archive's size as it came
 * @param contentBytes what the files hold, holes not counted
 * @param entries how many entries the archive has
 * @param implied directories that were made as something lies in them, and of which the archive says nothing; the root,
 *     if it is one, is an empty path, and each other comes after that it lies in
 * @param deleting directories in which names of lower layers are deleted, each after that it lies in; see
 *     {@link VoidDeletions}
 */
public record AppliedLayer(
        Digest digest,
        Digest diffId,
        long archiveBytes,
        long contentBytes,
        long entries,
        List<String> implied,
        List<String> deleting) {

    /** Checks that nothing is missing. */
    public AppliedLayer {
        requireNonNull(digest, "digest");
        requireNonNull(diffId, "diffId");
        implied = List.copyOf(implied);
        deleting = List.copyOf(deleting);
    }
}

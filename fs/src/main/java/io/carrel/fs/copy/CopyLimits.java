package io.carrel.fs.copy;

import static com.google.common.base.Preconditions.checkArgument;

/**
 * Limits what one copy takes; at more it ends with an {@link io.carrel.linux.RefusedContentException}. Immutable, so
 * safe for use by several threads.
 *
 * @param files how many files, directories and links are met, also such as are not copied; at least 1
 * @param bytes how much all files hold together, holes not counted; 0 or more
 * @param depth how many directories lie within each other, 0 to 1000
 */
public record CopyLimits(long files, long bytes, int depth) {

    private static final int DEEPEST = 1000;

    /** Allows a million files, 16 GiB, and 128 directories within each other. */
    public static final CopyLimits DEFAULT = new CopyLimits(1_000_000, 16L << 30, 128);

    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if one is out of its range
     */
    public CopyLimits {
        checkArgument(files > 0, "files must be positive, was %s", files);
        checkArgument(bytes >= 0, "bytes must not be negative, was %s", bytes);
        checkArgument(depth >= 0 && depth <= DEEPEST, "depth must be 0..%s, was %s", DEEPEST, depth);
    }
}

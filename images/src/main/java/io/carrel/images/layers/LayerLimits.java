package io.carrel.images.layers;

import static com.google.common.base.Preconditions.checkArgument;

import io.carrel.images.compression.Expansion;

/**
 * Limits how much of a layer is accepted; one that has more is refused. Immutable, so safe for use by several threads.
 *
 * @param entries how many entries; at least 1
 * @param contentBytes how much all files hold together, holes not counted
 * @param fileBytes the size of one file, holes counted
 * @param headerBytes what one entry's headers may take: long names, extended attributes, maps of sparse files; at least
 *     1024
 * @param ratio how many bytes may come of each byte of a compressed archive, beyond a 64th of {@code contentBytes},
 *     which may come of any; blocks of zeros, which become holes, do not count; at least 1
 */
public record LayerLimits(long entries, long contentBytes, long fileBytes, int headerBytes, long ratio) {

    private static final long GIB = 1L << 30;

    private static final long RATIO = 200;

    /**
     * Allows more than the layers that are published have: 4 million entries, 64 GiB, files of up to 1 TiB, headers of
     * 1 MiB, beyond the first GiB 200 bytes of each. What programs and texts consist of gives 2 to 20.
     */
    public static final LayerLimits DEFAULT = new LayerLimits(4_000_000, 64 * GIB, 1024 * GIB, 1 << 20);

    /** An archive has a header of this size before each entry's content, and pads the content to this size. */
    private static final long RECORD = 512;

    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if one is out of its range
     */
    public LayerLimits {
        checkArgument(entries > 0, "entries must be positive, was %s", entries);
        checkArgument(contentBytes >= 0, "contentBytes must not be negative, was %s", contentBytes);
        checkArgument(fileBytes >= 0, "fileBytes must not be negative, was %s", fileBytes);
        checkArgument(ratio > 0, "ratio must be positive, was %s", ratio);
        checkArgument(headerBytes >= 2 * RECORD, "headerBytes must be at least 1024, was %s", headerBytes);
    }

    /**
     * Limits with the default ratio.
     *
     * @throws IllegalArgumentException if one is out of its range
     */
    public LayerLimits(long entries, long contentBytes, long fileBytes, int headerBytes) {
        this(entries, contentBytes, fileBytes, headerBytes, RATIO);
    }

    /**
     * Returns the same for a layer that may be large: files and their content may have as many bytes, however small the
     * archive is.
     *
     * @throws IllegalArgumentException if it is negative
     */
    public LayerLimits upTo(long bytes) {
        return new LayerLimits(entries, bytes, bytes, headerBytes, Long.MAX_VALUE);
    }

    /** Returns how much may come of a compressed archive. */
    public Expansion expansion(boolean countsZeros) {
        return new Expansion(contentBytes / 64, ratio, countsZeros);
    }

    /** How long the archive may be without its compression, whatever it consists of. */
    long unpackedBytes() {
        long framing = Math.multiplyExact(entries, 4 * RECORD) + headerBytes;
        return framing > Long.MAX_VALUE - contentBytes ? Long.MAX_VALUE : framing + contentBytes;
    }
}

package io.carrel.fs.layers;

import static com.google.common.base.Preconditions.checkArgument;

/**
 * How much of a layer is accepted; one that has more is refused. Immutable.
 *
 * @param entries how many entries
 * @param contentBytes how much all files hold together, holes not counted
 * @param fileBytes the size of one file, holes counted
 * @param headerBytes what one entry's headers may take: long names, extended attributes, maps of sparse files
 */
public record LayerLimits(long entries, long contentBytes, long fileBytes, int headerBytes) {

    private static final long GIB = 1L << 30;

    /** More than the layers that are published: 4 million entries, 64 GiB, files of up to 1 TiB, headers of 1 MiB. */
    public static final LayerLimits DEFAULT = new LayerLimits(4_000_000, 64 * GIB, 1024 * GIB, 1 << 20);

    /** An archive has a header of this size before each entry's content, and pads the content to this size. */
    private static final long RECORD = 512;

    /** Checks that all are positive. */
    public LayerLimits {
        checkArgument(entries > 0, "entries must be positive, was %s", entries);
        checkArgument(contentBytes >= 0, "contentBytes must not be negative, was %s", contentBytes);
        checkArgument(fileBytes >= 0, "fileBytes must not be negative, was %s", fileBytes);
        checkArgument(headerBytes >= 2 * RECORD, "headerBytes must be at least 1024, was %s", headerBytes);
    }

    /** How long the archive may be without its compression, whatever it consists of. */
    long unpackedBytes() {
        long framing = Math.multiplyExact(entries, 4 * RECORD) + headerBytes;
        return framing > Long.MAX_VALUE - contentBytes ? Long.MAX_VALUE : framing + contentBytes;
    }
}

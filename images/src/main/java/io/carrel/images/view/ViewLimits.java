package io.carrel.images.view;

import static com.google.common.base.Preconditions.checkArgument;

/**
 * Limits how much the layers of one image may ask for before they are refused: an archive of some kilobytes can hold
 * millions of entries, or unpack to terabytes. Immutable, so safe for use by several threads.
 *
 * @param entries files, directories, links and whiteouts in all layers; each costs some hundred bytes of heap
 * @param nameBytes bytes of all names, link targets and extended attributes, which are held in the heap
 * @param contentBytes bytes of all files, and of all archives without their compression
 */
public record ViewLimits(long entries, long nameBytes, long contentBytes) {

    /** Allows a million entries, 256 MiB of names, 64 GiB of content. */
    public static final ViewLimits STANDARD = new ViewLimits(1_000_000, 256L << 20, 64L << 30);

    /**
     * Checks that something is allowed.
     *
     * @throws IllegalArgumentException if a number is not positive
     */
    public ViewLimits {
        checkArgument(entries > 0, "entries must be positive, was %s", entries);
        checkArgument(nameBytes > 0, "nameBytes must be positive, was %s", nameBytes);
        checkArgument(contentBytes > 0, "contentBytes must be positive, was %s", contentBytes);
    }

    /** Returns the same with another number of entries. */
    public ViewLimits withEntries(long most) {
        return new ViewLimits(most, nameBytes, contentBytes);
    }

    /** Returns the same with another number of bytes for names. */
    public ViewLimits withNameBytes(long most) {
        return new ViewLimits(entries, most, contentBytes);
    }

    /** Returns the same with another number of bytes for contents. */
    public ViewLimits withContentBytes(long most) {
        return new ViewLimits(entries, nameBytes, most);
    }
}

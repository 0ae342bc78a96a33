package io.carrel.images.compression;

import static com.google.common.base.Preconditions.checkArgument;

import io.carrel.linux.RefusedContentException;
import java.util.Arrays;

/**
 * Limits how much may come of a compressed archive: a few megabytes can be made to fill a disk. Immutable, so safe for
 * use by several threads.
 *
 * @param anyway how many bytes may come of any archive
 * @param ratio how many more may come of each of its bytes
 * @param countsZeros whether zeros count, which take no room where they become holes
 */
public record Expansion(long anyway, long ratio, boolean countsZeros) {

    /** Lets anything come. */
    public static final Expansion UNLIMITED = new Expansion(Long.MAX_VALUE, 1, true);

    private static final byte[] ZEROS = new byte[64 * 1024];

    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if {@code anyway} is negative, or {@code ratio} not positive
     */
    public Expansion {
        checkArgument(anyway >= 0, "anyway must not be negative, was %s", anyway);
        checkArgument(ratio > 0, "ratio must be positive, was %s", ratio);
    }

    /** How many of these bytes count, looked at block by block. */
    int counted(byte[] bytes, int offset, int length) {
        if (countsZeros) {
            return length;
        }
        int counted = 0;
        for (int at = 0; at < length; at += ZEROS.length) {
            int block = Math.min(length - at, ZEROS.length);
            if (!Arrays.equals(bytes, offset + at, offset + at + block, ZEROS, 0, block)) {
                counted += block;
            }
        }
        return counted;
    }

    /** Refuses an archive of which more has come than may. */
    void check(long unpacked, long archived, String source) {
        if (unpacked > anyway && (unpacked - anyway) / ratio > archived) {
            throw new RefusedContentException(
                    source,
                    "",
                    ("more than %d bytes come of %d compressed ones, over %d for each, as if it were made to fill a disk;"
                                    + " give a higher limit to have it all the same")
                            .formatted(unpacked, archived, ratio),
                    null);
        }
    }
}

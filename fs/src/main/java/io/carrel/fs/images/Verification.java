package io.carrel.fs.images;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * What was found when everything in a store was read. Immutable.
 *
 * @param blobs how many blobs were read
 * @param bytes how many bytes these have
 * @param damages what is wrong; empty if nothing is
 */
public record Verification(int blobs, long bytes, List<Damage> damages) {

    /**
     * Something that is not what it should be. Loading the image again repairs it, once the damaged file is removed.
     *
     * @param place an image's name or digest, or a file
     * @param reason what is wrong
     */
    public record Damage(String place, String reason) {

        /** Checks that nothing is missing. */
        public Damage {
            requireNonNull(place, "place");
            requireNonNull(reason, "reason");
        }
    }

    /** Copies the list. */
    public Verification {
        damages = List.copyOf(damages);
    }

    /** Whether nothing is wrong. */
    public boolean isSound() {
        return damages.isEmpty();
    }
}

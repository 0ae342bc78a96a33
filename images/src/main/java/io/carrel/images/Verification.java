package io.carrel.images;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * Tells what was found when everything in a store was read. Immutable, so safe for use by several threads.
 *
 * @param blobs how many blobs were read
 * @param bytes how many bytes these have
 * @param layers how many unpacked layers were compared with their blobs
 * @param damages what is wrong; empty if nothing is
 */
public record Verification(int blobs, long bytes, int layers, List<Damage> damages) {

    /**
     * Tells of something that is not what it should be. Immutable, so safe for use by several threads.
     *
     * @param place an image's name or digest, a blob, or an unpacked layer
     * @param reason what is wrong
     * @param remedy what to do about it
     */
    public record Damage(String place, String reason, String remedy) {

        /** Checks that nothing is missing. */
        public Damage {
            requireNonNull(place, "place");
            requireNonNull(reason, "reason");
            requireNonNull(remedy, "remedy");
        }
    }

    static Damage ofImage(String name, String reason) {
        return new Damage(name, reason, "Load the image again, or remove it.");
    }

    /** Copies the list. */
    public Verification {
        damages = List.copyOf(damages);
    }

    /** Tells whether nothing is wrong. */
    public boolean isSound() {
        return damages.isEmpty();
    }
}

package io.carrel.images;

import io.carrel.images.Verification.Damage;
import java.util.List;

/**
 * Tells what is in a store. Immutable, so safe for use by several threads.
 *
 * @param images those that can be used
 * @param damages what is wrong with the others; their contents are read by {@link ImageStore#verify} alone
 */
public record Inventory(List<Image> images, List<Damage> damages) {

    /** Copies the lists. */
    public Inventory {
        images = List.copyOf(images);
        damages = List.copyOf(damages);
    }
}

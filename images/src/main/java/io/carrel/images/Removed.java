package io.carrel.images;

import java.util.List;

/**
 * Tells what became of an image that was to be removed. Immutable, so safe for use by several threads.
 *
 * @param names those that were taken from it
 * @param isGone whether these were all, and the image is gone
 */
public record Removed(List<Reference> names, boolean isGone) {

    /** Copies the list. */
    public Removed {
        names = List.copyOf(names);
    }
}

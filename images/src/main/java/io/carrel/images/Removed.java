package io.carrel.images;

import java.util.List;

/**
 * What became of an image that was to be removed. Immutable.
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

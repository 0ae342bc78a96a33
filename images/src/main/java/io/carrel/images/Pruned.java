package io.carrel.images;

import io.carrel.images.layers.Digest;
import java.util.List;

/**
 * Tells what was removed from a store. Immutable, so safe for use by several threads.
 *
 * @param names the names that images had
 * @param unnamed the digests of images without a name
 * @param blobs how many blobs
 * @param layers how many unpacked layers
 * @param bytes how many bytes all these files had
 */
public record Pruned(List<Reference> names, List<Digest> unnamed, int blobs, int layers, long bytes) {

    /** Copies the lists. */
    public Pruned {
        names = List.copyOf(names);
        unnamed = List.copyOf(unnamed);
    }
}

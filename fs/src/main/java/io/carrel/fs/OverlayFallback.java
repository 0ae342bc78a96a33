package io.carrel.fs;

import static java.util.Objects.requireNonNull;

/**
 * What becomes of a start whose layers the kernel does not stack: in a user namespace before Linux 5.11, without overlayfs, or
 * where the changes, or for root the layers, lie on a file system that overlayfs does not take, as another overlay is. Immutable.
 */
public sealed interface OverlayFallback {

    /** The start fails and says why. */
    static OverlayFallback none() {
        return new None();
    }

    /**
     * The layers are copied into one directory of the {@linkplain Storage#standard() standard storage}, which is the root. A start
     * then takes as long as the copy, unless the file system shares the files' blocks, as btrfs and xfs do. The copy is removed
     * after the container's end, or stays where the {@link Upper} is one that is kept.
     */
    static OverlayFallback copy() {
        return copy(Storage.standard());
    }

    /** The same, in another storage. */
    static OverlayFallback copy(Storage storage) {
        return new Copy(storage);
    }

    /** See {@link OverlayFallback#none()}. */
    record None() implements OverlayFallback {}

    /**
     * See {@link OverlayFallback#copy()}.
     *
     * @param storage where a copy lies that is thrown away
     */
    record Copy(Storage storage) implements OverlayFallback {

        /** Checks the argument. */
        public Copy {
            requireNonNull(storage, "storage");
        }
    }
}

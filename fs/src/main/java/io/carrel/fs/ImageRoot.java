package io.carrel.fs;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

/**
 * Takes the files of an image in a storage as the root, as an {@link Overlay} of its layers. What the image says of its
 * command, environment, user and working directory holds for the container where its definition says nothing.
 * Immutable, so safe for use by several threads.
 *
 * <p>The image is looked for when the plan is made: one that is not there is a
 * {@link io.carrel.linux.NotFoundException} then. A running container keeps it in the storage.
 *
 * <p>Needs what an {@link Overlay} needs: Linux 5.11 for an ordinary user, Linux 5.19 for root.
 *
 * @param reference the image's name, or at least six digits of its id
 * @param storage where the image is
 * @param upper where changes go
 * @param access whether the files can be written to
 * @param fallback what is done where the kernel does not stack its layers
 */
public record ImageRoot(String reference, Storage storage, Upper upper, Access access, OverlayFallback fallback)
        implements RootFs {

    /**
     * Checks the arguments.
     *
     * @throws IllegalArgumentException if the reference is blank
     */
    public ImageRoot {
        checkArgument(!requireNonNull(reference, "reference").isBlank(), "an image needs a name");
        requireNonNull(storage, "storage");
        requireNonNull(upper, "upper");
        requireNonNull(access, "access");
        requireNonNull(fallback, "fallback");
    }

    /**
     * Takes an image that nothing replaces where the kernel does not stack its layers.
     *
     * @throws IllegalArgumentException if the reference is blank
     */
    public ImageRoot(String reference, Storage storage, Upper upper, Access access) {
        this(reference, storage, upper, access, OverlayFallback.none());
    }

    /** Returns the same image of another storage. */
    public ImageRoot in(Storage other) {
        return new ImageRoot(reference, other, upper, access, fallback);
    }

    /** Returns the same with another place for changes. */
    public ImageRoot upper(Upper other) {
        return new ImageRoot(reference, storage, other, access, fallback);
    }

    /** Returns the same, read-only. */
    public ImageRoot readOnly() {
        return new ImageRoot(reference, storage, upper, Access.READ_ONLY, fallback);
    }

    /**
     * Returns the same, with something else where the kernel does not stack the layers. What the container has then is
     * told by its plan and its enforcement.
     */
    public ImageRoot orElse(OverlayFallback other) {
        return new ImageRoot(reference, storage, upper, access, other);
    }
}

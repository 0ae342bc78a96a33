package io.carrel.fs;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

/**
 * The files of an image in a storage, as an {@link Overlay} of its layers. What the image says of its command, environment,
 * user and working directory holds for the container where its definition says nothing. Immutable.
 *
 * <p>The image is looked for when the plan is made, and a running container keeps it in the storage.
 *
 * @param reference the image's name, or at least six digits of its id
 * @param storage where the image is
 * @param upper where changes go
 * @param access whether the files can be written to
 * @param fallback what is done where the kernel does not stack its layers
 */
public record ImageRoot(String reference, Storage storage, Upper upper, Access access, OverlayFallback fallback)
        implements RootFs {

    /** Checks the arguments. */
    public ImageRoot {
        checkArgument(!requireNonNull(reference, "reference").isBlank(), "an image needs a name");
        requireNonNull(storage, "storage");
        requireNonNull(upper, "upper");
        requireNonNull(access, "access");
        requireNonNull(fallback, "fallback");
    }

    /** An image that nothing replaces where the kernel does not stack layers. */
    public ImageRoot(String reference, Storage storage, Upper upper, Access access) {
        this(reference, storage, upper, access, OverlayFallback.none());
    }

    /** The same image in another storage. */
    public ImageRoot in(Storage other) {
        return new ImageRoot(reference, other, upper, access, fallback);
    }

    /** The same with another upper. */
    public ImageRoot upper(Upper other) {
        return new ImageRoot(reference, storage, other, access, fallback);
    }

    /** The same, read-only. */
    public ImageRoot readOnly() {
        return new ImageRoot(reference, storage, upper, Access.READ_ONLY, fallback);
    }

    /** The same, with something else where the kernel does not stack layers. Each start says what it has. */
    public ImageRoot orElse(OverlayFallback other) {
        return new ImageRoot(reference, storage, upper, access, other);
    }
}

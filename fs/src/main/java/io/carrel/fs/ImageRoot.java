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
 */
public record ImageRoot(String reference, Storage storage, Upper upper, Access access) implements RootFs {

    /** Checks the arguments. */
    public ImageRoot {
        checkArgument(!requireNonNull(reference, "reference").isBlank(), "an image needs a name");
        requireNonNull(storage, "storage");
        requireNonNull(upper, "upper");
        requireNonNull(access, "access");
    }

    /** The same image in another storage. */
    public ImageRoot in(Storage other) {
        return new ImageRoot(reference, other, upper, access);
    }

    /** The same with another upper. */
    public ImageRoot upper(Upper other) {
        return new ImageRoot(reference, storage, other, access);
    }

    /** The same, read-only. */
    public ImageRoot readOnly() {
        return new ImageRoot(reference, storage, upper, Access.READ_ONLY);
    }
}

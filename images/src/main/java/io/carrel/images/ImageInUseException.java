package io.carrel.images;

import java.util.List;
import java.util.stream.Collectors;

/** Says that an image was not removed, as somebody needs it. Nothing was changed. Immutable. */
public final class ImageInUseException extends IllegalStateException {

    private static final long serialVersionUID = 1;

    private final transient List<ImageUser> users;

    ImageInUseException(String image, List<ImageUser> users) {
        super("the image %s is in use by %s: end that first, or remove it by force"
                .formatted(image, users.stream().map(ImageUser::toString).collect(Collectors.joining(", "))));
        this.users = List.copyOf(users);
    }

    /** Returns who needs it, at least one. */
    public List<ImageUser> users() {
        return users;
    }
}

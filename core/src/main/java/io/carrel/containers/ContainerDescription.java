package io.carrel.containers;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import java.util.List;
import java.util.Map;

/**
 * What is known of a container before it starts. Immutable.
 *
 * @param name the name by which it is found, and which no other running container of this storage has; empty if it has
 *     none
 * @param image the name of its image, as it was given; empty if it has none
 * @param command what it runs, as text for people, without the image
 * @param labels what its user has attached to it
 */
public record ContainerDescription(String name, String image, List<String> command, Map<String, String> labels) {

    private static final String NAME = "[a-zA-Z0-9]([a-zA-Z0-9_.-]{0,61}[a-zA-Z0-9])?";

    /**
     * Copies the collections.
     *
     * @throws IllegalArgumentException if no container can have the name
     */
    public ContainerDescription {
        requireNonNull(image, "image");
        command = ImmutableList.copyOf(command);
        labels = ImmutableMap.copyOf(labels);
        if (!name.isEmpty()) {
            checkName(name);
        }
    }

    /** Creates the description of a container without a name, an image and labels. */
    public static ContainerDescription of(List<String> command) {
        return new ContainerDescription("", "", command, ImmutableMap.of());
    }

    /**
     * Returns a copy with a name.
     *
     * @param text 1 to 63 letters, digits, dots, dashes and underscores, not digits alone; begins and ends with a
     *     letter or digit
     * @throws IllegalArgumentException if it is none
     */
    public ContainerDescription withName(String text) {
        return new ContainerDescription(checkName(text), image, command, labels);
    }

    /** Returns a copy with the name of its image. */
    public ContainerDescription withImage(String text) {
        return new ContainerDescription(name, text, command, labels);
    }

    /**
     * Returns a copy with one more label, or another value of it.
     *
     * @throws IllegalArgumentException if the key is empty
     */
    public ContainerDescription withLabel(String key, String value) {
        requireNonNull(value, "value");
        checkArgument(!key.isEmpty(), "a label has a name");
        ImmutableMap.Builder<String, String> all = ImmutableMap.builder();
        all.putAll(labels).put(key, value);
        return new ContainerDescription(name, image, command, all.buildKeepingLast());
    }

    private static String checkName(String name) {
        checkArgument(
                name.matches(NAME) && !name.matches("\\d+"),
                "no name for a container: \"%s\": it has 1 to 63 letters, digits, dots, dashes and underscores, not digits"
                        + " alone, and begins and ends with a letter or digit",
                name);
        return name;
    }
}

package io.carrel.containers;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import com.google.common.collect.ImmutableList;
import io.carrel.Lifetime;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * How a container is kept. Immutable.
 *
 * @param lifetime how long it lives at most
 * @param removed whether its record, and all in its directory, is removed when it has ended
 * @param layer the directory of what it changes in its root, where that is kept; empty otherwise
 * @param arguments what whoever starts it again needs for that, as only he understands it
 */
public record ContainerSettings(Lifetime lifetime, boolean removed, Optional<Path> layer, List<String> arguments) {

    /** A container that is known only while it runs, by this JVM. */
    public static final ContainerSettings TEMPORARY =
            new ContainerSettings(Lifetime.ATTACHED, true, Optional.empty(), List.of());

    /** A container that is known until it is removed, and run by this JVM. */
    public static final ContainerSettings KEPT =
            new ContainerSettings(Lifetime.ATTACHED, false, Optional.empty(), List.of());

    /**
     * Copies the list.
     *
     * @throws IllegalArgumentException if the path is not absolute
     */
    public ContainerSettings {
        requireNonNull(lifetime, "lifetime");
        checkArgument(layer.map(Path::isAbsolute).orElse(true), "the path of the layer is not absolute: %s", layer);
        arguments = ImmutableList.copyOf(arguments);
    }

    /** Returns a copy for another lifetime. */
    public ContainerSettings withLifetime(Lifetime other) {
        return new ContainerSettings(other, removed, layer, arguments);
    }

    /** Returns a copy with the directory of what it changes. */
    public ContainerSettings withLayer(Path directory) {
        return new ContainerSettings(lifetime, removed, Optional.of(directory), arguments);
    }

    /** Returns a copy with what is needed to start it again. */
    public ContainerSettings withArguments(List<String> words) {
        return new ContainerSettings(lifetime, removed, layer, words);
    }
}

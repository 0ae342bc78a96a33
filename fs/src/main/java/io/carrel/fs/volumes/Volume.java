package io.carrel.fs.volumes;

import com.google.common.collect.ImmutableMap;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;

/**
 * Tells what is known of a volume. Immutable, so safe for use by several threads.
 *
 * @param name its name; a random one if it is anonymous
 * @param anonymous whether it goes with the container that it was made for
 * @param created when it was made
 * @param labels what its maker wrote down about it
 * @param path the host's directory with its files; their owners are the container's ids if root made it
 */
public record Volume(String name, boolean anonymous, Instant created, Map<String, String> labels, Path path) {

    /** Copies the labels. */
    public Volume {
        labels = ImmutableMap.copyOf(labels);
    }
}

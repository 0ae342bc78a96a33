package io.carrel.fs;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;

/**
 * A path on the host, absolute. Immutable.
 *
 * @param path absolute and without {@code .} and {@code ..}
 */
public record HostPath(Path path) {

    /** Makes the path absolute, from this JVM's working directory, and normal. */
    public HostPath {
        path = requireNonNull(path, "path").toAbsolutePath().normalize();
    }

    /** A path on the host; a relative one starts at this JVM's working directory. */
    public static HostPath of(String path) {
        return new HostPath(Path.of(path));
    }

    /** A path on the host; a relative one starts at this JVM's working directory. */
    public static HostPath of(Path path) {
        return new HostPath(path);
    }

    @Override
    public String toString() {
        return path.toString();
    }
}

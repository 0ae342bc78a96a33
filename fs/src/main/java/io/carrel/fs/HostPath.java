package io.carrel.fs;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;

/**
 * Names a file or directory of the host by an absolute path. Immutable, so safe for use by several threads.
 *
 * @param path absolute and without {@code .} and {@code ..}
 */
public record HostPath(Path path) {

    /** Makes the path absolute, from this JVM's working directory, and normal. */
    public HostPath {
        path = requireNonNull(path, "path").toAbsolutePath().normalize();
    }

    /**
     * Makes a path on the host; a relative one starts at the working directory of this JVM.
     *
     * @throws java.nio.file.InvalidPathException if the text cannot be a path, for example because it contains a NUL
     *     character
     */
    public static HostPath of(String path) {
        return new HostPath(Path.of(path));
    }

    /** Makes a path on the host; a relative one starts at the working directory of this JVM. */
    public static HostPath of(Path path) {
        return new HostPath(path);
    }

    @Override
    public String toString() {
        return path.toString();
    }
}

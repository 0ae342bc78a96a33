package io.carrel.linux;

import java.io.IOException;
import java.nio.file.Path;

/**
 * A file or directory of the host could not be read, written, made or removed: one that Carrel keeps, such as a volume,
 * an image's layer or the state of a network, or one that the caller named. For example, there is no space left, it
 * belongs to another user, or its file system is read-only. Content that cannot be understood is a
 * {@link RefusedContentException}.
 */
public final class HostFileException extends ContainerException {

    private static final long serialVersionUID = 1L;

    private final IOException failure;

    /**
     * Describes what failed.
     *
     * @param message what was being done, with the file's name
     * @param cause the error underneath, which says why
     */
    public HostFileException(String message, IOException cause) {
        super(message, cause);
        this.failure = cause;
    }

    /**
     * Describes a file and what failed.
     *
     * @param doing what was being done, as the start of a sentence
     * @param path the file or directory
     * @param cause the error underneath, which says why
     */
    public HostFileException(String doing, Path path, IOException cause) {
        this("%s: file %s: %s".formatted(doing, shown(path.toString()), cause.getMessage()), cause);
    }

    /** Returns the error underneath. */
    public IOException failure() {
        return failure;
    }
}

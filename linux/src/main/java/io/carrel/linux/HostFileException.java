package io.carrel.linux;

import java.io.IOException;

/**
 * A file or directory of the host's could not be read, written, made or removed: one that Carrel keeps, such as a volume or an
 * image's layer, or one that the caller named.
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

    /** Returns the error underneath. */
    public IOException failure() {
        return failure;
    }
}

package io.carrel.linux;

import org.jspecify.annotations.Nullable;

/**
 * A file or directory in which Carrel itself keeps something could not be read, written, made or removed: there is no room, it
 * belongs to another user, its file system is read-only. What is not understood of its content is a {@link RefusedContentException}.
 */
public final class StateFileException extends ContainerException {

    private static final long serialVersionUID = 1L;

    private final String path;

    /**
     * Describes the file and what went wrong with it.
     *
     * @param doing what was being done, as the start of a sentence
     * @param path the file or directory
     * @param cause the error underneath, if there is one
     */
    public StateFileException(String doing, String path, @Nullable Throwable cause) {
        super("%s: file %s%s".formatted(doing, shown(path), cause == null ? "" : ": " + cause.getMessage()), cause);
        this.path = path;
    }

    /** Returns the file or directory. */
    public String path() {
        return path;
    }
}

package io.carrel.fs.copy;

import static java.util.Objects.requireNonNull;

import io.carrel.linux.Printable;

/**
 * Tells one thing that a container did to its files. Immutable, so safe for use by several threads.
 *
 * @param kind what was done
 * @param path from the container's root on
 */
public record FileChange(Kind kind, String path) {

    /** Checks the arguments. */
    public FileChange {
        requireNonNull(kind, "kind");
        requireNonNull(path, "path");
    }

    /** Tells what was done. */
    public enum Kind {
        /** Says that the file is new. */
        ADDED,
        /** Says that the file was there before, or that something in the directory is changed. */
        CHANGED,
        /** Says that the file is no more. */
        DELETED
    }

    /**
     * Returns it as {@code docker diff} prints it, for example {@code A /etc/new}, with what would do something on a
     * terminal escaped.
     */
    @Override
    public String toString() {
        return kind.name().charAt(0) + " " + Printable.of(path);
    }
}

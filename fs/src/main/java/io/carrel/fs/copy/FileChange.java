package io.carrel.fs.copy;

import static java.util.Objects.requireNonNull;

import io.carrel.linux.Printable;

/**
 * One thing that a container did to its files. Immutable.
 *
 * @param path from the container's root on
 */
public record FileChange(Kind kind, String path) {

    /** Checks the arguments. */
    public FileChange {
        requireNonNull(kind, "kind");
        requireNonNull(path, "path");
    }

    /** What was done. */
    public enum Kind {
        /** The file is new. */
        ADDED,
        /** The file was there before, or something in the directory is changed. */
        CHANGED,
        /** The file is no more. */
        DELETED
    }

    /** As {@code docker diff} prints it, for example {@code A /etc/new}, with what would do something on a terminal escaped. */
    @Override
    public String toString() {
        return kind.name().charAt(0) + " " + Printable.of(path);
    }
}

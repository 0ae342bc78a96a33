package io.carrel.images;

import static java.util.Objects.requireNonNull;

/**
 * Names who needs an image, which therefore is not removed unless somebody insists. Immutable, so safe for use by
 * several threads.
 *
 * @param kind what it is
 * @param name the number of a process, or a directory
 */
public record ImageUser(Kind kind, String name) {

    /** Tells what needs images. */
    public enum Kind {
        /** Means a JVM that runs a container of it, or has a lease of it for something else. */
        PROCESS("the process %s, for a container"),
        /** Means a directory of the host on which it is mounted. */
        MOUNT("the mount on %s"),
        /**
         * Means changes of containers that are kept in a directory, and can neither be run nor committed without it.
         */
        CHANGES("the changes that are kept in %s");

        private final String text;

        Kind(String text) {
            this.text = text;
        }
    }

    /** Checks that nothing is missing. */
    public ImageUser {
        requireNonNull(kind, "kind");
        requireNonNull(name, "name");
    }

    /** Returns it for people, for example {@code the process 42, for a container}. */
    @Override
    public String toString() {
        return kind.text.formatted(name);
    }
}

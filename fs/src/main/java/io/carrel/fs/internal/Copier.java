package io.carrel.fs.internal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** Copies directories that containers of an ordinary user wrote, with the files of all their users. */
@FunctionalInterface
public interface Copier {

    /**
     * Copies all that is in the directory, with owners, attributes and times, so that this user can read all of the
     * copy.
     *
     * @param copy does not exist yet
     * @param changed a file that gets what had other permissions: an octal number, a space, the path from the directory
     *     on and a zero for each
     * @throws IOException if a part of it cannot be copied
     */
    void copy(Path directory, Path copy, Path changed) throws IOException;

    /** Looks for it: it takes a user namespace; this module knows none, and whoever makes containers does. */
    static Optional<Copier> installed() {
        return Services.find(Copier.class);
    }
}

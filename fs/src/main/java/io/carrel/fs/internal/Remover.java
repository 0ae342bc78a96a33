package io.carrel.fs.internal;

import java.io.IOException;
import java.nio.file.Path;

/** Removes directories that containers wrote. */
@FunctionalInterface
public interface Remover {

    /** Removes the directory with all that is in it. */
    void remove(Path directory) throws IOException;

    /**
     * Returns the best that there is. An ordinary user's container with subordinate ids leaves files that are not the
     * user's, which takes a user namespace to remove; this module knows none, and whoever makes containers does.
     */
    static Remover installed() {
        return Installed.REMOVER;
    }

    /** Looked for once. */
    final class Installed {
        private static final Remover REMOVER = Services.find(Remover.class).orElse(Tree::delete);

        private Installed() {}
    }
}

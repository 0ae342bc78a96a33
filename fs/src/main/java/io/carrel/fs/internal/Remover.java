package io.carrel.fs.internal;

import java.io.IOException;
import java.nio.file.Path;

/** Removes directories that containers wrote. */
@FunctionalInterface
public interface Remover {

    /** Removes the directory with all that is in it. */
    void remove(Path directory) throws IOException;
}

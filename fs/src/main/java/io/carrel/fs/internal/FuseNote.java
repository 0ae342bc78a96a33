package io.carrel.fs.internal;

import static com.google.common.base.Preconditions.checkArgument;

import io.carrel.fs.HostPath;
import io.carrel.linux.HostFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A file in a directory of changes that are kept: fuse-overlayfs has made them, and marked in its own way what is
 * removed, so nothing else reads them right.
 */
public final class FuseNote {

    static final String NAME = "fuse-overlayfs";

    private FuseNote() {}

    /** Returns whether fuse-overlayfs has made the changes in this directory. */
    public static boolean isIn(HostPath directory) {
        return Files.exists(directory.path().resolve(NAME));
    }

    /**
     * Checks that the changes in this directory {@code upper} can be read.
     *
     * @throws IllegalArgumentException if they cannot
     */
    public static void check(Path upper) {
        checkArgument(
                !Files.exists(upper.toAbsolutePath().resolveSibling(NAME)),
                "the changes in %s were made by fuse-overlayfs: only it reads them right, in a container",
                upper);
    }

    static void leave(HostPath directory) {
        if (isIn(directory)) {
            return;
        }
        try {
            Files.createFile(directory.path().resolve(NAME));
        } catch (IOException e) {
            throw new HostFileException("Cannot note who makes the changes in " + directory, e);
        }
    }
}

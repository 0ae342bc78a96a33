package io.carrel.images.layers;

import io.carrel.fs.internal.Tree;
import io.carrel.linux.binding.FileCalls;
import io.carrel.linux.binding.FileStatus;
import io.carrel.linux.uapi.Fcntl;

/** Removes what a layer replaces or deletes. Not thread-safe. */
final class Removal {

    private final FileCalls calls;
    private final OpenDirectories directories;

    Removal(FileCalls calls, OpenDirectories directories) {
        this.calls = calls;
        this.directories = directories;
    }

    /** Removes what has this name in the directory at the path, with all below it. */
    void remove(String directory, String name, FileStatus status) {
        boolean leadsOn = status.is(Fcntl.S_IFDIR) || status.is(Fcntl.S_IFLNK);
        if (leadsOn) {
            directories.forget();
        }
        Tree.delete(calls, directories.at(directory).descriptor(), name);
    }
}

package io.carrel.fs.layers;

import io.carrel.linux.Descriptor;
import io.carrel.linux.binding.FileCalls;
import io.carrel.linux.binding.FileStatus;
import io.carrel.linux.uapi.Fcntl;

/** Removes files and whole directories, never following a symbolic link. Not thread-safe. */
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
        Descriptor parent = directories.at(directory).descriptor();
        if (status.is(Fcntl.S_IFDIR)) {
            removeTree(parent, name);
        } else {
            calls.unlink(parent, name);
        }
    }

    private void removeTree(Descriptor parent, String name) {
        try (Descriptor directory = directories.doomed(parent, name)) {
            for (String child : calls.list(directory)) {
                boolean isDirectory = calls.status(directory, child)
                        .filter(status -> status.is(Fcntl.S_IFDIR))
                        .isPresent();
                if (isDirectory) {
                    removeTree(directory, child);
                } else {
                    calls.unlink(directory, child);
                }
            }
        }
        calls.removeDirectory(parent, name);
    }
}

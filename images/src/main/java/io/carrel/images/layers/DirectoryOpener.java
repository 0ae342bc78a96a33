package io.carrel.images.layers;

import io.carrel.linux.Descriptor;
import io.carrel.linux.Errno;
import io.carrel.linux.SyscallException;
import io.carrel.linux.binding.FileCalls;
import io.carrel.linux.binding.FileStatus;
import io.carrel.linux.uapi.Constant;
import io.carrel.linux.uapi.Fcntl;

/**
 * Opens directories of a layer, each in one that is open already, and makes those that are missing. Not thread-safe.
 *
 * @param top the layer's root
 * @param root whether permissions do not matter to this user
 */
record DirectoryOpener(Descriptor top, boolean root, FileCalls calls, Refusal refusal) {

    private static final int PARENT_MODE = 0755;
    private static final Constant READ = Fcntl.O_RDONLY.or(Fcntl.O_DIRECTORY);
    private static final Constant PATH = Fcntl.O_PATH.or(Fcntl.O_DIRECTORY);

    /**
     * A directory.
     *
     * @param path without links
     * @param before how it was before it was opened
     * @param isNew whether it was made, as it was not there
     */
    record Found(Descriptor descriptor, String path, FileStatus before, boolean isNew) {}

    /** Opens what has this name in the directory that is open; if it is a link, what it leads to inside the layer. */
    Found open(OpenDirectory parent, String path, String name, boolean make) {
        String real = parent.path().isEmpty() ? name : parent.path() + "/" + name;
        try {
            return workable(parent.descriptor(), name, real);
        } catch (SyscallException e) {
            if (make && e.errno().equals(Errno.ENOENT)) {
                return found(made(parent, name), real, true);
            }
            if (e.errno().equals(Errno.ENOTDIR) || e.errno().equals(Errno.ELOOP)) {
                Descriptor linked = linked(path);
                return found(linked, pathOf(linked), false);
            }
            throw e;
        }
    }

    /** Where links have led to. */
    private String pathOf(Descriptor directory) {
        String above = calls.readLink(top, "/proc/self/fd/" + top.number());
        String path = calls.readLink(top, "/proc/self/fd/" + directory.number());
        return path.equals(above) ? "" : path.substring(above.length() + 1);
    }

    /** Also opens a directory that this user forbade itself to read. */
    private Found workable(Descriptor parent, String name, String path) {
        try {
            return found(calls.open(parent, name, READ), path, false);
        } catch (SyscallException e) {
            if (root || !e.errno().equals(Errno.EACCES)) {
                throw e;
            }
        }
        try (Descriptor shut = calls.open(parent, name, PATH)) {
            FileStatus before = calls.status(shut);
            calls.modeOfPath(shut, before.permissions() | OpenDirectory.WORKABLE);
            return new Found(calls.reopen(shut, READ), path, before, false);
        }
    }

    private Found found(Descriptor descriptor, String path, boolean isNew) {
        return new Found(descriptor, path, calls.status(descriptor), isNew);
    }

    private Descriptor made(OpenDirectory parent, String name) {
        calls.makeDirectory(parent.descriptor(), name);
        Descriptor descriptor = calls.open(parent.descriptor(), name, READ);
        calls.mode(descriptor, PARENT_MODE);
        return descriptor;
    }

    private Descriptor linked(String path) {
        try {
            return calls.openBeneath(top, path, READ);
        } catch (SyscallException e) {
            String why = e.errno().equals(Errno.ENOENT)
                    ? "a symbolic link on the way to it leads nowhere inside the layer"
                    : "what it lies in is not a directory";
            throw refusal.because(why + " (" + e.errno().describe() + ")", e);
        }
    }
}

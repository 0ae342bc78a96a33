package io.carrel.fs.internal;

import io.carrel.linux.Descriptor;
import io.carrel.linux.Errno;
import io.carrel.linux.SyscallException;
import io.carrel.linux.binding.FileCalls;
import io.carrel.linux.uapi.Constant;
import io.carrel.linux.uapi.Fcntl;
import java.util.Optional;

/**
 * Directories whose content is to be removed: who removes them may open them and change them, whatever their
 * permissions said.
 */
final class DirectoryToEmpty {

    /** Directories may be closed even to their owner; overlayfs's own is so. */
    private static final int WORKABLE = 0700;

    private static final Constant READ = Fcntl.O_RDONLY.or(Fcntl.O_DIRECTORY);
    private static final Constant PATH = Fcntl.O_PATH.or(Fcntl.O_DIRECTORY);

    private DirectoryToEmpty() {}

    /** Opens one by its name; empty where it is gone. */
    static Optional<Descriptor> open(FileCalls calls, Descriptor parent, String name) {
        Descriptor directory;
        try {
            directory = calls.open(parent, name, READ);
        } catch (SyscallException e) {
            if (e.errno().equals(Errno.ENOENT)) {
                return Optional.empty();
            }
            if (!e.errno().equals(Errno.EACCES)) {
                throw e;
            }
            directory = openClosed(calls, parent, name);
        }
        int permissions = calls.status(directory).permissions();
        if ((permissions & WORKABLE) != WORKABLE) {
            makeWorkable(calls, directory, permissions);
        }
        return Optional.of(directory);
    }

    private static Descriptor openClosed(FileCalls calls, Descriptor parent, String name) {
        try (Descriptor shut = calls.open(parent, name, PATH)) {
            calls.modeOfPath(shut, calls.status(shut).permissions() | WORKABLE);
            return calls.reopen(shut, READ);
        }
    }

    private static void makeWorkable(FileCalls calls, Descriptor directory, int permissions) {
        try {
            calls.mode(directory, permissions | WORKABLE);
        } catch (SyscallException e) {
            // Somebody else's. It may be removed all the same; otherwise the next call says what is wrong.
            if (!e.errno().equals(Errno.EPERM)) {
                directory.close();
                throw e;
            }
        }
    }
}

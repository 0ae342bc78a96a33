package io.carrel.fs.overlay;

import io.carrel.linux.Descriptor;
import io.carrel.linux.Errno;
import io.carrel.linux.SyscallException;
import io.carrel.linux.binding.AttributeCalls;
import io.carrel.linux.binding.FileCalls;
import io.carrel.linux.binding.FileStatus;
import io.carrel.linux.binding.Kernel;
import io.carrel.linux.uapi.Constant;
import io.carrel.linux.uapi.Fcntl;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Opens files whatever their permissions are. Root can; an ordinary user may own files that nobody may read, and gives
 * himself the permission for as long as they are open.
 */
public record OwnFiles(FileCalls calls, boolean root) {

    private static final Constant DIRECTORY = Fcntl.O_RDONLY.or(Fcntl.O_DIRECTORY);
    private static final int READABLE = 0400;
    private static final int LISTABLE = 0500;

    /** An open file; {@code shut} is the same as a path, if its permissions are to be restored. */
    public record Opened(Descriptor descriptor, @Nullable Descriptor shut, int permissions, FileCalls calls)
            implements AutoCloseable {

        /** Looks at it, with the permissions that it has when it is not open. */
        FileStatus status() {
            FileStatus now = calls.status(descriptor);
            return shut == null ? now : now.withPermissions(permissions);
        }

        @Override
        public void close() {
            descriptor.close();
            if (shut != null) {
                calls.modeOfPath(shut, permissions);
                shut.close();
            }
        }
    }

    /** Opens a regular file or a directory for which its owner needs these permissions. */
    public Opened open(Descriptor directory, String name, FileStatus status, int needed, Constant flags) {
        int permissions = status.permissions();
        if (root || (permissions & needed) == needed) {
            return new Opened(calls.open(directory, name, flags), null, permissions, calls);
        }
        Descriptor shut = calls.open(directory, name, Fcntl.O_PATH);
        try {
            calls.modeOfPath(shut, permissions | needed);
            return new Opened(calls.reopen(shut, flags), shut, permissions, calls);
        } catch (RuntimeException e) {
            shut.close();
            throw e;
        }
    }

    /** Opens a directory of the host's to list it. */
    Opened open(String doing, Path directory) {
        try {
            return new Opened(Kernel.open(doing, directory.toString(), DIRECTORY), null, 0, calls);
        } catch (SyscallException e) {
            if (root || !e.errno().equals(Errno.EACCES)) {
                throw e;
            }
            try (Descriptor path = Kernel.open(doing, directory.toString(), Fcntl.O_PATH.or(Fcntl.O_DIRECTORY))) {
                return open(path, ".", calls.status(path), LISTABLE, DIRECTORY);
            } catch (SyscallException ofAnotherUser) {
                throw e;
            }
        }
    }

    /** What is done while a file can be read. */
    private interface Reading<T> {
        T run();
    }

    /**
     * Reads an extended attribute, for which the kernel wants the permission to read the file, whatever descriptor
     * there is of it: a program of the mode 2111 has an owner, too.
     */
    public static byte[] value(
            FileCalls calls,
            AttributeCalls attributes,
            String doing,
            Descriptor directory,
            String name,
            String attribute) {
        try {
            return attributes.value(doing, directory, name, attribute);
        } catch (SyscallException e) {
            if (!e.errno().equals(Errno.EACCES)) {
                throw e;
            }
            try (Descriptor shut = calls.open(directory, name, Fcntl.O_PATH)) {
                return readable(calls, shut, e, () -> attributes.value(doing, directory, name, attribute));
            }
        }
    }

    /** Opens once more what is open as a path alone. */
    public static Descriptor reopen(FileCalls calls, Descriptor path, Constant flags) {
        try {
            return calls.reopen(path, flags);
        } catch (SyscallException e) {
            if (!e.errno().equals(Errno.EACCES)) {
                throw e;
            }
            return readable(calls, path, e, () -> calls.reopen(path, flags));
        }
    }

    /** Opens the file of this name. */
    public static Descriptor open(FileCalls calls, Descriptor directory, String name, Constant flags) {
        try (Descriptor path = calls.open(directory, name, Fcntl.O_PATH)) {
            return reopen(calls, path, flags);
        }
    }

    /** One at a time, so that nobody takes the permissions of this moment for the file's. */
    private static synchronized <T> T readable(
            FileCalls calls, Descriptor shut, SyscallException denied, Reading<T> reading) {
        int permissions = calls.status(shut).permissions();
        try {
            calls.modeOfPath(shut, permissions | READABLE);
        } catch (SyscallException ofAnotherUser) {
            throw denied;
        }
        try {
            return reading.run();
        } finally {
            calls.modeOfPath(shut, permissions);
        }
    }
}

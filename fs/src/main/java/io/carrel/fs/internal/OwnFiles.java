package io.carrel.fs.internal;

import io.carrel.linux.Descriptor;
import io.carrel.linux.binding.FileCalls;
import io.carrel.linux.binding.FileStatus;
import io.carrel.linux.uapi.Constant;
import io.carrel.linux.uapi.Fcntl;
import org.jspecify.annotations.Nullable;

/**
 * Opens files whatever their permissions are. Root can; an ordinary user may own files that nobody may read, and gives himself
 * the permission for as long as they are open.
 */
record OwnFiles(FileCalls calls, boolean root) {

    /** An open file; {@code shut} is the same as a path, if its permissions are to be restored. */
    record Opened(Descriptor descriptor, @Nullable Descriptor shut, int permissions, FileCalls calls)
            implements AutoCloseable {

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
    Opened open(Descriptor directory, String name, FileStatus status, int needed, Constant flags) {
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
}

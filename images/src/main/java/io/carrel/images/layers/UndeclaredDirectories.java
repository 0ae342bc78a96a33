package io.carrel.images.layers;

import io.carrel.linux.Descriptor;
import io.carrel.linux.Errno;
import io.carrel.linux.SyscallException;
import io.carrel.linux.binding.FileCalls;
import io.carrel.linux.binding.Inode;
import io.carrel.linux.uapi.Constant;
import io.carrel.linux.uapi.Fcntl;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The directories of a layer that were made as something lies in them, and not for an entry of their own. An archive of
 * millions of them can only be a hostile one; there they are no longer remembered. Not thread-safe.
 */
final class UndeclaredDirectories {

    private static final int MOST_BYTES = 1 << 23;
    private static final Constant PATH = Fcntl.O_PATH.or(Fcntl.O_DIRECTORY);

    private final FileCalls calls;
    private final Descriptor top;
    private final Map<Inode, String> paths = new LinkedHashMap<>();
    private int bytes;

    /** Starts with the layer's root, which has no entry yet. */
    UndeclaredDirectories(FileCalls calls, Descriptor top, Inode root) {
        this.calls = calls;
        this.top = top;
        paths.put(root, "");
    }

    /** Remembers one that was made by its path without links. */
    void add(Inode identity, String path) {
        bytes += path.length();
        if (bytes <= MOST_BYTES) {
            paths.remove(identity); // of one that is removed: inodes are used again
            paths.put(identity, path);
        }
    }

    /** Forgets one that the archive has an entry for. */
    void declare(OpenDirectory directory) {
        if (!paths.isEmpty()) {
            paths.remove(identity(directory));
        }
    }

    /** Tells whether the archive has no entry for the directory until now. */
    boolean contains(OpenDirectory directory) {
        return paths.containsKey(identity(directory));
    }

    private Inode identity(OpenDirectory directory) {
        return calls.status(directory.descriptor()).inode();
    }

    /** Returns their paths without links, each after that it lies in. */
    List<String> paths() {
        List<String> still = new ArrayList<>();
        paths.forEach((identity, path) -> {
            if (isStill(identity, path)) {
                still.add(path);
            }
        });
        return List.copyOf(still);
    }

    /** A later entry may have put something else there. */
    private boolean isStill(Inode identity, String path) {
        try (Descriptor found = calls.openBeneath(top, path.isEmpty() ? "." : path, PATH)) {
            return identity.equals(calls.status(found).inode());
        } catch (SyscallException e) {
            if (OpenDirectories.LEADS_NOWHERE.contains(e.errno())) {
                return false;
            }
            if (e.errno().equals(Errno.EACCES)) {
                return true; // what it lies in has its final permissions
            }
            throw e;
        }
    }
}

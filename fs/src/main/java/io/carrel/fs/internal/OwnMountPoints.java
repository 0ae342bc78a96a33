package io.carrel.fs.internal;

import io.carrel.linux.binding.FileStatus;
import io.carrel.linux.uapi.Fcntl;
import java.util.Set;

/**
 * The places in a container's root that are mounted over in each container. Where layers lack them, they are made in
 * its upper.
 */
public final class OwnMountPoints {

    private static final Set<String> DIRECTORIES = Set.of("dev", "proc", "sys");
    private static final Set<String> FILES = Set.of("etc/hostname", "etc/hosts", "etc/resolv.conf");

    private OwnMountPoints() {}

    /** Whether this is the path of such a file. */
    static boolean isFile(String path) {
        return FILES.contains(path);
    }

    /** Returns whether files that are made to be mounted over lie in this directory. */
    public static boolean mayBeIn(String path) {
        return FILES.stream().anyMatch(file -> file.startsWith(path + "/"));
    }

    /**
     * Returns whether a file of an upper may be one that was made to be mounted over. A directory is one if it is
     * empty, too.
     *
     * @param path its path in the upper
     */
    public static boolean isLike(String path, FileStatus status) {
        return status.is(Fcntl.S_IFDIR)
                ? DIRECTORIES.contains(path)
                : status.is(Fcntl.S_IFREG) && status.size() == 0 && FILES.contains(path);
    }
}

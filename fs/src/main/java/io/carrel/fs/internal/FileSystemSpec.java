package io.carrel.fs.internal;

import com.google.common.collect.ImmutableList;
import io.carrel.fs.Mount;
import io.carrel.fs.RootFs;
import java.util.List;

/**
 * What a container's file system is made of. Immutable.
 *
 * @param root its root
 * @param mounts what is mounted into it, in this order
 * @param freshProc whether the container has a PID namespace of its own, whose processes {@code /proc} shows
 * @param idmapped whether binds translate owners to the container's ids
 * @param mountSetattr whether the kernel has {@code mount_setattr} (Linux 5.12)
 */
public record FileSystemSpec(
        RootFs root, List<Mount> mounts, boolean freshProc, boolean idmapped, boolean mountSetattr) {

    /** Copies the list. */
    public FileSystemSpec {
        mounts = ImmutableList.copyOf(mounts);
    }
}

package io.carrel.fs.internal;

import com.google.common.collect.ImmutableList;
import io.carrel.fs.ContainerPath;
import io.carrel.fs.HostPath;
import io.carrel.fs.Mount;
import io.carrel.fs.RootFs;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a container's file system is made of. Immutable.
 *
 * @param root its root
 * @param upper the host's directory for the changes in an overlay, null where they are in memory
 * @param copied whether the overlay's layers are copied into {@code tree} in that directory, as they cannot be stacked
 * @param fuse the program that stacks the overlay's layers, as the kernel does not; null where it does, or they are copied
 * @param owners files of the overlay's layers that get the owners which are recorded for them
 * @param mounts what is mounted into it, in this order
 * @param hostname what {@code /etc/hostname} of an overlay says, null for none
 * @param own which of its namespaces are the container's own
 * @param masked whether what reveals the host's kernel is hidden, and its settings made read-only
 * @param settings whether the kernel's settings are written when it is built
 * @param setUserIds whether set-user-ID programs of an overlay have their effect
 * @param directory where the command starts, which an overlay gets where it lacks it
 * @param idmapped whether binds translate owners to the container's ids
 * @param mountSetattr whether the kernel has {@code mount_setattr} (Linux 5.12)
 */
public record FileSystemSpec(
        RootFs root,
        @Nullable HostPath upper,
        boolean copied,
        @Nullable FuseProgram fuse,
        List<RecordedOwner> owners,
        List<Mount> mounts,
        @Nullable String hostname,
        Own own,
        boolean masked,
        boolean settings,
        boolean setUserIds,
        ContainerPath directory,
        boolean idmapped,
        boolean mountSetattr) {

    /**
     * Namespaces on which it depends what is mounted.
     *
     * @param processes whether {@code /proc} shows its own
     * @param network whether {@code /sys} shows its own
     * @param ipc whether message queues are its own
     */
    public record Own(boolean processes, boolean network, boolean ipc) {}

    /** Copies the list. */
    public FileSystemSpec {
        owners = ImmutableList.copyOf(owners);
        mounts = ImmutableList.copyOf(mounts);
    }
}

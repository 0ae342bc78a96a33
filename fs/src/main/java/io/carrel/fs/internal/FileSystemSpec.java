package io.carrel.fs.internal;

import com.google.common.collect.ImmutableList;
import io.carrel.fs.ContainerPath;
import io.carrel.fs.HostPath;
import io.carrel.fs.Mount;
import io.carrel.fs.RootFs;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a container's file system is made of. Immutable.
 *
 * @param root its root
 * @param layers how the layers of an overlay become the root
 * @param additions what an overlay gets besides its layers
 * @param mounts what is mounted into it, in this order
 * @param own which of its namespaces are the container's own
 * @param kernelFiles what happens to the kernel's files
 * @param binds how directories of the host are bound
 */
public record FileSystemSpec(
        RootFs root,
        Layers layers,
        Additions additions,
        List<Mount> mounts,
        Own own,
        KernelFiles kernelFiles,
        Binds binds) {

    /** Copies the list. */
    public FileSystemSpec {
        mounts = ImmutableList.copyOf(mounts);
    }

    /**
     * How the layers of an overlay become the root. Immutable.
     *
     * @param stacking what makes one tree of them
     * @param upper the host's directory for the changes, null where they are in memory
     * @param owners files of the layers that get the owners which are recorded for them
     * @param setUserIds whether set-user-ID programs are to have their effect
     */
    public record Layers(Stacking stacking, @Nullable HostPath upper, List<RecordedOwner> owners, boolean setUserIds) {

        /** Copies the list. */
        public Layers {
            owners = ImmutableList.copyOf(owners);
        }

        boolean isCopied() {
            return stacking instanceof Stacking.ByCopy;
        }

        Optional<FuseProgram> fuse() {
            return stacking instanceof Stacking.ByFuse fuse ? Optional.of(fuse.program()) : Optional.empty();
        }

        /**
         * Files of a copy lie in the host's file system, where the bit may be forbidden; and fuse-overlayfs is a
         * user's.
         */
        boolean honorSetUserIds() {
            return setUserIds && stacking instanceof Stacking.ByKernel;
        }
    }

    /** What makes one tree of layers. Immutable. */
    public sealed interface Stacking {

        /** The kernel's overlayfs; so it is also where there are no layers. */
        record ByKernel() implements Stacking {}

        /** Nothing: the layers are copied into {@code tree} in the directory for the changes. */
        record ByCopy() implements Stacking {}

        /** A program, where the kernel does not stack them. */
        record ByFuse(FuseProgram program) implements Stacking {}
    }

    /**
     * What an overlay gets besides its layers. Immutable.
     *
     * @param hostname what {@code /etc/hostname} says, null for none
     * @param directory where the command starts, which is made where it is missing
     */
    public record Additions(@Nullable String hostname, ContainerPath directory) {}

    /**
     * Namespaces on which it depends what is mounted. Immutable.
     *
     * @param processes whether {@code /proc} shows its own
     * @param network whether {@code /sys} shows its own
     * @param ipc whether message queues are its own
     */
    public record Own(boolean processes, boolean network, boolean ipc) {}

    /**
     * What happens to the kernel's files. Immutable.
     *
     * @param masked whether what reveals the host's kernel is hidden, and its settings made read-only
     * @param settings whether settings are written when the file system is built
     */
    public record KernelFiles(boolean masked, boolean settings) {}

    /**
     * How directories of the host are bound. Immutable.
     *
     * @param idmapped whether binds translate owners to the container's ids
     * @param mountSetattr whether the kernel has {@code mount_setattr} (Linux 5.12)
     */
    public record Binds(boolean idmapped, boolean mountSetattr) {}
}

package io.carrel.fs;

import static io.carrel.linux.KernelFeature.IDMAPPED_LAYERS;
import static io.carrel.linux.KernelFeature.IDMAPPED_TMPFS;
import static io.carrel.linux.KernelFeature.USER_OVERLAY;
import static io.carrel.linux.Remedies.NONE;

import io.carrel.linux.Errno;
import io.carrel.linux.Remedies;
import io.carrel.linux.Subject;

/**
 * Tells for what a system call was made where a container gets its files, which decides what its failure means.
 * Immutable.
 */
public enum FileSystemSubject implements Subject {
    /** Stacks layers as the root of a container. */
    LAYERS(NONE.failing(Errno.EPERM)
            .advise("This kernel lets no user namespace stack layers; Linux %s does.", USER_OVERLAY)
            .failing(Errno.ENODEV)
            .advise(Texts.NO_OVERLAYFS)
            .failing(Errno.EINVAL)
            .advise(Texts.CANNOT_STACK + " " + Texts.OTHER_STORAGE, USER_OVERLAY, IDMAPPED_LAYERS, IDMAPPED_TMPFS)
            .failing(Errno.ELOOP, Errno.EBUSY)
            .advise(Texts.NESTED_LAYERS)),
    /** Mounts layers, or the place for their changes, with other owners. */
    LAYER_OWNERS(NONE.failing(Errno.EINVAL)
            .advise(
                    "The file system on which the layers and their changes lie does not support mounts with translated"
                            + " owners on this kernel, as another overlay does not. " + Texts.OTHER_STORAGE,
                    IDMAPPED_TMPFS)),
    /** Mounts layers on a directory of the host. */
    HOST_LAYERS(NONE.failing(Errno.EPERM)
            .advise(
                    "Only root can mount for the whole host. An ordinary user can run a container of it, or mount it"
                            + " for one shell and its children, by unshare --user --map-current-user --keep-caps"
                            + " --mount, from Linux %s on.",
                    USER_OVERLAY)
            .failing(Errno.ENODEV)
            .advise(Texts.NO_OVERLAYFS)
            .failing(Errno.EINVAL)
            .advise(Texts.CANNOT_STACK, USER_OVERLAY, IDMAPPED_LAYERS)
            .failing(Errno.ELOOP, Errno.EBUSY)
            .advise(Texts.NESTED_LAYERS)),
    /** Mounts a {@code /proc} of the container's own. */
    PROC(NONE.failing(Errno.EPERM)
            .advise("The host's /proc is partly covered, as in most containers, so a user namespace may not mount its"
                    + " own. Run the outer container with an unmasked /proc (podman: --security-opt unmask=ALL;"
                    + " Kubernetes: procMount: Unmasked).")),
    /** Mounts a {@code /sys} of the container's own. */
    SYSFS(NONE.failing(Errno.EPERM)
            .advise("The host's /sys is partly covered, as in most containers, so a user namespace may not mount its"
                    + " own. Run the outer container with an unmasked /sys.")),
    /** Makes or finds a place in the root to mount on. */
    MOUNT_POINT(NONE.failing(Errno.ENOENT)
            .advise("There is nothing to mount on, and it cannot be made: what it would lie in is read-only, or a link"
                    + " on the way leads to nothing.")
            .failing(Errno.ENOTDIR)
            .advise("A directory is mounted on a directory only, and here is a file, or one is on the way.")
            .failing(Errno.ELOOP)
            .advise("A link on the way leads in a circle.")),
    /** Mounts a file or directory in its place. */
    MOUNT(NONE.failing(Errno.EINVAL, Errno.ENOTDIR)
            .advise("A directory is mounted on a directory only, and a file on a file: one of the two is of the other"
                    + " kind.")),
    /** Restricts a mount. */
    MOUNT_RESTRICTION(NONE),
    /** Mounts with other owners. */
    OWNER_TRANSLATION(NONE.failing(Errno.EINVAL)
            .advise(
                    "The file system, or one that is mounted below it, does not support mounts with translated owners"
                            + " on this kernel. Bind a directory of another file system (ext4, xfs, btrfs; tmpfs from"
                            + " Linux %s) that has no mounts of other kinds, such as /proc, below it.",
                    IDMAPPED_TMPFS)),
    /** Makes a working directory. */
    WORKING_DIRECTORY(NONE.failing(Errno.EROFS)
            .advise("The directory does not exist, and what it would lie in is read-only.")
            .failing(Errno.ENOTDIR)
            .advise("A file is where a directory of its path would be."));

    private final Remedies remedies;

    FileSystemSubject(Remedies remedies) {
        this.remedies = remedies;
    }

    @Override
    public Remedies remedies() {
        return remedies;
    }

    /** What is said of more than one of them. */
    private static final class Texts {

        static final String NO_OVERLAYFS = "The kernel has no overlayfs: load the module by modprobe overlay.";

        static final String CANNOT_STACK = "The kernel or a layer's file system cannot do it: userxattr needs Linux %s,"
                + " layers with translated owners, as root has them, Linux %s, and the place for changes a file system"
                + " with attributes, so neither NFS nor another overlay. And an ordinary user's layer must have"
                + " nothing mounted below it. The kernel's log says more.";

        static final String NESTED_LAYERS =
                "A layer lies in another one or in the place for changes, or a container uses that place already.";

        static final String OTHER_STORAGE = "Put the storage (CARREL_HOME) on another file system: ext4, xfs, btrfs, or"
                + " tmpfs from Linux %s; or have the layers copied, by orElse(OverlayFallback.copy()).";

        private Texts() {}
    }
}

package io.carrel.fs;

/**
 * Whether what is mounted later below a bind appears on the other side as well.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/mount_namespaces.7.html">mount_namespaces(7)</a>
 */
public enum Propagation {
    /** Neither way. */
    PRIVATE,
    /** What the host mounts below its directory appears inside, if the host's mount is shared. */
    SLAVE,
    /**
     * As {@link #SLAVE}, and mounts below it are shared between the container's own mount namespaces. They appear on the
     * host only if the container has no user namespace of its own, which the kernel decides.
     */
    SHARED
}

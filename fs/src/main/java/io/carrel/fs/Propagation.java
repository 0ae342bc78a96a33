package io.carrel.fs;

/**
 * Tells whether what is mounted later below a bind appears on the other side as well. Immutable.
 *
 * <p>See mount_namespaces(7).
 */
public enum Propagation {
    /** Lets nothing appear, neither way. This is the default. */
    PRIVATE,
    /** Lets appear inside what the host mounts below its directory, if the host's mount is shared. */
    SLAVE,
    /**
     * Does as {@link #SLAVE}, and shares mounts below it between the container's own mount namespaces. They appear on
     * the host only if the container has no user namespace of its own, which the kernel decides.
     */
    SHARED
}

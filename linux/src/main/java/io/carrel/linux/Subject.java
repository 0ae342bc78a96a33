package io.carrel.linux;

import io.carrel.linux.uapi.CloneFlags;

/** What a system call is made for, where that decides what its failure means. */
public enum Subject {
    /** Nothing in particular: the call says enough. */
    OTHER,
    /** Executing the command, all else being ready. */
    COMMAND,
    /** New namespaces, a user namespace among them. */
    USER_NAMESPACE,
    /** New namespaces, no user namespace among them. */
    NAMESPACE,
    /** Layers as the root of a container. */
    LAYERS,
    /** Mounting layers, or the place for their changes, with other owners. */
    LAYER_OWNERS,
    /** Layers on a directory of the host. */
    HOST_LAYERS,
    /** A {@code /proc} of the container's own. */
    PROC,
    /** A {@code /sys} of the container's own. */
    SYSFS,
    /** A setting of the kernel's. */
    SYSCTL,
    /** A place in the root to mount on. */
    MOUNT_POINT,
    /** A file or directory of the host's, to be mounted. */
    MOUNT_SOURCE,
    /** Mounting a file or directory in its place. */
    MOUNT,
    /** The restrictions of a mount. */
    MOUNT_RESTRICTION,
    /** Mounting with other owners. */
    OWNER_TRANSLATION,
    /** The ids of a user namespace. */
    ID_MAP,
    /** A working directory that is made. */
    WORKING_DIRECTORY,
    /** The file that a standard stream leads to. */
    STANDARD_STREAM,
    /** A descriptor that must have a high number. */
    HIGH_DESCRIPTOR,
    /** Starting the launcher. */
    LAUNCHER,
    /** Which controllers the groups below have. */
    CGROUP_DIVISION,
    /** The processes of a group. */
    CGROUP_MEMBERS,
    /** Being told of pressure. */
    PRESSURE,
    /** Removing a group. */
    CGROUP_REMOVAL,
    /** Attaching a program to a group. */
    PROGRAM_ATTACHMENT,
    /** Links, addresses and routes. */
    NETWORK,
    /** Rules of the firewall. */
    FIREWALL;

    /** Returns the subject of a call that makes the namespaces of these flags of {@code clone}. */
    public static Subject ofNamespaces(long cloneFlags) {
        if ((cloneFlags & CloneFlags.CLONE_NEWUSER.value()) != 0) {
            return USER_NAMESPACE;
        }
        return CloneFlags.namespaces(cloneFlags).value() == 0 ? OTHER : NAMESPACE;
    }
}

package io.carrel.linux;

/**
 * What some of the supported kernels can do and older ones cannot. Whether the running kernel can is found out by
 * trying, never by comparing versions: distributions bring features to older kernels, and leave others out.
 * docs/kernels.md lists what this means for containers.
 */
public enum KernelFeature {
    /**
     * An overlay of layers of an ordinary user's own, with its marks in {@code user.} attributes. See
     * Documentation/filesystems/overlayfs.rst.
     */
    USER_OVERLAY("layers for ordinary users", 5, 11),
    /** Mounts whose owners are translated, and whole trees that become read-only at once. See mount_setattr(2). */
    MOUNT_SETATTR("idmapped mounts", 5, 12),
    /** Layers whose owners are translated, as root has them. */
    IDMAPPED_LAYERS("layers with translated owners", 5, 19),
    /** A tmpfs whose owners are translated. */
    IDMAPPED_TMPFS("tmpfs with translated owners", 6, 3),
    /**
     * Settings of System V and POSIX queues that other users than the host's root may write. See sysvipc(7) and
     * mq_overview(7).
     */
    QUEUE_SYSCTLS("settings of queues", 6, 9);

    private final String label;
    private final int major;
    private final int minor;

    KernelFeature(String label, int major, int minor) {
        this.label = label;
        this.major = major;
        this.minor = minor;
    }

    /** Returns what it gives to containers, as text for people. */
    public String label() {
        return label;
    }

    /** Returns the first Linux version that has it. */
    public KernelVersion since() {
        return new KernelVersion(major, minor);
    }
}

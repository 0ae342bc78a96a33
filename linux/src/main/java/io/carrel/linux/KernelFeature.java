package io.carrel.linux;

/**
 * What some kernels that Carrel supports can do and older ones cannot. Whether this kernel can is found out by trying, never by
 * comparing versions: distributions bring features to older kernels, and leave others out.
 */
public enum KernelFeature {
    /** An ordinary user's own overlay of layers, with its marks in {@code user.} attributes. */
    USER_OVERLAY("layers for ordinary users", 5, 11),
    /** {@code mount_setattr(2)}: mounts whose owners are translated, and whole trees that become read-only at once. */
    MOUNT_SETATTR("idmapped mounts", 5, 12),
    /** Layers whose owners are translated, as root has them. */
    IDMAPPED_LAYERS("layers with translated owners", 5, 19),
    /** A tmpfs whose owners are translated. */
    IDMAPPED_TMPFS("tmpfs with translated owners", 6, 3),
    /** Settings of System V and POSIX queues that others than the host's root may write. */
    QUEUE_SYSCTLS("settings of queues", 6, 9);

    private final String label;
    private final int major;
    private final int minor;

    KernelFeature(String label, int major, int minor) {
        this.label = label;
        this.major = major;
        this.minor = minor;
    }

    /** Returns what containers get by it, for people. */
    public String label() {
        return label;
    }

    /** Returns the first Linux that has it. */
    public KernelVersion since() {
        return new KernelVersion(major, minor);
    }
}

package io.carrel.cgroups.limits;

import java.util.Locale;

/** What is done with a device, by the kernel's letters and in their order. */
public enum DeviceAccess {
    /** {@code r}: opening it to read. */
    READ,
    /** {@code w}: opening it to write. */
    WRITE,
    /** {@code m}: making a node of it in a file system. */
    MKNOD;

    /** {@code r}, {@code w} or {@code m}. */
    public String letter() {
        return name().substring(0, 1).toLowerCase(Locale.ROOT);
    }
}

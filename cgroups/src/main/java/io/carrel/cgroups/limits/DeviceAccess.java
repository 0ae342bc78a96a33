package io.carrel.cgroups.limits;

import java.util.Locale;

/** What is done with a device, in the order of the kernel's letters. */
public enum DeviceAccess {
    /** Opens it to read: {@code r}. */
    READ,
    /** Opens it to write: {@code w}. */
    WRITE,
    /** Makes a node of it in a file system: {@code m}. */
    MKNOD;

    /** Returns the kernel's letter: {@code r}, {@code w} or {@code m}. */
    public String letter() {
        return name().substring(0, 1).toLowerCase(Locale.ROOT);
    }
}

package io.carrel.cgroups.limits;

import java.util.Locale;

/** The kind of device that a {@link DeviceRule} is about. */
public enum DeviceType {
    /** All devices: {@code a}. */
    ALL,
    /** Block devices: {@code b}. */
    BLOCK,
    /** Character devices: {@code c}. */
    CHARACTER;

    /** Returns the kernel's letter: {@code a}, {@code b} or {@code c}. */
    public String letter() {
        return name().substring(0, 1).toLowerCase(Locale.ROOT);
    }
}

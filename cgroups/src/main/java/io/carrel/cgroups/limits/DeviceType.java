package io.carrel.cgroups.limits;

import java.util.Locale;

/** Which kind of device a {@link DeviceRule} is about, by the kernel's letters. */
public enum DeviceType {
    /** {@code a}: all devices. */
    ALL,
    /** {@code b}: block devices. */
    BLOCK,
    /** {@code c}: character devices. */
    CHARACTER;

    /** {@code a}, {@code b} or {@code c}. */
    public String letter() {
        return name().substring(0, 1).toLowerCase(Locale.ROOT);
    }
}

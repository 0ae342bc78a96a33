package io.carrel;

import io.carrel.linux.KernelFeature;
import java.util.Optional;

/**
 * Something that a container may need, and whether this host has it. Immutable.
 *
 * @param name what it is
 * @param works whether it works for this user now
 * @param detail how it works, or why it does not
 * @param remedy what to do about it; empty if it works or nothing is known to help
 * @param kernelFeature what the kernel has for it, where older ones of those that Carrel supports have it not
 */
public record Feature(String name, boolean works, String detail, String remedy, Optional<KernelFeature> kernelFeature) {

    static Feature working(String name, String detail) {
        return new Feature(name, true, detail, "", Optional.empty());
    }

    static Feature missing(String name, String reason, String remedy) {
        return new Feature(name, false, reason, remedy, Optional.empty());
    }

    /** Returns the same as what a kernel has or lacks. */
    Feature of(KernelFeature kernel) {
        return new Feature(name, works, detail, remedy, Optional.of(kernel));
    }
}

package io.carrel.cgroups.internal.devices;

import static io.carrel.cgroups.limits.DeviceRule.ANY;

import io.carrel.cgroups.limits.DeviceAccess;
import io.carrel.cgroups.limits.DeviceRule;
import io.carrel.cgroups.limits.DeviceType;
import java.util.Set;

/**
 * The devices that one rule is about: one type, and one or all numbers. Immutable.
 *
 * @param type block or character
 * @param major a number, or {@link DeviceRule#ANY}
 * @param minor a number, or {@link DeviceRule#ANY}
 */
record DeviceRange(DeviceType type, int major, int minor) {

    static DeviceRange of(DeviceRule rule) {
        return new DeviceRange(rule.type(), rule.major(), rule.minor());
    }

    boolean overlaps(DeviceRange other) {
        return type == other.type && overlap(major, other.major) && overlap(minor, other.minor);
    }

    private static boolean overlap(int one, int other) {
        return one == ANY || other == ANY || one == other;
    }

    boolean covers(DeviceRange other) {
        return type == other.type && covers(major, other.major) && covers(minor, other.minor);
    }

    private static boolean covers(int one, int other) {
        return one == ANY || one == other;
    }

    /** What two ranges that overlap have in common. */
    DeviceRange meet(DeviceRange other) {
        return new DeviceRange(type, major == ANY ? other.major : major, minor == ANY ? other.minor : minor);
    }

    /** The rule about these devices. */
    DeviceRule rule(boolean allowed, Set<DeviceAccess> access) {
        return new DeviceRule(allowed, type, major, minor, access);
    }
}

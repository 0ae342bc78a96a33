package io.carrel.cgroups.limits;

/** The two interfaces of the kernel's control groups. A controller is in a hierarchy of one of them. See cgroups(7). */
public enum CgroupVersion {
    /** Each controller has a hierarchy of its own, or shares one with a few others. */
    V1,
    /** All controllers are in one hierarchy. */
    V2
}

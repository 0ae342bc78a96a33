package io.carrel.cgroups.limits;

/** The two interfaces that the kernel has for control groups. A controller is in a hierarchy of one of them. */
public enum CgroupVersion {
    /** A hierarchy for each controller, or for a few that are mounted together. */
    V1,
    /** One hierarchy for all controllers. */
    V2
}

package io.carrel.cgroups;

import io.carrel.cgroups.usage.PidsUsage;

/** Something that happens to a group, and that a {@link CgroupListener} is told of. */
public enum CgroupEvent {
    /** A process was killed for want of memory. */
    OOM_KILL,
    /** The group was slowed down above {@code memory.high}. v2 only. */
    MEMORY_HIGH,
    /** The group reached {@code memory.max} and had to give memory back. v2 only. */
    MEMORY_MAX,
    /** The limit of pids forbade a process or thread. v2 only; on v1 the kernel counts, see {@link PidsUsage}, but tells only before 6.11. */
    PIDS_MAX,
    /** The last process has left, also of the groups below. v2 and hybrid only, as all that follow. */
    EMPTY,
    /** A first process has come. */
    POPULATED,
    /** All processes have stopped. */
    FROZEN,
    /** They go on. */
    THAWED
}

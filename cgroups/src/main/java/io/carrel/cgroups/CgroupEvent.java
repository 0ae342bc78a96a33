package io.carrel.cgroups;

import io.carrel.cgroups.usage.PidsUsage;

/** Something that happens to a group and that a {@link CgroupListener} is told of. */
public enum CgroupEvent {
    /** The kernel killed a process because memory ran out. */
    OOM_KILL,
    /** The group was slowed down above {@code memory.high}. v2 only. */
    MEMORY_HIGH,
    /** The group reached {@code memory.max} and had to give memory back. v2 only. */
    MEMORY_MAX,
    /**
     * The limit of pids refused a process or thread. v2 only; on v1 the kernel counts this, see {@link PidsUsage}, but
     * reports it only before Linux 6.11.
     */
    PIDS_MAX,
    /** The last process has left the group and those below it. v2 and hybrid only, as are all that follow. */
    EMPTY,
    /** A first process has entered. */
    POPULATED,
    /** All processes have stopped. */
    FROZEN,
    /** The processes continue. */
    THAWED
}

package io.carrel.cgroups.usage;

import java.util.OptionalLong;

/**
 * The memory of a group, in bytes. What the host does not count is empty. Immutable.
 *
 * @param current all that is in use, cached content of files included
 * @param peak the most that has been in use (v2: Linux 5.19)
 * @param anon memory of processes that belongs to no file
 * @param file content of files
 * @param kernel memory of the kernel for the group (v2: Linux 5.18)
 * @param swap what was moved to swap space
 * @param events what happened because memory ran short
 */
public record MemoryUsage(
        OptionalLong current,
        OptionalLong peak,
        OptionalLong anon,
        OptionalLong file,
        OptionalLong kernel,
        OptionalLong swap,
        Events events) {

    /**
     * How often something has happened. Immutable.
     *
     * @param low memory was taken although the group had less than {@code memory.low}
     * @param high the group was slowed down above {@code memory.high}
     * @param max the limit was reached
     * @param oom memory ran out
     * @param oomKill a process was killed for it
     * @param oomGroupKill the whole group was killed for it (Linux 5.17)
     */
    public record Events(
            OptionalLong low,
            OptionalLong high,
            OptionalLong max,
            OptionalLong oom,
            OptionalLong oomKill,
            OptionalLong oomGroupKill) {}
}

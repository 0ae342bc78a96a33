package io.carrel.cgroups.usage;

import java.util.OptionalLong;

/**
 * The CPU time that the processes of a group, past ones included, have used. Immutable. What the host does not count is empty.
 *
 * @param usageMicros all of it, in microseconds
 * @param userMicros in programs
 * @param systemMicros in the kernel, for them
 * @param periods periods of a limit that have passed
 * @param throttledPeriods those of them in which the limit was reached
 * @param throttledMicros how long processes had to wait for that
 */
public record CpuUsage(
        OptionalLong usageMicros,
        OptionalLong userMicros,
        OptionalLong systemMicros,
        OptionalLong periods,
        OptionalLong throttledPeriods,
        OptionalLong throttledMicros) {}

package io.carrel.cgroups.usage;

import java.util.OptionalLong;

/**
 * The CPU time that the processes of a group have used, those that have ended included. What the host does not count is
 * empty. Immutable.
 *
 * @param usageMicros all of it, in microseconds
 * @param userMicros the part spent in programs, in microseconds
 * @param systemMicros the part spent in the kernel for them, in microseconds
 * @param periods how many periods of a limit have passed
 * @param throttledPeriods in how many of them the limit was reached
 * @param throttledMicros how long processes had to wait for that, in microseconds
 */
public record CpuUsage(
        OptionalLong usageMicros,
        OptionalLong userMicros,
        OptionalLong systemMicros,
        OptionalLong periods,
        OptionalLong throttledPeriods,
        OptionalLong throttledMicros) {}

package io.carrel.cgroups.usage;

import java.util.OptionalLong;

/**
 * The processes and threads of a group. What the host does not count is empty. Immutable.
 *
 * @param current how many there are
 * @param peak the most that there have been (Linux 6.1)
 * @param limitHits how often the limit refused another
 */
public record PidsUsage(OptionalLong current, OptionalLong peak, OptionalLong limitHits) {}

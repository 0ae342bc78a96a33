package io.carrel.cgroups.usage;

import java.util.OptionalDouble;

/**
 * One of a series of measurements. Immutable.
 *
 * @param usage what the group uses
 * @param cpus how many CPUs it has used on average since the sample before; empty in the first one
 */
public record Sample(Usage usage, OptionalDouble cpus) {}

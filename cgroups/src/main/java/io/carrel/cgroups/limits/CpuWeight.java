package io.carrel.cgroups.limits;

import static com.google.common.base.Preconditions.checkArgument;

/**
 * The group's share of the CPUs when they are busy, as v2 measures it: {@code cpu.weight}. Immutable.
 *
 * @param weight 1 to 10000; by default 100
 */
public record CpuWeight(long weight) implements Limit {

    /** What a new group has. */
    public static final long DEFAULT = 100;

    /**
     * Checks the number.
     *
     * @throws IllegalArgumentException if it is out of its range
     */
    public CpuWeight {
        checkArgument(weight >= 1 && weight <= 10_000, "a CPU weight must be 1 to 10000, was %s", weight);
    }

    /** Returns the corresponding shares of v1: 1 to 10000 becomes 2 to 262144. */
    public long toShares() {
        return 2 + (weight - 1) * 262_142 / 9_999;
    }

    @Override
    public Controller controller() {
        return Controller.CPU;
    }

    @Override
    public String toString() {
        return "cpu.weight=" + weight;
    }
}

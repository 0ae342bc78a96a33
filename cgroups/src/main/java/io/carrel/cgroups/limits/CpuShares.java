package io.carrel.cgroups.limits;

import static com.google.common.base.Preconditions.checkArgument;

/**
 * The group's share of the CPUs when they are busy, as v1 measures it: {@code cpu.shares}. Immutable.
 *
 * @param shares 2 to 262144; by default 1024
 */
public record CpuShares(long shares) implements Limit {

    /** What a new group has. */
    public static final long DEFAULT = 1024;

    /**
     * Checks the number.
     *
     * @throws IllegalArgumentException if it is out of its range
     */
    public CpuShares {
        checkArgument(shares >= 2 && shares <= 262_144, "CPU shares must be 2 to 262144, were %s", shares);
    }

    /**
     * Returns the corresponding weight of v2, by the formula that other container engines use: 2 to 262144 becomes 1 to
     * 10000.
     */
    public long toWeight() {
        return 1 + (shares - 2) * 9_999 / 262_142;
    }

    @Override
    public Controller controller() {
        return Controller.CPU;
    }

    @Override
    public String toString() {
        return "cpu.shares=" + shares;
    }
}

package io.carrel.cgroups.limits;

import static com.google.common.base.Preconditions.checkArgument;

/**
 * The same as {@link CpuWeight} in the measure of v1.
 *
 * @param shares 2 to 262144; 1024 is what a group has without it
 */
public record CpuShares(long shares) implements Limit {

    /** What a new group has. */
    public static final long DEFAULT = 1024;

    public CpuShares {
        checkArgument(shares >= 2 && shares <= 262_144, "CPU shares must be 2 to 262144, were %s", shares);
    }

    /** The weight of v2, by the formula that other container engines use: 2 to 262144 becomes 1 to 10000. */
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

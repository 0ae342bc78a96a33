package io.carrel.cgroups.limits;

import static com.google.common.base.Preconditions.checkArgument;

/**
 * The group's share of all disks when they are busy: {@code io.weight}. Has an effect only with an I/O scheduler that
 * knows weights. Immutable.
 *
 * @param weight 1 to 10000; by default 100
 */
public record IoWeight(long weight) implements Limit {

    /** What a new group has. */
    public static final long DEFAULT = 100;

    /**
     * Checks the number.
     *
     * @throws IllegalArgumentException if it is out of its range
     */
    public IoWeight {
        checkArgument(weight >= 1 && weight <= 10_000, "an I/O weight must be 1 to 10000, was %s", weight);
    }

    @Override
    public Controller controller() {
        return Controller.IO;
    }

    @Override
    public String toString() {
        return "io.weight=" + weight;
    }
}

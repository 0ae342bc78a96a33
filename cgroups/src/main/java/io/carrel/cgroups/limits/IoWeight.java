package io.carrel.cgroups.limits;

import static com.google.common.base.Preconditions.checkArgument;

/**
 * The group's share of all disks when there is not enough for all. It needs an I/O scheduler that knows weights.
 *
 * @param weight 1 to 10000; 100 is what a group has without it
 */
public record IoWeight(long weight) implements Limit {

    /** What a new group has. */
    public static final long DEFAULT = 100;

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

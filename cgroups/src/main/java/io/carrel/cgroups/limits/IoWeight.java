package io.carrel.cgroups.limits;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.List;

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

    /** v1 has 10 to 1000, and bfq 1 to 1000 on both. */
    @Override
    public List<Setting> settings(CgroupVersion version, Limits all) {
        if (version == CgroupVersion.V2) {
            String value = Long.toString(weight);
            return List.of(new Setting(controller(), List.of("io.weight"), "default", value, "100"));
        }
        String value = Long.toString(10 + (weight - 1) * 990 / 9_999);
        return List.of(new Setting(controller(), List.of("blkio.bfq.weight", "blkio.weight"), "", value, ""));
    }

    @Override
    public String toString() {
        return "io.weight=" + weight;
    }
}

package io.carrel.cgroups.limits;

import com.google.common.collect.ImmutableList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Which devices the group's processes may open or make nodes of. v1 keeps a list; for v2 it is made into a program that the kernel
 * asks each time, so there is no file to write.
 *
 * @param rules in order, see {@link DeviceRule}
 */
public record DeviceRules(List<DeviceRule> rules) implements Limit {

    public DeviceRules {
        rules = ImmutableList.copyOf(rules);
    }

    @Override
    public Controller controller() {
        return Controller.DEVICES;
    }

    @Override
    public String toString() {
        return "devices=" + rules.stream().map(DeviceRule::toString).collect(Collectors.joining("; "));
    }
}

package io.carrel.cgroups.limits;

import com.google.common.collect.ImmutableList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The devices that the group's processes may open or make nodes of, which only root may limit. v1 keeps a list; on v2
 * the rules become a program that the kernel runs at each access, so there is no file to write. Immutable. See
 * Documentation/admin-guide/cgroup-v2.rst.
 *
 * @param rules the rules in order, see {@link DeviceRule}
 */
public record DeviceRules(List<DeviceRule> rules) implements Limit {

    /** Copies the rules. */
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

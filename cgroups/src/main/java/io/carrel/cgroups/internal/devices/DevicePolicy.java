package io.carrel.cgroups.internal.devices;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableList;
import io.carrel.cgroups.limits.DeviceRule;
import io.carrel.cgroups.limits.DeviceType;
import java.util.Collections;
import java.util.List;

/**
 * What a list of rules comes to: whatever stands before the last rule about all devices has no say. Immutable.
 *
 * @param allowsOthers whether devices are allowed that no rule is about
 * @param rules the rules about some devices, the last one that fits decides
 */
public record DevicePolicy(boolean allowsOthers, List<DeviceRule> rules) {

    /**
     * More than anybody has; a program's jumps span some 2900, and the kernel checks this many within a fifth of a
     * second.
     */
    private static final int MOST_RULES = 1000;

    /** Copies the rules. */
    public DevicePolicy {
        rules = ImmutableList.copyOf(rules);
    }

    /**
     * Reads a list of rules.
     *
     * @throws IllegalArgumentException if there are too many, or one allows what nothing before it denies: whoever
     *     wrote it takes the list for one that denies the rest, and it does not
     */
    public static DevicePolicy of(List<DeviceRule> list) {
        checkArgument(list.size() <= MOST_RULES, "at most %s device rules, not %s", MOST_RULES, list.size());
        boolean allowsOthers = true;
        int start = 0;
        for (int i = 0; i < list.size(); i++) {
            if (list.get(i).type() == DeviceType.ALL) {
                allowsOthers = list.get(i).allowed();
                start = i + 1;
            }
        }
        DevicePolicy policy = new DevicePolicy(allowsOthers, list.subList(start, list.size()));
        policy.checkAllowed();
        return policy;
    }

    private void checkAllowed() {
        for (int i = 0; allowsOthers && i < rules.size(); i++) {
            DeviceRule rule = rules.get(i);
            checkArgument(
                    !rule.allowed() || rules.subList(0, i).stream().anyMatch(before -> isExceptedBy(before, rule)),
                    "the device rule \"%s\" allows what is allowed already; to deny all but this, begin with \"%s\"",
                    rule,
                    DeviceRule.DENY_ALL);
        }
    }

    private static boolean isExceptedBy(DeviceRule before, DeviceRule rule) {
        return !before.allowed()
                && DeviceRange.of(before).overlaps(DeviceRange.of(rule))
                && !Collections.disjoint(before.access(), rule.access());
    }

    /** Whether nothing is denied. */
    public boolean isOpen() {
        return allowsOthers && rules.stream().allMatch(DeviceRule::allowed);
    }
}

package io.carrel.cgroups.internal.devices;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Sets;
import io.carrel.cgroups.limits.DeviceAccess;
import io.carrel.cgroups.limits.DeviceRule;
import io.carrel.cgroups.limits.DeviceType;
import io.carrel.linux.UnsupportedFeatureException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What cgroup v1 keeps of rules: whether it allows or denies devices, and exceptions from that, in no order. So a list
 * of rules is brought into this form: a rule like the default takes from the exceptions before it, another one is an
 * exception itself. A narrow rule cannot take from a wide exception, as there is no exception of an exception.
 * Immutable.
 *
 * @param allowsOthers whether what is no exception is allowed
 * @param exceptions what is excepted for which devices
 */
record LegacyDeviceList(boolean allowsOthers, Map<DeviceRange, Set<DeviceAccess>> exceptions) {

    /** What a new group has below one that may use all devices. */
    static final LegacyDeviceList OPEN = new LegacyDeviceList(true, ImmutableMap.of());

    LegacyDeviceList {
        exceptions = ImmutableMap.copyOf(exceptions);
    }

    static LegacyDeviceList of(DevicePolicy policy) {
        Map<DeviceRange, Set<DeviceAccess>> exceptions = new LinkedHashMap<>();
        for (DeviceRule rule : policy.rules()) {
            if (rule.allowed() == policy.allowsOthers()) {
                take(exceptions, rule);
            } else {
                exceptions.merge(DeviceRange.of(rule), rule.access(), LegacyDeviceList::union);
            }
        }
        if (!policy.allowsOthers()) {
            addMeets(exceptions);
        }
        return new LegacyDeviceList(policy.allowsOthers(), exceptions);
    }

    /** Reads {@code devices.list}. Exceptions from "all" are not shown there. */
    static LegacyDeviceList parse(String text) {
        Map<DeviceRange, Set<DeviceAccess>> exceptions = new LinkedHashMap<>();
        for (String line : text.lines().toList()) {
            DeviceRule rule = DeviceRule.parse(line);
            if (rule.type() == DeviceType.ALL) {
                return OPEN;
            }
            exceptions.merge(DeviceRange.of(rule), rule.access(), LegacyDeviceList::union);
        }
        return new LegacyDeviceList(false, exceptions);
    }

    private static void take(Map<DeviceRange, Set<DeviceAccess>> exceptions, DeviceRule rule) {
        DeviceRange range = DeviceRange.of(rule);
        exceptions.replaceAll((other, access) -> {
            Set<DeviceAccess> rest = ImmutableSet.copyOf(Sets.difference(access, rule.access()));
            if (!range.overlaps(other) || rest.size() == access.size()) {
                return access;
            }
            if (!range.covers(other)) {
                throw inexpressible(rule, other.rule(!rule.allowed(), access));
            }
            return rest;
        });
        exceptions.values().removeIf(Set::isEmpty);
    }

    private static UnsupportedFeatureException inexpressible(DeviceRule rule, DeviceRule wider) {
        return new UnsupportedFeatureException(
                "way to except devices from a rule about more devices",
                "the rule \"%s\" concerns some of the devices of \"%s\" before it, and cgroup v1 keeps no exceptions of"
                                .formatted(rule, wider)
                        + " exceptions. Name the devices one by one.");
    }

    /**
     * All that a process asks for must be allowed by one exception, while reading may be allowed by one rule and
     * writing by another. So where exceptions overlap, what they have in common becomes an exception with the access of
     * both.
     */
    private static void addMeets(Map<DeviceRange, Set<DeviceAccess>> exceptions) {
        boolean changed = true;
        while (changed) {
            changed = false;
            List<DeviceRange> ranges = List.copyOf(exceptions.keySet());
            for (int i = 0; i < ranges.size(); i++) {
                for (DeviceRange other : ranges.subList(0, i)) {
                    changed |= addMeet(exceptions, ranges.get(i), other);
                }
            }
        }
    }

    private static boolean addMeet(Map<DeviceRange, Set<DeviceAccess>> exceptions, DeviceRange one, DeviceRange other) {
        if (!one.overlaps(other)) {
            return false;
        }
        Set<DeviceAccess> first = exceptions.getOrDefault(one, Set.of());
        Set<DeviceAccess> second = exceptions.getOrDefault(other, Set.of());
        if (first.containsAll(second) || second.containsAll(first)) {
            return false;
        }
        Set<DeviceAccess> both = union(first, second);
        Set<DeviceAccess> before = exceptions.getOrDefault(one.meet(other), Set.of());
        exceptions.merge(one.meet(other), both, LegacyDeviceList::union);
        return !before.containsAll(both);
    }

    private static Set<DeviceAccess> union(Set<DeviceAccess> one, Set<DeviceAccess> other) {
        return Sets.immutableEnumSet(Sets.union(one, other));
    }

    /** The rules that make this list, whatever was there before: the first one is about all devices. */
    List<DeviceRule> rules() {
        ImmutableList.Builder<DeviceRule> rules = ImmutableList.builder();
        rules.add(allowsOthers ? DeviceRule.ALLOW_ALL : DeviceRule.DENY_ALL);
        exceptions.forEach((range, access) -> rules.add(range.rule(!allowsOthers, access)));
        return rules.build();
    }

    /**
     * The rules that make this list from another one with the same default. At first come new exceptions, then the old
     * ones go: what both lists allow or both deny is so in between too, even if for different reasons.
     */
    List<DeviceRule> rulesAfter(LegacyDeviceList before) {
        return ImmutableList.<DeviceRule>builder()
                .addAll(exceptionsWithout(before, !allowsOthers))
                .addAll(before.exceptionsWithout(this, allowsOthers))
                .build();
    }

    private List<DeviceRule> exceptionsWithout(LegacyDeviceList other, boolean allowed) {
        ImmutableList.Builder<DeviceRule> rules = ImmutableList.builder();
        exceptions.forEach((range, access) -> {
            Set<DeviceAccess> rest = Sets.difference(access, other.exceptions.getOrDefault(range, Set.of()));
            if (!rest.isEmpty()) {
                rules.add(range.rule(allowed, rest));
            }
        });
        return rules.build();
    }
}

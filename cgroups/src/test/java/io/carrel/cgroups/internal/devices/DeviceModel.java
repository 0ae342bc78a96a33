package io.carrel.cgroups.internal.devices;

import io.carrel.cgroups.limits.DeviceAccess;
import io.carrel.cgroups.limits.DeviceNode;
import io.carrel.cgroups.limits.DeviceRule;
import io.carrel.cgroups.limits.DeviceType;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * What a list of rules means, said in the plainest way: for each access the last rule about it decides. And random
 * lists about few devices, so that their rules meet. The majors belong to no driver, and never will: they are out of
 * the ranges of assigned and of dynamic numbers.
 */
final class DeviceModel {

    static final List<Integer> MAJORS = List.of(300, 301);
    static final List<Integer> MINORS = List.of(0, 1);
    static final List<DeviceType> TYPES = List.of(DeviceType.BLOCK, DeviceType.CHARACTER);

    /** What the kernel asks for at once: opening a file asks to read, to write, or both. */
    static final List<Set<DeviceAccess>> WAYS = List.of(
            EnumSet.of(DeviceAccess.READ),
            EnumSet.of(DeviceAccess.WRITE),
            EnumSet.of(DeviceAccess.READ, DeviceAccess.WRITE),
            EnumSet.of(DeviceAccess.MKNOD));

    private DeviceModel() {}

    static boolean allows(List<DeviceRule> rules, DeviceNode device, Set<DeviceAccess> asked) {
        return asked.stream().allMatch(access -> allows(rules, device, access));
    }

    private static boolean allows(List<DeviceRule> rules, DeviceNode device, DeviceAccess access) {
        boolean allowed = true;
        for (DeviceRule rule : rules) {
            if (isAbout(rule, device) && rule.access().contains(access)) {
                allowed = rule.allowed();
            }
        }
        return allowed;
    }

    private static boolean isAbout(DeviceRule rule, DeviceNode device) {
        return (rule.type() == DeviceType.ALL || rule.type() == device.type())
                && (rule.major() == DeviceRule.ANY || rule.major() == device.major())
                && (rule.minor() == DeviceRule.ANY || rule.minor() == device.minor());
    }

    static List<DeviceNode> devices() {
        List<DeviceNode> devices = new ArrayList<>();
        for (DeviceType type : TYPES) {
            for (int major : MAJORS) {
                for (int minor : MINORS) {
                    devices.add(new DeviceNode(type, major, minor));
                }
            }
        }
        return devices;
    }

    /** A list that is no caller's mistake. */
    static List<DeviceRule> randomList(Random random, int most) {
        while (true) {
            List<DeviceRule> list = new ArrayList<>();
            int size = random.nextInt(most + 1);
            for (int i = 0; i < size; i++) {
                list.add(randomRule(random));
            }
            if (isAccepted(list)) {
                return list;
            }
        }
    }

    private static boolean isAccepted(List<DeviceRule> list) {
        try {
            DevicePolicy.of(list);
            return true;
        } catch (IllegalArgumentException allowsWhatIsAllowed) {
            return false;
        }
    }

    private static DeviceRule randomRule(Random random) {
        if (random.nextInt(5) == 0) {
            return random.nextInt(3) == 0 ? DeviceRule.ALLOW_ALL : DeviceRule.DENY_ALL;
        }
        EnumSet<DeviceAccess> access = EnumSet.noneOf(DeviceAccess.class);
        while (access.isEmpty()) {
            for (DeviceAccess one : DeviceAccess.values()) {
                if (random.nextBoolean()) {
                    access.add(one);
                }
            }
        }
        return new DeviceRule(
                random.nextBoolean(),
                TYPES.get(random.nextInt(TYPES.size())),
                oneOrAny(random, MAJORS),
                oneOrAny(random, MINORS),
                access);
    }

    private static int oneOrAny(Random random, List<Integer> numbers) {
        int index = random.nextInt(numbers.size() + 1);
        return index == numbers.size() ? DeviceRule.ANY : numbers.get(index);
    }
}

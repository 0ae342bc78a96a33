package io.carrel.cgroups.internal.devices;

import io.carrel.cgroups.limits.DeviceRule;
import java.util.Arrays;
import java.util.List;

/** Lists of rules as text. */
final class Rules {

    private Rules() {}

    static List<DeviceRule> rules(String... texts) {
        return Arrays.stream(texts).map(DeviceRule::parse).toList();
    }

    static DevicePolicy policy(String... texts) {
        return DevicePolicy.of(rules(texts));
    }
}

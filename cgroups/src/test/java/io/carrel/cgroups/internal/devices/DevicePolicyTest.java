package io.carrel.cgroups.internal.devices;

import static io.carrel.cgroups.internal.devices.Rules.policy;
import static io.carrel.cgroups.internal.devices.Rules.rules;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carrel.cgroups.limits.DeviceRule;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class DevicePolicyTest {

    @Test
    void nothingBeforeARuleAboutAllHasASay() {
        assertThat(policy("deny c 1:3 r", "a", "deny c 1:5 r", "deny a", "c 1:7 r"))
                .isEqualTo(new DevicePolicy(false, rules("c 1:7 r")));
    }

    @Test
    void isOpenIfNothingIsDenied() {
        assertThat(policy().isOpen()).isTrue();
        assertThat(policy("deny a", "a").isOpen()).isTrue();
        assertThat(policy("deny a").isOpen()).isFalse();
        assertThat(policy("deny c 1:5 r").isOpen()).isFalse();
        assertThat(policy("deny c 1:* r", "c 1:3 r").isOpen()).isFalse();
    }

    @Test
    void refusesARuleThatAllowsWhatNothingDenies() {
        for (List<DeviceRule> list : List.of(
                rules("c 1:3 rwm"),
                rules("deny a", "a", "c 1:3 rwm"),
                rules("deny b 1:3 rwm", "c 1:3 rwm"),
                rules("deny c 1:3 m", "c 1:3 rw"),
                rules("deny c 1:3 rwm", "c 1:4 rwm"))) {
            assertThatThrownBy(() -> DevicePolicy.of(list))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(
                            "the device rule \"%s\" allows what is allowed already; to deny all but this, begin with"
                                    + " \"deny a *:* rwm\"",
                            list.get(list.size() - 1));
        }
    }

    @Test
    void refusesMoreRulesThanAnybodyHas() {
        assertThatThrownBy(() -> DevicePolicy.of(Collections.nCopies(1001, DeviceRule.DENY_ALL)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("at most 1000 device rules, not 1001");
    }
}

package io.carrel.cgroups.internal.devices;

import static io.carrel.cgroups.internal.devices.Rules.policy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carrel.cgroups.limits.DeviceAccess;
import io.carrel.cgroups.limits.DeviceNode;
import io.carrel.cgroups.limits.DeviceRule;
import io.carrel.linux.UnsupportedFeatureException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LegacyDeviceListTest {

    @Test
    void aRuleLikeTheDefaultTakesFromTheExceptionsBefore() {
        assertThat(texts(LegacyDeviceList.of(policy("deny a", "c 1:3 rwm", "c 1:5 r", "deny c 1:* wm"))))
                .containsExactly("deny a *:* rwm", "c 1:3 r", "c 1:5 r");
        assertThat(texts(LegacyDeviceList.of(policy("deny c 1:3 rwm", "c 1:3 rwm"))))
                .containsExactly("a *:* rwm");
    }

    @Test
    void whereRulesOverlapOneExceptionAllowsAll() {
        assertThat(texts(LegacyDeviceList.of(policy("deny a", "c 1:* r", "c *:3 w"))))
                .containsExactlyInAnyOrder("deny a *:* rwm", "c 1:* r", "c *:3 w", "c 1:3 rw");
    }

    @Test
    void refusesAnExceptionOfAnException() {
        assertThatThrownBy(() -> LegacyDeviceList.of(policy("deny a", "c 1:* rw", "deny c 1:5 w")))
                .isInstanceOf(UnsupportedFeatureException.class)
                .hasMessageContaining(
                        "the rule \"deny c 1:5 w\" concerns some of the devices of \"c 1:* rw\" before it");
    }

    @Test
    void readsWhatTheKernelShows() {
        assertThat(LegacyDeviceList.parse("a *:* rwm\n")).isEqualTo(LegacyDeviceList.OPEN);
        assertThat(LegacyDeviceList.parse("")).isEqualTo(LegacyDeviceList.of(policy("deny a")));
        assertThat(LegacyDeviceList.parse("c 1:3 rwm\nb *:* m\n"))
                .isEqualTo(LegacyDeviceList.of(policy("deny a", "c 1:3 rwm", "b *:* m")));
    }

    @Test
    void aChangeAddsExceptionsBeforeItTakesAny() {
        LegacyDeviceList before = LegacyDeviceList.of(policy("deny a", "c 1:3 rwm", "c 1:5 r"));
        LegacyDeviceList after = LegacyDeviceList.of(policy("deny a", "c 1:3 rw", "c 1:7 r"));
        assertThat(after.rulesAfter(before))
                .extracting(DeviceRule::toString)
                .containsExactly("c 1:7 r", "deny c 1:3 m", "deny c 1:5 r");
        assertThat(after.rulesAfter(after)).isEmpty();
    }

    /** Lists and requests at random, with the kernel's way to look at exceptions written down here. */
    @Test
    void meansTheSameAsTheRules() {
        Random random = new Random(1);
        int expressible = 0;
        List<String> differences = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            List<DeviceRule> rules = DeviceModel.randomList(random, 6);
            LegacyDeviceList list;
            try {
                list = LegacyDeviceList.of(DevicePolicy.of(rules));
            } catch (UnsupportedFeatureException exceptionOfAnException) {
                continue;
            }
            expressible++;
            for (DeviceNode device : DeviceModel.devices()) {
                for (Set<DeviceAccess> asked : DeviceModel.WAYS) {
                    if (kernelAllows(list, device, asked) != DeviceModel.allows(rules, device, asked)) {
                        differences.add("%s, as %s, asked to %s %s".formatted(rules, list, asked, device));
                    }
                }
            }
        }
        assertThat(differences).isEmpty();
        assertThat(expressible).isGreaterThan(5_000);
    }

    private static boolean kernelAllows(LegacyDeviceList list, DeviceNode device, Set<DeviceAccess> asked) {
        DeviceRange range = new DeviceRange(device.type(), device.major(), device.minor());
        return list.exceptions().entrySet().stream()
                        .filter(exception -> exception.getKey().covers(range))
                        .anyMatch(exception -> list.allowsOthers()
                                ? !Collections.disjoint(exception.getValue(), asked)
                                : exception.getValue().containsAll(asked))
                != list.allowsOthers();
    }

    private static List<String> texts(LegacyDeviceList list) {
        return list.rules().stream().map(DeviceRule::toString).toList();
    }
}

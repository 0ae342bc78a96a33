package io.carrel.cgroups.internal.devices;

import static io.carrel.cgroups.internal.devices.Rules.policy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carrel.linux.KernelFileException;
import io.carrel.linux.UnsupportedFeatureException;
import java.io.IOException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

@Tag("root")
@EnabledIf(value = "isMounted", disabledReason = "this host has no devices controller of cgroup v1")
class LegacyDevicesTest extends DevicesContract {

    LegacyDevicesTest() {
        super(TestGroup.Version.V1);
    }

    static boolean isMounted() {
        return TestGroup.hierarchy(TestGroup.Version.V1).isPresent();
    }

    @Test
    void theKernelShowsTheRules() throws IOException {
        devices.apply(policy("deny a", "c 1:3 rw", "b *:* m", "c 1:3 m"));
        assertThat(group.rules()).containsExactlyInAnyOrder("c 1:3 rwm", "b *:* m");
    }

    @Test
    void whatTheParentDeniesFailsAndChangesNothing() throws IOException {
        devices.apply(policy("deny a", "c 1:3 rw", "c 1:5 r"));
        try (TestGroup below = group.below()) {
            assertThatThrownBy(() -> new LegacyDevices(below.directory()).apply(policy("deny a", "c 1:3 r", "c 1:7 r")))
                    .isInstanceOf(KernelFileException.class)
                    .hasMessageContaining("whose parent does not allow this")
                    .hasMessageContaining("text \"c 1:7 r\"")
                    .hasMessageContaining("EPERM");
            assertThat(below.rules()).containsExactlyInAnyOrder("c 1:3 rw", "c 1:5 r");
        }
    }

    @Test
    void aFailureAfterARuleAboutAllBringsBackTheRulesBefore() throws IOException {
        devices.apply(policy("deny c 1:5 r"));
        try (TestGroup below = group.below();
                DeviceShell inside = new DeviceShell(below)) {
            LegacyDevices child = new LegacyDevices(below.directory());
            child.apply(policy("deny c 1:7 r"));
            assertThatThrownBy(() -> child.apply(policy("deny a", "c 1:3 r", "c 1:5 r")))
                    .isInstanceOf(KernelFileException.class)
                    .hasMessageContaining("text \"c 1:5 r\"");
            assertThat(inside.read("/dev/null")).isEmpty();
            assertThat(inside.read("/dev/zero")).contains("Operation not permitted");
            assertThat(inside.read("/dev/full")).contains("Operation not permitted");
        }
    }

    @Test
    void aRuleAboutAllFailsOnceThereAreGroupsBelow() throws IOException {
        try (TestGroup below = group.below()) {
            assertThat(below.rules()).containsExactly("a *:* rwm");
            assertThatThrownBy(() -> devices.apply(policy("deny a", "c 1:3 r")))
                    .isInstanceOf(KernelFileException.class)
                    .hasMessageContaining("once there are groups below it")
                    .hasMessageContaining("EINVAL");
            assertThat(group.rules()).containsExactly("a *:* rwm");
        }
    }

    @Test
    void refusesAnExceptionOfAnExceptionBeforeItChangesAnything() throws IOException {
        devices.apply(policy("deny a", "c 1:3 rw"));
        assertThatThrownBy(() -> devices.apply(policy("deny a", "c 1:* rw", "deny c 1:5 w")))
                .isInstanceOf(UnsupportedFeatureException.class);
        assertThat(group.rules()).containsExactly("c 1:3 rw");
    }
}

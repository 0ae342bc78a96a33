package io.carrel.cgroups;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carrel.cgroups.limits.Controller;
import io.carrel.cgroups.limits.Limits;
import io.carrel.linux.UnsupportedFeatureException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A user to whom nothing was delegated. */
@Tag("user")
class OrdinaryUserTest {

    private final Cgroups cgroups = Cgroups.detect();

    private static final Limits LIMITS = Limits.builder().pids(5).build();

    @Test
    void usesWhatIsDelegatedAndIsToldWhatIsMissingAndWhy() {
        assertThat(cgroups.layout()).isNotEqualTo(Cgroups.Layout.NONE);
        if (cgroups.controllers().contains(Controller.PIDS)) {
            try (Cgroup group = cgroups.create("batch", LIMITS)) {
                assertThat(group.limits()).isEqualTo(LIMITS);
            }
            return;
        }
        assertThat(cgroups.controllers()).doesNotContain(Controller.MEMORY, Controller.PIDS, Controller.CPU);
        assertThat(cgroups.missing()).containsKeys(Controller.MEMORY, Controller.PIDS, Controller.CPU);
        assertThatThrownBy(() -> cgroups.create("batch", LIMITS))
                .isInstanceOf(UnsupportedFeatureException.class)
                .hasMessageContaining("cgroup controller pids")
                .hasMessageContaining("Delegate=yes");
    }

    @Test
    void seesWhereItIs() {
        assertThat(Cgroups.pathsOf(ProcessHandle.current().pid())).isNotEmpty();
    }
}

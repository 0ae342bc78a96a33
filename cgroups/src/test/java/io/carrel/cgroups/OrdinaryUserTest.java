package io.carrel.cgroups;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carrel.linux.UnsupportedFeatureException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A user to whom nothing was delegated. */
@Tag("user")
class OrdinaryUserTest {

    private final Cgroups cgroups = Cgroups.detect();

    @Test
    void isToldWhichControllersAreMissingAndWhy() {
        assertThat(cgroups.layout()).isNotEqualTo(Cgroups.Layout.NONE);
        assertThat(cgroups.controllers()).doesNotContain(Controller.MEMORY, Controller.PIDS, Controller.CPU);
        assertThat(cgroups.missing()).containsKeys(Controller.MEMORY, Controller.PIDS, Controller.CPU);
        assertThatThrownBy(
                        () -> cgroups.create("batch", Limits.builder().pids(5).build()))
                .isInstanceOf(UnsupportedFeatureException.class)
                .hasMessageContaining("cgroup controller pids")
                .hasMessageContaining("Delegate=yes");
    }

    @Test
    void seesWhereItIs() {
        assertThat(Cgroups.pathsOf(ProcessHandle.current().pid())).isNotEmpty();
    }
}

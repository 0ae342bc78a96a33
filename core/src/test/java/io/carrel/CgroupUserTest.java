package io.carrel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carrel.cgroups.Cgroups;
import io.carrel.cgroups.limits.Bytes;
import io.carrel.cgroups.limits.Controller;
import io.carrel.cgroups.limits.Limits;
import io.carrel.linux.NotPermittedException;
import io.carrel.linux.UnsupportedFeatureException;
import io.carrel.namespaces.User;
import io.carrel.testing.Inside;
import io.carrel.testing.NeedsProgram;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Limits for an ordinary user: what was delegated works, the rest is refused with the remedy. */
@Tag("kernel")
@Tag("user")
class CgroupUserTest {

    private static ContainerBuilder limited() {
        return Container.builder()
                .limits(Limits.builder().memory(Bytes.mebibytes(64)).build());
    }

    @Test
    void aLimitHoldsWhereItsControllerIsDelegatedAndIsRefusedElsewhere() throws Exception {
        if (Cgroups.detect().controllers().contains(Controller.MEMORY)) {
            assertThat(Inside.run(limited(), "mkdir /sys/fs/cgroup/below 2>&1 | grep -o 'Read-only file system'"))
                    .isEqualTo("Read-only file system");
            return;
        }
        assertThatThrownBy(() -> Inside.run(limited(), "true"))
                .isInstanceOf(UnsupportedFeatureException.class)
                .hasMessageContaining("memory")
                .hasMessageContaining("Delegate=yes");
    }

    /** The files of the limits are the user's own, so only the kernel's namespaces keep the container from them. */
    @Test
    void aGroupIsGivenToTheContainerWhereItsLimitsStay() throws Exception {
        Cgroups cgroups = Cgroups.detect();
        if (cgroups.controllers().contains(Controller.MEMORY) && cgroups.keepsLimitsByNamespace()) {
            assertThat(Inside.lines(limited().delegateCgroup(), """
                            cd /sys/fs/cgroup; mkdir leaf below
                            for p in $(cat cgroup.procs); do echo $p > leaf/cgroup.procs; done 2>/dev/null
                            echo +memory > cgroup.subtree_control && echo 16777216 > below/memory.max
                            cat below/memory.max
                            echo max 2>/dev/null > memory.max && echo raised
                            cat memory.max
                            """)).containsExactly("16777216", "67108864");
            return;
        }
        assertThatThrownBy(() -> Inside.run(limited().delegateCgroup(), "true"))
                .isInstanceOf(UnsupportedFeatureException.class)
                .hasMessageMatching("(?s).*(nsdelegate|Delegate=yes).*");
    }

    @Test
    @NeedsProgram("newuidmap")
    void aGroupIsNotGivenToAnotherUser() {
        ContainerBuilder builder =
                limited().subordinateIds().user(User.of(5, 5)).delegateCgroup();
        boolean hasMemory = Cgroups.detect().controllers().contains(Controller.MEMORY);
        assertThatThrownBy(() -> builder.command("true").build().plan())
                .isInstanceOf(hasMemory ? NotPermittedException.class : UnsupportedFeatureException.class)
                .hasMessageMatching(
                        hasMemory
                                ? "This process may not give a container's cgroup to another user: that takes root of"
                                        + " the host, and user .*"
                                : "(?s).*Delegate=yes.*");
    }
}

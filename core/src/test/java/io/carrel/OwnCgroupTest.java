package io.carrel;

import static org.assertj.core.api.Assertions.assertThat;

import io.carrel.cgroups.Cgroups;
import io.carrel.cgroups.limits.Limits;
import io.carrel.testing.Footprint;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Containers that have a cgroup wherever they can. */
@Tag("kernel")
class OwnCgroupTest {

    private static Container container() {
        return Container.builder().ownCgroup().command("cat").build();
    }

    @Test
    @Tag("root")
    void withoutLimitsThereIsAGroupThatMeasuresAndPauses() throws Exception {
        container().start().close(); // now everything is there that stays
        Footprint before = Footprint.now();
        try (ContainerProcess cat = container().start()) {
            assertThat(cat.cgroup()).hasValueSatisfying(group -> {
                assertThat(group.limits()).isEqualTo(Limits.none());
                assertThat(group.usage().memory().current()).isPresent();
                group.freezer().freeze();
                assertThat(group.freezer().isFrozen()).isTrue();
                group.freezer().thaw();
                group.update(Limits.builder().pids(9).build());
                assertThat(group.limits().toString()).contains("pids.max=9");
            });
        }
        before.assertNothingAdded();
        assertThat(container().explain()).contains("make the cgroups above the container's");
    }

    @Test
    void whereThereIsNoneItRunsAllTheSame() throws Exception {
        boolean canHaveOne = !Cgroups.detect().bases().isEmpty();
        try (ContainerProcess cat = container().start()) {
            assertThat(cat.cgroup().isPresent()).isEqualTo(canHaveOne);
            cat.getOutputStream().close();
            assertThat(cat.awaitExit().success()).isTrue();
        }
    }
}

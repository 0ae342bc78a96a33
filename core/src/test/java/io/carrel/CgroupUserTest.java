package io.carrel;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carrel.cgroups.Bytes;
import io.carrel.cgroups.Cgroups;
import io.carrel.cgroups.Controller;
import io.carrel.cgroups.Limits;
import io.carrel.linux.UnsupportedFeatureException;
import io.carrel.testing.Inside;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Limits for an ordinary user: what was delegated works, the rest is refused with the remedy. */
@Tag("kernel")
@Tag("user")
class CgroupUserTest {

    private static final ContainerBuilder LIMITED = Container.builder()
            .limits(Limits.builder().memory(Bytes.mebibytes(64)).build());

    @Test
    void aLimitHoldsWhereItsControllerIsDelegatedAndIsRefusedElsewhere() throws Exception {
        if (Cgroups.detect().controllers().contains(Controller.MEMORY)) {
            Inside.run(LIMITED, "true");
            return;
        }
        assertThatThrownBy(() -> Inside.run(LIMITED, "true"))
                .isInstanceOf(UnsupportedFeatureException.class)
                .hasMessageContaining("memory")
                .hasMessageContaining("Delegate=yes");
    }
}

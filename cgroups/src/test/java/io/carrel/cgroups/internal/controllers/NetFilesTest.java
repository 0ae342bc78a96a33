package io.carrel.cgroups.internal.controllers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carrel.cgroups.limits.CgroupVersion;
import io.carrel.linux.UnsupportedFeatureException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@link NetClassFiles} and {@link NetPriorityFiles}. */
class NetFilesTest extends SampleFiles {

    @Test
    void onlyV1HasThem() {
        assertThat(v1(b -> b.netClass(0x10001).netPriority("lo", 3)))
                .containsExactly("net_cls.classid = 65537", "net_prio.ifpriomap = lo 3");
        assertThatThrownBy(() -> v2(b -> b.netClass(1)))
                .isInstanceOf(UnsupportedFeatureException.class)
                .hasMessageContaining("nftables");
        assertThatThrownBy(() -> v2(b -> b.netPriority("lo", 1))).isInstanceOf(UnsupportedFeatureException.class);
    }

    @Test
    void limitsAreReadUnlessANewGroupHasThem() {
        file("net_cls.classid", "0");
        file("net_prio.ifpriomap", "lo 0\neth0 5\n");
        assertThat(read(CgroupVersion.V1)).hasToString("net_prio.ifpriomap=eth0 5");
        file("net_cls.classid", "65537");
        assertThat(read(CgroupVersion.V1)).hasToString("net_cls.classid=65537, net_prio.ifpriomap=eth0 5");
    }

    @ParameterizedTest
    @CsvSource({"net_cls.classid, class", "net_prio.ifpriomap, eth0", "net_prio.ifpriomap, eth0 high"})
    void refusesWhatIsNoLimit(String name, String content) {
        isRefused(CgroupVersion.V1, name, content);
    }
}

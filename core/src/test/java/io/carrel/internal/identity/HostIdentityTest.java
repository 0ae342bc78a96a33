package io.carrel.internal.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carrel.linux.Capability;
import io.carrel.linux.KernelFileException;
import io.carrel.namespaces.IdMap;
import io.carrel.namespaces.IdMapping;
import org.junit.jupiter.api.Test;

class HostIdentityTest {

    private static final IdMap ALL = IdMap.parse("         0          0 4294967295\n");

    /** Captured from Linux 6.18, shortened. */
    private static final String ROOT = """
            Name:\tjava
            Umask:\t0022
            State:\tR (running)
            Uid:\t0\t0\t0\t0
            Gid:\t0\t0\t0\t0
            Groups:\t0
            CapInh:\t0000000000000000
            CapPrm:\t000001ffffffffff
            CapEff:\t000001ffffffffff
            """;

    private static final String USER = """
            Name:\tjava
            Uid:\t1000\t1001\t1002\t1003
            Gid:\t2000\t2001\t2002\t2003
            CapPrm:\t000001ffffffffff
            CapEff:\t0000000000000000
            """;

    @Test
    void readsTheEffectiveIdsAndCapabilities() {
        HostIdentity user = HostIdentity.parse(USER, ALL, ALL);
        assertThat(user.uid()).isEqualTo(1001);
        assertThat(user.gid()).isEqualTo(2001);
        assertThat(user.capabilities()).isZero();
        assertThat(user.isPrivileged()).isFalse();

        HostIdentity root = HostIdentity.parse(ROOT, ALL, ALL);
        assertThat(root.uid()).isZero();
        assertThat(root.has(Capability.CHOWN)).isTrue();
        assertThat(root.has(Capability.CHECKPOINT_RESTORE)).isTrue();
        assertThat(root.isPrivileged()).isTrue();
    }

    @Test
    void aFileWithoutTheIdsIsNamed() {
        assertThatThrownBy(() -> HostIdentity.parse("Name:\tjava\n", ALL, ALL))
                .isInstanceOf(KernelFileException.class)
                .hasMessageContaining("Cannot find Uid: file /proc/");
    }

    @Test
    void aRootWithoutSysAdminIsNotPrivileged() {
        String weak = ROOT.replace("CapEff:\t000001ffffffffff", "CapEff:\t00000000a80425fb");
        assertThat(HostIdentity.parse(weak, ALL, ALL).isPrivileged()).isFalse();
    }

    @Test
    void aRootOfOneIdIsNotPrivileged() {
        IdMap single = IdMap.parse("0 1000 1\n");
        assertThat(HostIdentity.parse(ROOT, single, ALL).isPrivileged()).isFalse();
        assertThat(HostIdentity.parse(ROOT, ALL, single).isPrivileged()).isFalse();
    }

    @Test
    void aHostHasItsHighRangeFree() {
        HostIdentity host = HostIdentity.parse(ROOT, ALL, ALL);
        assertThat(host.highUsers()).isEqualTo(IdMap.range(0, 0x7000_0000L, 65_536));
        assertThat(host.highGroups()).isEqualTo(IdMap.range(0, 0x7000_0000L, 65_536));
    }

    @Test
    void insideAnotherContainerTheUpperHalfOfItsIdsServes() {
        HostIdentity nested = HostIdentity.parse(ROOT, IdMap.parse("0 100000 65536\n"), IdMap.parse("0 5 3\n"));
        assertThat(nested.highUsers()).isEqualTo(IdMap.range(0, 32_768, 32_768));
        assertThat(nested.highGroups()).isEqualTo(IdMap.range(0, 1, 2));
    }

    @Test
    void theLargestOfSeveralRangesIsTaken() {
        HostIdentity nested = HostIdentity.parse(ROOT, IdMap.parse("0 1000 1\n1 100000 1000000\n"), ALL);
        IdMapping room = nested.highUsers().mappings().get(0);
        assertThat(room.count()).isEqualTo(65_536);
        assertThat(room.outsideId() + room.count()).isEqualTo(1_000_001);
    }

    @Test
    void aRangeThatEndsWithinTheHighOneIsNotIt() {
        HostIdentity nested = HostIdentity.parse(ROOT, IdMap.range(0, 0, 0x7000_0000L + 65_535), ALL);
        assertThat(nested.highUsers().mappings().get(0).outsideId()).isNotEqualTo(0x7000_0000L);
        HostIdentity exact = HostIdentity.parse(ROOT, IdMap.range(0, 0, 0x7000_0000L + 65_536), ALL);
        assertThat(exact.highUsers().mappings().get(0).outsideId()).isEqualTo(0x7000_0000L);
    }
}

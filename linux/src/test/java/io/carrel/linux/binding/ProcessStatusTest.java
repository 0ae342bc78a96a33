package io.carrel.linux.binding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carrel.linux.KernelFileException;
import org.junit.jupiter.api.Test;

class ProcessStatusTest {

    private static final ProcessStatus STATUS = new ProcessStatus("""
            Name:\tjava
            Uid:\t1000\t1001\t1002\t1003
            Gid:\t5\t6\t7\t8
            CapEff:\t000001fffeffffff
            CapBnd:\t0000000000000400
            NoNewPrivs:\t1
            Seccomp:\t2
            """);

    @Test
    void readsTheEffectiveIds() {
        assertThat(STATUS.effectiveUid()).isEqualTo(1001);
        assertThat(STATUS.effectiveGid()).isEqualTo(6);
    }

    @Test
    void readsCapabilitiesAsBits() {
        assertThat(STATUS.effectiveCapabilities()).isEqualTo(0x1fffeffffffL);
        assertThat(STATUS.boundingSet()).isEqualTo(0x400);
    }

    @Test
    void readsWhatIsEnforced() {
        assertThat(STATUS.noNewPrivileges()).isTrue();
        assertThat(STATUS.seccompMode()).isEqualTo(2);
    }

    @Test
    void anInitIsTheFirstOfANamespaceBelow() {
        assertThat(new ProcessStatus("Name:\tsh\nNSpid:\t4711\t1\n").isInit()).isTrue();
        assertThat(new ProcessStatus("Name:\tsh\nNSpid:\t4711\t1\t3\n").isInit())
                .isFalse();
        assertThat(new ProcessStatus("Name:\tsystemd\nNSpid:\t1\n").isInit()).isFalse();
        assertThat(STATUS.isInit()).isFalse();
    }

    @Test
    void namesWhatIsMissing() {
        assertThatThrownBy(() -> new ProcessStatus("Name:\tjava\n").effectiveUid())
                .isInstanceOf(KernelFileException.class)
                .hasMessageContaining("Cannot find Uid");
    }
}

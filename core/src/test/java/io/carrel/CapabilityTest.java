package io.carrel;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.base.Splitter;
import io.carrel.linux.Capability;
import io.carrel.testing.NeedsProgram;
import io.carrel.testing.Outside;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CapabilityTest {

    /** As in include/uapi/linux/capability.h. */
    @ParameterizedTest
    @CsvSource({
        "CHOWN, 0",
        "DAC_OVERRIDE, 1",
        "KILL, 5",
        "SETGID, 6",
        "SETUID, 7",
        "SETPCAP, 8",
        "NET_BIND_SERVICE, 10",
        "NET_ADMIN, 12",
        "NET_RAW, 13",
        "SYS_CHROOT, 18",
        "SYS_PTRACE, 19",
        "SYS_ADMIN, 21",
        "MKNOD, 27",
        "SETFCAP, 31",
        "MAC_OVERRIDE, 32",
        "SYSLOG, 34",
        "AUDIT_READ, 37",
        "PERFMON, 38",
        "BPF, 39",
        "CHECKPOINT_RESTORE, 40"
    })
    void hasTheKernelsNumber(Capability capability, int number) {
        assertThat(capability.number()).isEqualTo(number);
        assertThat(capability.symbol()).isEqualTo("CAP_" + capability);
    }

    @Test
    @Tag("kernel")
    @NeedsProgram("capsh")
    void capshNamesThemInTheSameOrder() throws Exception {
        for (Capability capability : Capability.values()) {
            List<String> names = Splitter.on('=')
                    .splitToList(Outside.run("capsh", "--decode=%x".formatted(1L << capability.number())));
            assertThat(names.get(1)).isEqualToIgnoringCase(capability.symbol());
        }
    }
}

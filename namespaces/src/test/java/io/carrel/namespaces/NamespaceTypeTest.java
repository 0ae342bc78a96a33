package io.carrel.namespaces;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carrel.linux.UnsupportedFeatureException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class NamespaceTypeTest {

    /** From linux/sched.h. */
    @ParameterizedTest
    @CsvSource({
        "MOUNT,   mnt,    0x00020000",
        "UTS,     uts,    0x04000000",
        "IPC,     ipc,    0x08000000",
        "PID,     pid,    0x20000000",
        "NETWORK, net,    0x40000000",
        "USER,    user,   0x10000000",
        "CGROUP,  cgroup, 0x02000000",
        "TIME,    time,   0x00000080",
    })
    void hasTheKernelsLabelAndFlag(NamespaceType type, String label, String flag) {
        assertThat(type.label()).isEqualTo(label);
        assertThat(type.cloneFlag()).isEqualTo(Long.decode(flag));
    }

    @ParameterizedTest
    @EnumSource
    void isFoundByLabelAndByFlag(NamespaceType type) {
        assertThat(NamespaceType.ofLabel(type.label())).contains(type);
        assertThat(NamespaceType.ofCloneFlag(type.cloneFlag())).contains(type);
    }

    @Test
    void isNotFoundByWhatIsNoLabel() {
        assertThat(NamespaceType.ofLabel("pid_for_children")).isEmpty();
        assertThat(NamespaceType.ofLabel("")).isEmpty();
        assertThat(NamespaceType.ofCloneFlag(-25)).isEmpty();
    }

    @Test
    void saysWhyAJvmCannotEnterAUserNamespace() {
        assertThatThrownBy(() -> NamespaceType.USER.requirePerThread("enter"))
                .isInstanceOf(UnsupportedFeatureException.class)
                .hasMessage(
                        "This host has no way for a JVM to enter a user namespace itself: the kernel refuses a process"
                                + " with more than one thread (EINVAL). Start a command inside instead: by NamespaceSet.run if the"
                                + " namespace exists, as a container if it is to be made.");
    }
}

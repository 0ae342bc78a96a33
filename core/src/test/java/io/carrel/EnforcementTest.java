package io.carrel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carrel.namespaces.NamespaceType;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("kernel")
class EnforcementTest {

    @Test
    void readsTheDefaultsBackFromTheKernel() {
        try (ContainerProcess process =
                Container.builder().command("sleep", "1000").build().start()) {
            Enforcement inForce = process.enforcement();

            assertThat(inForce.isolated())
                    .containsExactlyInAnyOrder(
                            NamespaceType.USER,
                            NamespaceType.MOUNT,
                            NamespaceType.PID,
                            NamespaceType.NETWORK,
                            NamespaceType.IPC,
                            NamespaceType.UTS,
                            NamespaceType.CGROUP);
            assertThat(inForce.capabilities()).isEmpty();
            assertThat(inForce.attainable()).isEmpty();
            assertThat(inForce.noNewPrivileges()).isTrue();
            assertThat(inForce.seccompFilter()).isFalse();
            assertThat(inForce.mounts()).contains("/ (read-only)", "/usr (read-only)", "/proc", "/tmp");
            assertThat(inForce.memorySizes()).containsKey("/tmp");
            assertThat(inForce.memorySizes().get("/tmp")).isBetween(1L, 2L << 30);
        }
    }

    @Test
    void seesThatNothingIsIsolated() {
        try (ContainerProcess process =
                Container.unconfined().command("sleep", "1000").build().start()) {
            Enforcement inForce = process.enforcement();

            assertThat(inForce.isolated()).isEmpty();
            assertThat(inForce.noNewPrivileges()).isFalse();
        }
    }

    @Test
    void saysThatTheCommandHasEnded() throws Exception {
        try (ContainerProcess process =
                Container.builder().command("true").build().start()) {
            process.waitFor();

            assertThatThrownBy(process::enforcement).isInstanceOf(RuntimeException.class);
        }
    }
}

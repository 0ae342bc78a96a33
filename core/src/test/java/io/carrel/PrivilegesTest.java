package io.carrel;

import static org.assertj.core.api.Assertions.assertThat;

import io.carrel.linux.Capability;
import io.carrel.namespaces.NamespaceType;
import io.carrel.namespaces.User;
import io.carrel.testing.Inside;
import io.carrel.testing.NeedsProgram;
import io.carrel.testing.Outside;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Capabilities and new privileges. */
@Tag("kernel")
class PrivilegesTest {

    private static final String SETS = "grep ^Cap /proc/self/status | cut -f 2";

    /** CAP_CHOWN is bit 0, CAP_NET_ADMIN bit 12. */
    @ParameterizedTest
    @CsvSource({"0, 0", "1000, 1000", "33, 44"})
    void theCapabilitiesThatAreKeptAreThoseAndNoOthers(long uid, long gid) throws Exception {
        ContainerBuilder builder =
                Container.builder().user(User.of(uid, gid)).capabilities(Capability.CHOWN, Capability.NET_ADMIN);
        assertThat(Inside.lines(builder, SETS)).hasSize(5).containsOnly("0000000000001001");
    }

    @Test
    void theHighestCapabilityCanBeKept() throws Exception {
        ContainerBuilder builder = Container.builder().capabilities(Capability.CHECKPOINT_RESTORE);
        assertThat(Inside.lines(builder, SETS)).containsOnly("0000010000000000");
    }

    @Test
    @NeedsProgram("ip")
    void aKeptCapabilityWorksInTheContainersNamespaces() throws Exception {
        ContainerBuilder builder = Container.builder().user(User.of(1000, 1000)).capabilities(Capability.NET_ADMIN);
        assertThat(Inside.run(builder, "ip link set lo down; ip -o link show lo"))
                .contains("state DOWN");
        assertThat(Inside.attempt(Container.builder().user(User.ROOT), "ip link set lo down")
                        .exitStatus()
                        .success())
                .isFalse();
    }

    @Test
    void aKeptCapabilityDoesNotReachTheHost() throws Exception {
        ContainerBuilder builder = Container.builder().user(User.ROOT).capabilities(Capability.values());
        assertThat(Inside.lines(builder, SETS)).contains("000001ffffffffff");
        ContainerResult result = Inside.attempt(
                Container.builder().user(User.ROOT).capabilities(Capability.values()),
                "cat /etc/shadow; mount -o remount,rw /usr; mknod /tmp/d b 254 0; echo 1 > /proc/sys/kernel/core_pattern;"
                        + " touch /usr/x; umount /etc; date -s 2020-01-01; echo b > /proc/sysrq-trigger");
        assertThat(result.stderr().lines().filter(line -> !line.isBlank()).count())
                .isGreaterThanOrEqualTo(8);
        assertThat(result.exitStatus().success()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void newPrivilegesAreForbiddenOrNot(boolean forbidden) throws Exception {
        assertThat(Inside.run(Container.builder().noNewPrivileges(forbidden), "grep ^NoNewPrivs: /proc/self/status"))
                .isEqualTo("NoNewPrivs:\t" + (forbidden ? 1 : 0));
    }

    @Test
    void anUnconfinedCommandKeepsWhatTheJvmHas() throws Exception {
        assertThat(Inside.lines(
                        Container.unconfined(), "grep -E '^(CapPrm|CapBnd|NoNewPrivs):' /proc/self/status | cut -f 2"))
                .containsExactly(
                        Outside.status("self", "CapPrm"),
                        Outside.status("self", "CapBnd"),
                        Outside.status("self", "NoNewPrivs"));
    }

    @Test
    void anUnconfinedCommandCanLoseItsCapabilities() throws Exception {
        assertThat(Inside.lines(
                        Container.unconfined().isolate(NamespaceType.USER).capabilities(), SETS))
                .containsOnly("0000000000000000");
    }

    @Test
    void rootInsideWithoutCapabilitiesIsAUserLikeAnyOther() throws Exception {
        ContainerResult result = Inside.attempt(
                Container.builder().user(User.ROOT),
                "umask 777; touch /tmp/f; (cat /tmp/f) 2>&1 | grep -o 'Permission denied'; id -u");
        assertThat(result.stdout().lines().toList()).isEqualTo(List.of("Permission denied", "0"));
    }
}

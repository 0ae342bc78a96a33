package io.carrel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.carrel.namespaces.NamespaceType;
import io.carrel.namespaces.Sysctl;
import io.carrel.namespaces.User;
import io.carrel.netns.Egress;
import io.carrel.testing.Inside;
import io.carrel.testing.KernelFeature;
import io.carrel.testing.NeedsKernel;
import io.carrel.testing.NeedsProgram;
import io.carrel.testing.Outside;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The kernel's settings of a container's own. */
class SysctlTest {

    @ParameterizedTest
    @ValueSource(strings = {"vm.swappiness", "kernel.hostname", "kernel.panic", "fs.file-max"})
    void whatBelongsToTheHostIsRefused(String name) {
        assertThatIllegalArgumentException().isThrownBy(() -> new Sysctl(name, "1"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "net.ipv4..x", "net/../kernel/panic", "net.ipv4 x", "net.\n"})
    void whatIsNoNameIsRefused(String name) {
        assertThatIllegalArgumentException().isThrownBy(() -> new Sysctl(name, "1"));
    }

    @ParameterizedTest
    @CsvSource({
        "net.ipv4.ip_forward, net/ipv4/ip_forward, NETWORK",
        "net/ipv4/conf/eth0.1/forwarding, net/ipv4/conf/eth0.1/forwarding, NETWORK",
        "kernel.shmmax, kernel/shmmax, IPC",
        "fs.mqueue.msg_max, fs/mqueue/msg_max, IPC",
        "kernel.domainname, kernel/domainname, UTS",
        "user.max_user_namespaces, user/max_user_namespaces, USER"
    })
    void knowsFileAndNamespace(String name, String path, NamespaceType namespace) {
        Sysctl sysctl = new Sysctl(name, "1");
        assertThat(sysctl.path()).isEqualTo(path);
        assertThat(sysctl.namespace()).isEqualTo(namespace);
    }

    @Test
    void needsANamespaceAndIsSetOnce() {
        assertThatIllegalStateException()
                .isThrownBy(() -> Container.builder()
                        .share(NamespaceType.NETWORK)
                        .sysctl("net.ipv4.ip_forward", "1")
                        .command("true")
                        .build());
        assertThatIllegalStateException()
                .isThrownBy(() -> Container.builder().sysctl("kernel.sem", "1").sysctl("kernel/sem", "2"));
    }

    @Test
    @Tag("kernel")
    void areTheContainersAlone() throws Exception {
        String before = Outside.run("cat", "/proc/sys/net/ipv4/ip_default_ttl");
        ContainerBuilder builder = Container.builder()
                .sysctl("net.ipv4.ip_default_ttl", "77")
                .sysctl("kernel.domainname", "example.org")
                .hideKernelFiles(true);
        assertThat(Inside.run(builder, "cat /proc/sys/net/ipv4/ip_default_ttl /proc/sys/kernel/domainname"))
                .isEqualTo("77\nexample.org");
        assertThat(Outside.run("cat", "/proc/sys/net/ipv4/ip_default_ttl")).isEqualTo(before);
    }

    @Test
    @Tag("kernel")
    @NeedsKernel(KernelFeature.SETTINGS_OF_QUEUES)
    void queuesAndSharedMemoryHaveLimitsOfTheirOwn() throws Exception {
        ContainerBuilder builder = Container.builder()
                .user(User.ROOT)
                .sysctl("kernel.shmmni", "17")
                .sysctl("fs.mqueue.queues_max", "9");
        assertThat(Inside.run(builder, "cat /proc/sys/kernel/shmmni /proc/sys/fs/mqueue/queues_max"))
                .isEqualTo("17\n9");
    }

    private static final String LOW_PORT_AND_PING =
            "cat /proc/sys/net/ipv4/ip_unprivileged_port_start; ping -c 1 -W 5 127.0.0.1 | grep -c '1 received';"
                    + " socat -T 10 TCP-LISTEN:80,bind=127.0.0.1 SYSTEM:'echo served' &"
                    + " for i in $(seq 1000); do socat -u TCP:127.0.0.1:80 - 2>/dev/null && break; done; wait";

    @Test
    @Tag("kernel")
    @NeedsProgram({"ping", "socat"})
    void inANetworkOfItsOwnEverybodyListensAndPings() throws Exception {
        assertThat(Inside.run(Container.builder(), LOW_PORT_AND_PING)).isEqualTo("0\n1\nserved");
        assertThat(Inside.run(Container.builder().user(User.of(1234, 1234)), LOW_PORT_AND_PING))
                .isEqualTo("0\n1\nserved");
        assertThat(Inside.run(
                        Container.builder().network(Network.egress(Egress.allow("repo.example.org"))),
                        LOW_PORT_AND_PING))
                .isEqualTo("0\n1\nserved");
    }

    @Test
    @Tag("kernel")
    void whatTheCallerSetsOfItStays() throws Exception {
        ContainerBuilder builder = Container.builder().sysctl("net/ipv4/ip_unprivileged_port_start", "512");
        assertThat(Inside.run(builder, "cat /proc/sys/net/ipv4/ip_unprivileged_port_start"))
                .isEqualTo("512");
    }

    @Test
    @Tag("root")
    @NeedsProgram({"ping", "socat"})
    void withTheHostsUsersToo() throws Exception {
        assertThat(Inside.run(
                        Container.builder().share(NamespaceType.USER).user(User.of(1234, 1234)), LOW_PORT_AND_PING))
                .isEqualTo("0\n1\nserved");
    }
}

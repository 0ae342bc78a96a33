package io.carrel.netns.bridge;

import static io.carrel.netns.testing.OuterNetwork.sh;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.net.InetAddresses;
import io.carrel.linux.NotFoundException;
import io.carrel.netns.Impairment;
import io.carrel.netns.Link;
import io.carrel.netns.NetworkNamespace;
import io.carrel.netns.PortMapping;
import io.carrel.netns.Subnet;
import io.carrel.netns.testing.OuterNetwork;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Processes that are put on networks and taken off them while they run, by others than who started them. */
@Tag("root")
@ExtendWith(OuterNetwork.class)
class ConnectTest {

    private static final BridgeNetwork LAB =
            BridgeNetwork.of("lab").withSubnet(Subnet.parse("10.7.0.0/24")).withSubnet(Subnet.parse("fd07::/64"));
    private static final BridgeNetwork OTHER = BridgeNetwork.of("other").withSubnet(Subnet.parse("10.8.0.0/24"));

    @TempDir
    private Path state;

    private static Process sleeping(NetworkNamespace namespace) {
        return namespace.call(() -> {
            try {
                return new ProcessBuilder("sleep", "1000").start();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
    }

    private static InetAddress ip(String text) {
        return InetAddresses.forString(text);
    }

    private static String resolve(NetworkNamespace from, String name) {
        return from.call(() -> sh("dig +short +time=2 +tries=1 @169.254.53.53 " + name));
    }

    private NetworkMember connectAndForget(String network, Process process, String... names) {
        try (Networks shortLived = Networks.open(state)) {
            return shortLived.connect(network, process.pid(), List.of(), List.of(names));
        }
    }

    @Test
    void aProcessStaysOnANetworkUntilItIsTakenOff() throws Exception {
        try (Networks networks = Networks.open(state);
                NetworkNamespace one = NetworkNamespace.create();
                NetworkNamespace two = NetworkNamespace.create()) {
            networks.create(LAB.internal());
            networks.create(OTHER);
            Process process = sleeping(one);
            try (Attachment attached = networks.attach("lab", two.namespace(), Endpoint.first())) {
                NetworkMember member = connectAndForget("lab", process, "late");
                networks.sweep();

                assertThat(resolve(two, "late")).isEqualTo("10.7.0.3");
                assertThat(two.call(() -> sh("ping -c 1 -W 2 10.7.0.3"))).contains("1 received");
                assertThat(networks.members("lab")).contains(member);
                assertThat(one.call(() -> sh("ip route show default")))
                        .as("an internal network")
                        .isEmpty();
                assertThatThrownBy(() -> connectAndForget("lab", process))
                        .hasMessage("process %d is on the network lab already, with 10.7.0.3 and fd07::3"
                                .formatted(process.pid()));
                assertThat(connectAndForget("other", process).addresses()).containsExactly(ip("10.8.0.2"));
                assertThat(one.call(() -> sh("ip route show default"))).contains("10.8.0.1 dev eth1");

                networks.disconnect("lab", process.pid());

                assertThat(one.links().list()).extracting(Link::name).containsExactly("lo", "eth1");
                assertThat(one.call(() -> sh("ip route"))).contains("169.254.53.53 dev eth1");
                assertThat(resolve(two, "late")).isEmpty();
                assertThat(networks.members("lab")).hasSize(1);
                assertThatThrownBy(() -> networks.disconnect("lab", process.pid()))
                        .hasMessage("process %d is not on the network lab".formatted(process.pid()));
                assertThat(attached.addresses()).contains(ip("10.7.0.2"));
            } finally {
                process.destroyForcibly().waitFor();
            }
            assertThat(networks.members("other")).hasSize(1);
            networks.sweep();
            assertThat(networks.members("other")).isEmpty();
        }
    }

    @Test
    void aCableThatIsAnotherContainersByNowIsNotTouched() throws Exception {
        Endpoint endpoint = Endpoint.first().withAddress(ip("10.8.0.9"));
        try (Networks networks = Networks.open(state);
                NetworkNamespace one = NetworkNamespace.create();
                NetworkNamespace two = NetworkNamespace.create()) {
            networks.create(OTHER);
            Process process = sleeping(one);
            try (Attachment first = networks.attach("other", one.namespace(), endpoint)) {
                networks.disconnect("other", process.pid());
                try (Attachment second = networks.attach("other", two.namespace(), endpoint)) {
                    assertThat(second.link()).isEqualTo(first.link());

                    assertThatThrownBy(first::unplug)
                            .isInstanceOf(IllegalStateException.class)
                            .hasMessage("the container with 10.8.0.9 was disconnected from its network");
                    assertThatThrownBy(() -> first.impair(Impairment.NONE.withRate(1000)))
                            .isInstanceOf(IllegalStateException.class);

                    assertThat(sh("ip link show up dev " + second.link())).contains(second.link());
                    assertThat(sh("tc qdisc show dev " + second.link())).doesNotContain("tbf");
                }
            } finally {
                process.destroyForcibly().waitFor();
            }
        }
    }

    @Test
    void whatCannotBeConnectedIsRefused() throws Exception {
        try (Networks networks = Networks.open(state);
                NetworkNamespace one = NetworkNamespace.create()) {
            networks.create(LAB);
            Process mine = new ProcessBuilder("sleep", "1000").start();
            Process process = sleeping(one);
            try {
                assertThatThrownBy(() -> connectAndForget("lab", mine)).hasMessageContaining("has the host's network");
                assertThatThrownBy(() -> connectAndForget("none", process))
                        .hasMessageContaining("no network named none");
                assertThatThrownBy(() -> networks.connect("lab", process.pid(), List.of(ip("10.9.0.1")), List.of()))
                        .hasMessageContaining("is in none of the subnets");
                assertThatThrownBy(() -> networks.connect("lab", process.pid(), List.of(), List.of("no name")))
                        .hasMessageContaining("no name for a host");
                for (String name : List.of("localhost", "LocalHost", "db.localhost")) {
                    assertThatThrownBy(() -> networks.connect("lab", process.pid(), List.of(), List.of(name)))
                            .hasMessage(
                                    "\"%s\" is what each host calls itself; others on a network cannot have it", name);
                }
            } finally {
                mine.destroyForcibly().waitFor();
                process.destroyForcibly().waitFor();
            }
            assertThatThrownBy(() -> connectAndForget("lab", process))
                    .isInstanceOf(NotFoundException.class)
                    .hasMessage("there is no process " + process.pid());
            assertThat(networks.members("lab")).isEmpty();
            assertThat(one.links().list()).hasSize(1);
        }
    }

    @Test
    void whoWasDisconnectedTakesNothingFromItsSuccessor() throws Exception {
        try (Networks networks = Networks.open(state);
                NetworkNamespace one = NetworkNamespace.create();
                NetworkNamespace two = NetworkNamespace.create()) {
            networks.create(LAB);
            Process process = sleeping(one);
            Endpoint wanted = Endpoint.first().withAddress(ip("10.7.0.9"));
            Attachment first = networks.attach("lab", one.namespace(), wanted);
            try {
                first.publish(List.of(PortMapping.parse("8080:80")));

                networks.disconnect("lab", process.pid());

                assertThat(sh("nft list ruleset")).doesNotContain("8080");
                assertThatThrownBy(() -> first.publish(List.of(PortMapping.parse("8081:80"))))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("was disconnected");
                try (Attachment second = networks.attach("lab", two.namespace(), wanted)) {
                    second.publish(List.of(PortMapping.parse("9090:80")));
                    first.close();
                    assertThat(networks.members("lab")).hasSize(1);
                    assertThat(two.call(() -> sh("ping -c 1 -W 2 10.7.0.1"))).contains("1 received");
                    assertThat(sh("nft list ruleset")).contains("9090");
                }
                assertThat(networks.members("lab")).isEmpty();
            } finally {
                first.close();
                process.destroyForcibly().waitFor();
            }
        }
    }

    @Test
    void whoIsOnTwoNetworksFindsTheNamesOfBoth() throws Exception {
        try (Networks networks = Networks.open(state);
                NetworkNamespace one = NetworkNamespace.create();
                NetworkNamespace two = NetworkNamespace.create()) {
            networks.create(LAB.internal());
            networks.create(OTHER.internal());
            Process process = sleeping(one);
            try (Attachment first = networks.attach("lab", one.namespace(), Endpoint.first());
                    Attachment second = networks.attach(
                            "other", two.namespace(), Endpoint.first().withNames(List.of("db")))) {
                assertThat(resolve(one, "db")).isEmpty();

                connectAndForget("other", process, "web");

                assertThat(resolve(one, "db")).isEqualTo("10.8.0.2");
                assertThat(resolve(two, "web")).isEqualTo("10.8.0.3");
                networks.disconnect("other", process.pid());
                assertThat(resolve(one, "db")).isEmpty();
                assertThat(first.network()).isNotEqualTo(second.network());
            } finally {
                process.destroyForcibly().waitFor();
            }
        }
    }
}

package io.carrel.netns.bridge;

import static io.carrel.netns.testing.OuterNetwork.sh;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.net.InetAddresses;
import io.carrel.linux.SyscallException;
import io.carrel.netns.InterfaceAddress;
import io.carrel.netns.NetworkNamespace;
import io.carrel.netns.NewLink;
import io.carrel.netns.PortMapping;
import io.carrel.netns.PublishedPort;
import io.carrel.netns.Subnet;
import io.carrel.netns.testing.OuterNetwork;
import io.carrel.netns.testing.Server;
import io.carrel.testing.Footprint;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Networks in a namespace that plays the host; what is reached is asked of ping, socat and the like. */
@Tag("root")
@ExtendWith(OuterNetwork.class)
class NetworksTest {

    private static final BridgeNetwork LAB =
            BridgeNetwork.of("lab").withSubnet(Subnet.parse("10.7.0.0/24")).withSubnet(Subnet.parse("fd07::/64"));

    @TempDir
    private Path state;

    private static InetAddress ip(String text) {
        return InetAddresses.forString(text);
    }

    private static String address(Attachment attachment, boolean ipv6) {
        return attachment.addresses().stream()
                .map(InetAddresses::toAddrString)
                .filter(text -> text.contains(":") == ipv6)
                .findFirst()
                .orElseThrow();
    }

    /** Waits for an answer however busy the machine is. */
    private static boolean reaches(NetworkNamespace from, String address) {
        return pings(from, address, "-w 20");
    }

    private static boolean isKeptFrom(NetworkNamespace from, String address) {
        return !pings(from, address, "-W 1");
    }

    private static boolean pings(NetworkNamespace from, String address, String patience) {
        String script = "ping -c 1 %s %s >/dev/null 2>&1 && echo yes || echo no".formatted(patience, address);
        return from.call(() -> sh(script)).equals("yes");
    }

    /** Sends one datagram, and waits for one however busy the machine is. */
    private static String askByUdp(String host, int port) {
        return sh(
                "bash -c 'exec 3<>/dev/udp/%s/%d; echo x >&3; timeout 20 head -n 1 <&3 || true'".formatted(host, port));
    }

    /** What a server says to one who connects, empty if none is reached. */
    private static String ask(String address, int port) {
        String target = address.contains(":") ? "TCP6:[%s]:%d" : "TCP4:%s:%d";
        return sh(
                "socat -T 10 -u %s,connect-timeout=1 - 2>/dev/null || true".formatted(target.formatted(address, port)));
    }

    @Test
    void containersOfANetworkReachEachOtherAndTheHost() {
        try (Networks networks = Networks.open(state);
                NetworkNamespace one = NetworkNamespace.create();
                NetworkNamespace two = NetworkNamespace.create()) {
            networks.create(LAB);
            try (Attachment first = networks.attach("lab", one.namespace(), Endpoint.first());
                    Attachment second = networks.attach("lab", two.namespace(), Endpoint.first())) {
                assertThat(reaches(one, address(second, false))).isTrue();
                assertThat(reaches(one, address(second, true))).isTrue();
                assertThat(reaches(two, address(first, false))).isTrue();
                assertThat(reaches(one, "10.7.0.1")).isTrue();
                assertThat(reaches(one, "fd07::1")).isTrue();
                assertThat(one.call(() -> sh("ip -o -4 addr show dev eth0"))).contains("10.7.0.2/24");
                assertThat(one.call(() -> sh("ip route"))).contains("default via 10.7.0.1 dev eth0");
                assertThat(one.links().named("eth0").address()).contains(first.mac());
                assertThat(networks.members("lab")).hasSize(2);
            }
            assertThat(networks.members("lab")).isEmpty();
            assertThat(one.links().find("eth0")).isEmpty();
            networks.remove("lab");
            assertThat(sh("ip -o link | wc -l")).isEqualTo("1");
            assertThat(sh("nft list ruleset")).isEmpty();
        }
    }

    @Test
    void networksDoNotReachEachOther() {
        try (Networks networks = Networks.open(state);
                NetworkNamespace one = NetworkNamespace.create();
                NetworkNamespace two = NetworkNamespace.create()) {
            networks.create(LAB);
            networks.create(BridgeNetwork.of("other"));
            try (Attachment first = networks.attach("lab", one.namespace(), Endpoint.first());
                    Attachment second = networks.attach("other", two.namespace(), Endpoint.first())) {
                assertThat(reaches(one, "10.7.0.1")).isTrue();
                assertThat(isKeptFrom(one, address(second, false))).isTrue();
                assertThat(isKeptFrom(one, address(second, true))).isTrue();
                assertThat(isKeptFrom(two, address(first, false))).isTrue();

                // The same container on both reaches both.
                try (Attachment further = networks.attach("other", one.namespace(), Endpoint.further("eth1"))) {
                    assertThat(reaches(one, address(second, false))).isTrue();
                    assertThat(reaches(one, address(second, true))).isTrue();
                    assertThat(further.addresses()).isNotEqualTo(second.addresses());
                }
                assertThat(isKeptFrom(one, address(second, false))).isTrue();
            }
        }
    }

    /** A namespace on a cable of the host's is the rest of the world. */
    private static NetworkNamespace world() {
        NetworkNamespace world = NetworkNamespace.create();
        try (NetworkNamespace host = NetworkNamespace.current()) {
            host.links()
                    .add(NewLink.veth("uplink", NewLink.peer("w0").withIndex(9).into(world.namespace()))
                            .withIndex(900)
                            .up());
            host.changes()
                    .add(InterfaceAddress.of(900, ip("192.0.2.1"), 24))
                    .add(InterfaceAddress.of(900, ip("2001:db8::1"), 64))
                    .apply();
            world.changes()
                    .up(9)
                    .add(InterfaceAddress.of(9, ip("192.0.2.9"), 24))
                    .add(InterfaceAddress.of(9, ip("2001:db8::9"), 64))
                    .apply();
        }
        return world;
    }

    @Test
    void packetsToTheWorldCarryTheHostsAddressAndNoneComeInUnasked() {
        try (Networks networks = Networks.open(state);
                NetworkNamespace world = world();
                NetworkNamespace one = NetworkNamespace.create();
                NetworkNamespace two = NetworkNamespace.create()) {
            networks.create(LAB);
            networks.create(BridgeNetwork.of("closed")
                    .withSubnet(Subnet.parse("10.8.0.0/24"))
                    .withSubnet(Subnet.parse("fd08::/64"))
                    .internal());
            try (Attachment first = networks.attach("lab", one.namespace(), Endpoint.first());
                    Attachment closed = networks.attach("closed", two.namespace(), Endpoint.first())) {
                // It has no way back to the container, so an answer shows that it saw the host's address.
                assertThat(reaches(one, "192.0.2.9")).isTrue();
                assertThat(reaches(one, "2001:db8::9")).isTrue();
                assertThat(isKeptFrom(two, "192.0.2.9")).isTrue();
                two.run(() -> sh("ip route add default via 10.8.0.1; ip -6 route add default via fd08::1"));
                assertThat(isKeptFrom(two, "192.0.2.9"))
                        .as("from the internal network")
                        .isTrue();
                assertThat(isKeptFrom(two, "2001:db8::9"))
                        .as("from the internal network")
                        .isTrue();
                assertThat(reaches(two, "10.8.0.1")).isTrue();

                world.run(() -> sh("ip route add 10.7.0.0/24 via 192.0.2.1; ip route add 10.8.0.0/24 via 192.0.2.1"));
                assertThat(isKeptFrom(world, address(first, false))).isTrue();
                assertThat(isKeptFrom(world, address(closed, false))).isTrue();
            }
        }
    }

    @Test
    void publishedPortsAnswerFromEverywhere() {
        try (Networks networks = Networks.open(state);
                NetworkNamespace world = world();
                NetworkNamespace one = NetworkNamespace.create();
                NetworkNamespace two = NetworkNamespace.create();
                NetworkNamespace three = NetworkNamespace.create()) {
            networks.create(LAB);
            networks.create(BridgeNetwork.of("other"));
            try (Attachment first = networks.attach("lab", one.namespace(), Endpoint.first());
                    Attachment second = networks.attach("lab", two.namespace(), Endpoint.first());
                    Attachment third = networks.attach("other", three.namespace(), Endpoint.first());
                    Server server = Server.tcp(one, 80, "hello")) {
                List<PublishedPort> ports = first.publish(List.of(PortMapping.parse("8080:80")));
                assertThat(ports).hasSize(1);

                assertThat(ask("127.0.0.1", 8080))
                        .as("from the host's loopback")
                        .isEqualTo("hello");
                assertThat(ask("::1", 8080))
                        .as("from the host's other loopback")
                        .isEqualTo("hello");
                assertThat(ask("192.0.2.1", 8080)).as("from the host").isEqualTo("hello");
                assertThat(ask("2001:db8::1", 8080)).as("from the host").isEqualTo("hello");
                assertThat(world.call(() -> ask("192.0.2.1", 8080)))
                        .as("from the world")
                        .isEqualTo("hello");
                assertThat(world.call(() -> ask("2001:db8::1", 8080)))
                        .as("from the world")
                        .isEqualTo("hello");
                assertThat(one.call(() -> ask("192.0.2.1", 8080))).as("hairpin").isEqualTo("hello");
                assertThat(one.call(() -> ask("2001:db8::1", 8080)))
                        .as("hairpin")
                        .isEqualTo("hello");
                assertThat(two.call(() -> ask("192.0.2.1", 8080)))
                        .as("from a neighbour")
                        .isEqualTo("hello");
                assertThat(two.call(() -> ask("10.7.0.1", 8080)))
                        .as("by the gateway")
                        .isEqualTo("hello");
                assertThat(three.call(() -> ask("192.0.2.1", 8080)))
                        .as("from another network")
                        .isEqualTo("hello");
                assertThat(second.addresses()).isNotEqualTo(third.addresses());
            }
            assertThat(ask("192.0.2.1", 8080)).as("when it is gone").isEmpty();
            assertThat(sh("nft list map inet carrel ports4")).doesNotContain("elements");
        }
    }

    @Test
    void portsOfOneAddressAndUdp() {
        try (Networks networks = Networks.open(state);
                NetworkNamespace world = world();
                NetworkNamespace one = NetworkNamespace.create()) {
            networks.create(LAB);
            try (Attachment first = networks.attach("lab", one.namespace(), Endpoint.first());
                    Server tcp = Server.tcp(one, 80, "tcp");
                    Server udp = Server.udp(one, 53, "udp")) {
                first.publish(List.of(PortMapping.parse("127.0.0.1:81:80"), PortMapping.parse("5353:53/udp")));

                assertThat(ask("127.0.0.1", 81)).isEqualTo("tcp");
                assertThat(world.call(() -> ask("192.0.2.1", 81))).isEmpty();
                assertThat(world.call(() -> askByUdp("192.0.2.1", 5353))).isEqualTo("udp");
                assertThat(askByUdp("127.0.0.1", 5353)).isEqualTo("udp");
            }
        }
    }

    @Test
    void whatTheKernelCannotLeadIsRelayed() {
        try (Networks networks = Networks.open(state);
                NetworkNamespace world = world();
                NetworkNamespace one = NetworkNamespace.create()) {
            networks.create(BridgeNetwork.of("four").withSubnet(Subnet.parse("10.7.0.0/24")));
            networks.attach("four", one.namespace(), Endpoint.first()).close();
            Footprint before = Footprint.now();
            try (Attachment first = networks.attach("four", one.namespace(), Endpoint.first());
                    Server tcp = Server.tcp(one, 80, "tcp");
                    Server udp = Server.udp(one, 53, "udp")) {
                first.publish(List.of(
                        PortMapping.parse("8080:80"),
                        PortMapping.parse("[::1]:81:80"),
                        PortMapping.parse("5353:53/udp")));

                assertThat(ask("::1", 8080)).isEqualTo("tcp");
                assertThat(ask("::1", 81)).isEqualTo("tcp");
                assertThat(ask("127.0.0.1", 81)).isEmpty();
                assertThat(askByUdp("::1", 5353)).isEqualTo("udp");
                assertThat(world.call(() -> ask("2001:db8::1", 8080)))
                        .as("IPv6 to a container without")
                        .isEqualTo("tcp");
            }
            assertThat(ask("::1", 8080)).as("when it is gone").isEmpty();
            before.assertNothingAdded();
        }
    }

    @Test
    void containersDoNotReachTheHostsLoopback() {
        try (Networks networks = Networks.open(state);
                NetworkNamespace one = NetworkNamespace.create();
                NetworkNamespace host = NetworkNamespace.current()) {
            networks.create(LAB);
            try (Attachment first = networks.attach("lab", one.namespace(), Endpoint.first());
                    Server server = Server.tcp(host, 99, "secret")) {
                assertThat(ask("127.0.0.1", 99)).isEqualTo("secret");
                one.run(() -> sh("echo 1 >/proc/sys/net/ipv4/conf/eth0/route_localnet; ip addr del 127.0.0.1/8 dev lo;"
                        + "ip route add 127.0.0.1 via 10.7.0.1 src %s".formatted(address(first, false))));
                assertThat(one.call(() -> ask("127.0.0.1", 99))).isEmpty();
                assertThat(one.call(() -> ask("10.7.0.1", 99)))
                        .as("what listens everywhere")
                        .isEqualTo("secret");
            }
        }
    }

    @Test
    void isolatedContainersReachTheHostOnly() {
        try (Networks networks = Networks.open(state);
                NetworkNamespace one = NetworkNamespace.create();
                NetworkNamespace two = NetworkNamespace.create()) {
            networks.create(LAB.isolated());
            try (Attachment first = networks.attach("lab", one.namespace(), Endpoint.first());
                    Attachment second = networks.attach("lab", two.namespace(), Endpoint.first())) {
                assertThat(reaches(one, "10.7.0.1")).isTrue();
                assertThat(isKeptFrom(one, address(second, false))).isTrue();
                assertThat(isKeptFrom(two, address(first, true))).isTrue();
            }
        }
    }

    @Test
    void aPortInUseIsNamedBeforeAnythingIsPublished() throws Exception {
        try (Networks networks = Networks.open(state);
                NetworkNamespace one = NetworkNamespace.create();
                ServerSocket busy = new ServerSocket(8080)) {
            networks.create(LAB);
            try (Attachment first = networks.attach("lab", one.namespace(), Endpoint.first())) {
                assertThatThrownBy(() ->
                                first.publish(List.of(PortMapping.parse("7000:80"), PortMapping.parse("8080:80"))))
                        .isInstanceOf(SyscallException.class)
                        .hasMessageContaining("8080");
                assertThat(sh("nft list ruleset")).doesNotContain("7000").doesNotContain("8080");
                first.publish(List.of(PortMapping.parse("7000:80")));
                assertThat(busy.isBound()).isTrue();
            }
        }
    }

    @Test
    void staticAddressesAndMtu() {
        try (Networks networks = Networks.open(state);
                NetworkNamespace one = NetworkNamespace.create();
                NetworkNamespace two = NetworkNamespace.create()) {
            networks.create(LAB.withMtu(1400).withGateway(ip("10.7.0.254")));
            Endpoint wanted = Endpoint.first().withAddress(ip("10.7.0.77"));
            try (Attachment first = networks.attach("lab", one.namespace(), wanted)) {
                assertThat(first.addresses()).containsExactly(ip("10.7.0.77"), ip("fd07::4d"));
                assertThat(one.links().named("eth0").traits().mtu()).isEqualTo(1400);
                assertThat(one.call(() -> sh("ip route"))).contains("default via 10.7.0.254");
                assertThatThrownBy(() -> networks.attach("lab", two.namespace(), wanted))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessage("the address 10.7.0.77 of the network lab is in use");
                for (String bad : List.of("10.7.0.254", "10.7.0.0", "10.7.0.255")) {
                    assertThatThrownBy(() -> networks.attach(
                                    "lab", two.namespace(), Endpoint.first().withAddress(ip(bad))))
                            .isInstanceOf(IllegalArgumentException.class)
                            .hasMessageContaining("of the network lab itself");
                }
                assertThatThrownBy(() -> networks.attach(
                                "lab", two.namespace(), Endpoint.first().withAddress(ip("10.9.0.1"))))
                        .hasMessageContaining("is in none of the subnets");
                assertThat(two.links().list()).hasSize(1);
            }
        }
    }

    @Test
    void refusesWhatOverlapsAndWhatIsThere() {
        try (Networks networks = Networks.open(state)) {
            networks.create(LAB);
            sh("ip link add v0 type veth peer name v1; ip addr add 10.201.0.1/24 dev v0; ip link set v0 up;"
                    + "ip link set v1 up");

            assertThatThrownBy(() -> networks.create(LAB)).hasMessage("there is a network named lab already");
            assertThatThrownBy(() -> networks.create(BridgeNetwork.of("two").withSubnet(Subnet.parse("10.7.0.128/25"))))
                    .hasMessageContaining("overlaps with 10.7.0.0/24, the network lab");
            assertThatThrownBy(() -> networks.create(BridgeNetwork.of("two").withSubnet(Subnet.parse("10.201.0.0/16"))))
                    .hasMessageContaining("a route of the host's");
            assertThat(networks.create(BridgeNetwork.of("two")).subnet(false)).contains(Subnet.parse("10.201.1.0/24"));
            assertThatThrownBy(() -> networks.remove("three")).hasMessageContaining("no network named three");
            assertThat(networks.list()).extracting(BridgeNetwork::name).containsExactly("lab", "two");
            assertThat(networks.prune()).containsExactly("lab", "two");
            assertThat(sh("ip -o link show type bridge")).isEmpty();
        }
    }

    @Test
    void poolsAndSubnetsRunOut() {
        try (Networks networks = Networks.open(state, new SubnetPool(Subnet.parse("10.50.0.0/29"), 30));
                NetworkNamespace one = NetworkNamespace.create()) {
            networks.create(BridgeNetwork.of("a"));
            networks.create(BridgeNetwork.of("b"));
            assertThatThrownBy(() -> networks.create(BridgeNetwork.of("c")))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("No subnet of 10.50.0.0/29 is free");
            assertThat(networks.list()).hasSize(2);

            try (Attachment only = networks.attach("a", one.namespace(), Endpoint.first())) {
                assertThat(address(only, false)).isEqualTo("10.50.0.2");
                assertThatThrownBy(() -> networks.attach("a", one.namespace(), Endpoint.further("eth1")))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("no free address");
                assertThatThrownBy(() -> networks.remove("a"))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("in use by 1 container, with 10.50.0.2");
            }
        }
    }

    @Test
    void aHalfAttachmentIsUndone() {
        try (Networks networks = Networks.open(state);
                NetworkNamespace one = NetworkNamespace.create()) {
            networks.create(LAB);
            one.links().add(NewLink.bridge("eth0"));

            assertThatThrownBy(() -> networks.attach("lab", one.namespace(), Endpoint.first()))
                    .isInstanceOf(SyscallException.class)
                    .hasMessageContaining("EEXIST");

            assertThat(networks.members("lab")).isEmpty();
            assertThat(sh("ip -o link show type veth")).isEmpty();
        }
    }

    @Test
    void aBridgeAndAFirewallThatOthersRemovedAreMadeAgain() {
        try (Networks networks = Networks.open(state);
                NetworkNamespace one = NetworkNamespace.create();
                NetworkNamespace two = NetworkNamespace.create()) {
            BridgeNetwork lab = networks.create(LAB);
            sh("ip link del " + lab.link());
            try (Attachment first = networks.attach("lab", one.namespace(), Endpoint.first())) {
                assertThat(reaches(one, "10.7.0.1")).isTrue();
                first.publish(List.of(PortMapping.parse("8080:80")));
                sh("nft flush ruleset");
                try (Attachment second = networks.attach("lab", two.namespace(), Endpoint.first())) {
                    assertThat(sh("nft list ruleset")).contains(lab.link()).contains("8080");
                    assertThat(reaches(two, address(first, false))).isTrue();
                    assertThat(second.link()).isNotEqualTo(first.link());
                }
            }
        }
    }

    @Test
    void networksOutliveWhoMadeThem() {
        try (Networks networks = Networks.open(state)) {
            networks.create(LAB.withMtu(1300).internal());
        }
        try (Networks again = Networks.open(state)) {
            BridgeNetwork lab = again.named("lab");
            assertThat(lab.subnets()).isEqualTo(LAB.subnets());
            assertThat(lab.isInternal()).isTrue();
            assertThat(lab.mtu()).isEqualTo(1300);
            assertThat(lab.link()).isEqualTo("cr-lab");
        }
    }

    @Test
    void manyContainersHaveAddressesOfTheirOwn() {
        try (Networks networks = Networks.open(state)) {
            networks.create(LAB);
            List<NetworkNamespace> namespaces = new ArrayList<>();
            List<Attachment> attachments = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                namespaces.add(NetworkNamespace.create());
                attachments.add(networks.attach("lab", namespaces.get(i).namespace(), Endpoint.first()));
            }
            assertThat(attachments).extracting(Attachment::addresses).doesNotHaveDuplicates();
            assertThat(reaches(namespaces.get(0), address(attachments.get(19), false)))
                    .isTrue();
            attachments.forEach(Attachment::close);
            namespaces.forEach(NetworkNamespace::close);
            networks.remove("lab");
            assertThat(sh("ip -o link | wc -l")).isEqualTo("1");
        }
    }

    @Test
    void namesAreAnsweredOnANetworkWithIpv6Only() {
        try (Networks networks = Networks.open(state);
                NetworkNamespace one = NetworkNamespace.create();
                NetworkNamespace two = NetworkNamespace.create()) {
            networks.create(BridgeNetwork.of("six")
                    .withSubnet(Subnet.parse("fd07::/64"))
                    .internal());
            networks.create(BridgeNetwork.of("more")
                    .withSubnet(Subnet.parse("fd08::/64"))
                    .internal());
            try (Attachment first = networks.attach("six", one.namespace(), Endpoint.first());
                    Attachment second = networks.attach(
                            "more", two.namespace(), Endpoint.first().withNames(List.of("far")));
                    Attachment third = networks.attach(
                            "six", two.namespace(), new Endpoint("eth1", List.of(), null, List.of("near"), false))) {
                String ask = "dig +short +time=2 +tries=1 @fd53:5353:5353::53 %s AAAA";
                assertThat(one.call(() -> sh(ask.formatted("near")))).isEqualTo(address(third, true));
                assertThat(one.call(() -> sh(ask.formatted("near") + " +tcp"))).isEqualTo(address(third, true));
                assertThat(one.call(() -> sh(ask.formatted("far")))).isEmpty();
                assertThat(two.call(() -> sh(ask.formatted("far")))).isEqualTo(address(second, true));
                assertThat(reaches(one, address(third, true))).isTrue();
                assertThat(sh("ip -6 route get fd07::2"))
                        .as("what the host sends from")
                        .contains("src fd07::1");
                assertThat(first.addresses()).hasSize(1);
            }
        }
    }

    private static String resolve(NetworkNamespace from, String... query) {
        return from.call(() -> sh("dig +short +time=2 +tries=1 @169.254.53.53 " + String.join(" ", query)));
    }

    @Test
    void containersAreFoundByNameOnTheirNetworkOnly() {
        try (Networks networks = Networks.open(state);
                NetworkNamespace one = NetworkNamespace.create();
                NetworkNamespace two = NetworkNamespace.create();
                NetworkNamespace three = NetworkNamespace.create()) {
            networks.create(LAB.internal());
            networks.create(BridgeNetwork.of("other").internal());
            try (Attachment first = networks.attach("lab", one.namespace(), Endpoint.first());
                    Attachment third = networks.attach("other", three.namespace(), Endpoint.first())) {
                assertThat(resolve(one, "db")).isEmpty();
                Endpoint named = Endpoint.first().withNames(List.of("db", "Store"));
                try (Attachment second = networks.attach("lab", two.namespace(), named)) {
                    assertThat(resolve(one, "db")).isEqualTo(address(second, false));
                    assertThat(resolve(one, "store", "AAAA")).isEqualTo(address(second, true));
                    assertThat(resolve(one, "db", "+tcp")).isEqualTo(address(second, false));
                    assertThat(resolve(one, "-x", address(second, false))).isEqualTo("db.");
                    assertThat(resolve(three, "db")).as("on another network").isEmpty();
                    assertThat(first.addresses()).isNotEqualTo(third.addresses());
                }
                assertThat(resolve(one, "db")).as("when it is gone").isEmpty();
            }
        }
    }

    @Test
    void namesAndSubnetsThatMeanSomethingElseAreRefused() {
        try (Networks networks = Networks.open(state)) {
            for (String name : List.of("host", "none", "bridge", "user", "pasta", "slirp4netns", "default", "Host")) {
                assertThatThrownBy(() -> networks.create(BridgeNetwork.of(name)))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("no network can be named " + name);
            }
            for (String subnet : List.of(
                    "127.5.0.0/24",
                    "169.254.7.0/24",
                    "224.0.0.0/24",
                    "239.1.0.0/16",
                    "240.0.0.0/24",
                    "0.1.0.0/24",
                    "128.0.0.0/1",
                    "fe80::/64",
                    "ff02::/64",
                    "::/120",
                    "fd53:5353:5353::/64")) {
                assertThatThrownBy(() -> networks.create(BridgeNetwork.of("lab").withSubnet(Subnet.parse(subnet))))
                        .as(subnet)
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("no network can have the subnet " + subnet);
            }
            assertThat(networks.list()).isEmpty();
            assertThat(sh("ip -o link | wc -l")).isEqualTo("1");
        }
    }

    @Test
    void inANewNamespaceEverybodyListensAndPings() {
        try (NetworkNamespace made = NetworkNamespace.create()) {
            assertThat(made.call(() -> sh(
                            "setpriv --reuid=1234 --regid=1234 --clear-groups --inh-caps=-all ping -c 1 -W 5 127.0.0.1"
                                    + " | grep -c '1 received'; cat /proc/sys/net/ipv4/ip_unprivileged_port_start")))
                    .isEqualTo("1\n0");
        }
    }

    /** Sends a datagram from the same port each time, and waits for an answer. */
    private static String askFromOnePort(String host, int port) {
        return sh("""
                perl -MIO::Socket::INET -e 'alarm 30; my $s = IO::Socket::INET->new(Proto => "udp", LocalPort => 5557,
                    PeerAddr => "%s", PeerPort => %d) or die $!; $s->send("x\\n"); $s->recv(my $answer, 100); print $answer'
                """.formatted(host, port));
    }

    @Test
    void whoGoesOnSendingDatagramsReachesWhoeverHasThePortNow() {
        try (Networks networks = Networks.open(state);
                NetworkNamespace world = world();
                NetworkNamespace one = NetworkNamespace.create();
                NetworkNamespace two = NetworkNamespace.create();
                Server first = Server.udp(one, 9999, "first");
                Server second = Server.udp(two, 9999, "second")) {
            networks.create(LAB);
            try (Attachment attachment = networks.attach("lab", one.namespace(), Endpoint.first())) {
                attachment.publish(List.of(PortMapping.parse("9999:9999/udp")));
                assertThat(world.call(() -> askFromOnePort("192.0.2.1", 9999))).isEqualTo("first");
                assertThat(world.call(() -> askFromOnePort("192.0.2.1", 9999))).isEqualTo("first");
            }
            try (Attachment attachment = networks.attach("lab", two.namespace(), Endpoint.first())) {
                attachment.publish(List.of(PortMapping.parse("192.0.2.1:9999:9999/udp")));
                assertThat(world.call(() -> askFromOnePort("192.0.2.1", 9999))).isEqualTo("second");
            }
        }
    }

    /** A flow that began before the port was published, when somebody on the host had it, or nobody. */
    @Test
    void whoSentDatagramsBeforeAPortIsPublishedReachesTheContainerThen() {
        try (Networks networks = Networks.open(state);
                NetworkNamespace host = NetworkNamespace.current();
                NetworkNamespace world = world();
                NetworkNamespace one = NetworkNamespace.create();
                Server inside = Server.udp(one, 9999, "inside")) {
            networks.create(LAB);
            try (Attachment attachment = networks.attach("lab", one.namespace(), Endpoint.first())) {
                attachment.publish(List.of(PortMapping.parse("1:1/udp"))); // So that flows are tracked.
                try (Server before = Server.udp(host, 9999, "before")) {
                    assertThat(world.call(() -> askFromOnePort("192.0.2.1", 9999)))
                            .isEqualTo("before");
                }
                attachment.publish(List.of(PortMapping.parse("9999:9999/udp")));
                assertThat(world.call(() -> askFromOnePort("192.0.2.1", 9999))).isEqualTo("inside");
            }
        }
    }
}

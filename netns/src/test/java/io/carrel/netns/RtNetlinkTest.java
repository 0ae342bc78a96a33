package io.carrel.netns;

import static io.carrel.netns.testing.OuterNetwork.json;
import static io.carrel.netns.testing.OuterNetwork.sh;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.Streams;
import com.google.common.net.InetAddresses;
import io.carrel.linux.Errno;
import io.carrel.linux.SyscallException;
import io.carrel.namespaces.Namespace;
import io.carrel.netns.testing.OuterNetwork;
import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

/** What we do {@code ip} sees, and what {@code ip} does we see. */
@Tag("root")
@ExtendWith(OuterNetwork.class)
class RtNetlinkTest {

    private static final MacAddress MAC = MacAddress.parse("02:00:00:00:00:2a");

    private static InetAddress ip(String text) {
        return InetAddresses.forString(text);
    }

    private static JsonNode shown(String link) {
        return json("ip -j -d link show dev " + link).get(0);
    }

    @Test
    void listsLinksAsIpDoes() {
        sh("ip link add br0 type bridge; ip link add v0 type veth peer name v1; ip link set v0 master br0 up mtu 1400;"
                + "ip link add m0 link v1 type macvlan;"
                // The kernel notices a little later that the other end is down.
                + "until ip link show v0 | grep -q NO-CARRIER; do sleep 0.01; done");
        try (NetworkNamespace here = NetworkNamespace.current()) {
            List<Link> links = here.links().list();

            List<JsonNode> theirs =
                    Streams.stream(json("ip -j -d link").iterator()).toList();
            assertThat(links).hasSameSizeAs(theirs);
            for (JsonNode their : theirs) {
                Link ours = here.links().named(their.get("ifname").asString());
                assertThat(links).contains(ours);
                assertThat(here.links().find(ours.index())).contains(ours);
                assertThat(ours.index()).isEqualTo(their.get("ifindex").asInt());
                assertThat(ours.traits().mtu()).isEqualTo(their.get("mtu").asInt());
                assertThat(ours.address().orElseThrow())
                        .hasToString(their.get("address").asString());
                assertThat(ours.isUp()).isEqualTo(their.get("flags").toString().contains("\"UP\""));
                assertThat(ours.state().name()).isEqualTo(their.get("operstate").asString());
                assertThat(ours.kind())
                        .isEqualTo(their.at("/linkinfo/info_kind").asString(""));
                assertThat(ours.place().master() != 0).isEqualTo(their.has("master"));
            }
            assertThat(here.links().find("nothere")).isEmpty();
        }
    }

    @Test
    void makesLinksWithEverythingAtOnce() {
        try (NetworkNamespace here = NetworkNamespace.current();
                NetworkNamespace other = NetworkNamespace.create()) {
            Link bridge = here.links().add(NewLink.bridge("br0").withMtu(1450).up());
            NewLink peer =
                    NewLink.peer("eth0").withIndex(7).withMac(MAC).withMtu(1450).into(other.namespace());
            Link veth = here.links()
                    .add(NewLink.veth("v0", peer)
                            .withIndex(60)
                            .withMtu(1450)
                            .withMaster(bridge.index())
                            .up());

            assertThat(shown("v0").at("/linkinfo/info_kind").asString()).isEqualTo("veth");
            assertThat(shown("v0").get("master").asString()).isEqualTo("br0");
            assertThat(veth.isUp()).isTrue();
            other.changes().up(7).apply();
            Link inside = other.links().named("eth0");
            assertThat(inside.index()).isEqualTo(7);
            assertThat(inside.address()).contains(MAC);
            assertThat(inside.isUp()).isTrue();
            assertThat(inside.traits().mtu()).isEqualTo(1450);
            assertThat(veth.place().lower()).isEqualTo(7);
            assertThat(veth.place().lowerNamespace()).isNotNegative();

            here.links().delete(veth);
            assertThat(other.links().find("eth0")).isEmpty();
        }
    }

    @Test
    void switchesOnBothEndsOfACableWhereverTheyAre() {
        try (NetworkNamespace here = NetworkNamespace.current();
                NetworkNamespace other = NetworkNamespace.create()) {
            Link near =
                    here.links().add(NewLink.veth("v0", NewLink.peer("v1").up()).up());
            assertThat(near.isUp()).isTrue();
            assertThat(shown("v1").get("flags").toString()).contains("\"UP\"");

            here.links()
                    .add(NewLink.veth(
                            "w0", NewLink.peer("w1").into(other.namespace()).up()));
            assertThat(other.links().named("w1").isUp()).isTrue();
            assertThat(here.links().named("w0").isUp()).isFalse();

            here.changes()
                    .add(NewLink.veth(
                                    "x0",
                                    NewLink.peer("x1").into(other.namespace()).up())
                            .up())
                    .add(NewLink.veth("y0", NewLink.peer("y1").withIndex(90).up())
                            .withIndex(91)
                            .up())
                    .add(InterfaceAddress.of(90, InetAddresses.forString("192.0.2.1"), 24))
                    .add(Route.byDefault(InetAddresses.forString("192.0.2.9")))
                    .apply();
            assertThat(other.links().named("x1").isUp()).isTrue();
            assertThat(here.links().named("y1").isUp()).isTrue();

            here.links().down(here.links().named("v1"));
            NewLink again = NewLink.veth("v0", NewLink.peer("v1").up());
            assertThatThrownBy(() -> here.links().add(again)).hasMessageContaining("EEXIST");
            assertThat(here.links().named("v1").isUp()).isFalse();
        }
    }

    @Test
    void makesMacvlansThatIpKnows() {
        try (NetworkNamespace here = NetworkNamespace.current()) {
            Link lower = here.links().add(NewLink.veth("v0", "v1"));
            here.links().add(NewLink.macvlan("m0", lower.index()).withMac(MAC));

            assertThat(shown("m0").at("/linkinfo/info_kind").asString()).isEqualTo("macvlan");
            assertThat(shown("m0").at("/linkinfo/info_data/mode").asString()).isEqualTo("bridge");
            assertThat(shown("m0").get("address").asString()).isEqualTo(MAC.toString());
        }
    }

    /** This kernel may have them or not; then it must say so. */
    @Test
    void makesDummiesAndVlansOrSaysThatTheKernelHasNone() {
        try (NetworkNamespace here = NetworkNamespace.current()) {
            Link lower = here.links().add(NewLink.veth("v0", "v1"));
            for (NewLink link : List.of(NewLink.dummy("d0"), NewLink.vlan("w0", lower.index(), 7))) {
                try {
                    here.links().add(link);
                    assertThat(shown(link.name()).at("/linkinfo/info_kind").asString())
                            .isEqualTo(link.label());
                } catch (SyscallException e) {
                    assertThat(e.errno()).isEqualTo(Errno.EOPNOTSUPP);
                    assertThat(e).hasMessageContaining(link.toString()).hasMessageContaining("Unknown device type");
                }
            }
        }
    }

    @Test
    void changesLinks() {
        try (NetworkNamespace here = NetworkNamespace.current();
                NetworkNamespace other = NetworkNamespace.create()) {
            Links links = here.links();
            Link bridge = links.add(NewLink.bridge("br0"));
            Link link = links.add(NewLink.veth("v0", "v1"));
            links.mac(link, MAC);
            links.mtu(link, 9000);
            links.master(link, bridge);
            links.up(link);
            assertThat(shown("v0").get("address").asString()).isEqualTo(MAC.toString());
            assertThat(shown("v0").get("mtu").asInt()).isEqualTo(9000);
            assertThat(shown("v0").get("master").asString()).isEqualTo("br0");
            assertThat(shown("v0").get("flags").toString()).contains("\"UP\"");

            links.noMaster(link);
            links.down(link);
            links.rename(link, "renamed");
            assertThat(shown("renamed").has("master")).isFalse();
            assertThat(shown("renamed").get("flags").toString()).doesNotContain("\"UP\"");

            links.move(link, other.namespace(), "eth0");
            assertThat(links.find("renamed")).isEmpty();
            assertThat(other.links().named("eth0").address()).contains(MAC);
        }
    }

    @Test
    void addressesAndRoutesAreAsIpShowsThem() {
        try (NetworkNamespace here = NetworkNamespace.current()) {
            Link link = here.links()
                    .add(NewLink.veth("v0", NewLink.peer("v1").withIndex(99))
                            .withIndex(98)
                            .up());
            here.changes()
                    .up(99)
                    .add(InterfaceAddress.of(link.index(), ip("10.1.2.3"), 24))
                    .add(InterfaceAddress.of(link.index(), ip("fd00:1::3"), 64))
                    .add(Route.byDefault(ip("10.1.2.1")))
                    .add(Route.byDefault(ip("fd00:1::1")).withMetric(50))
                    .add(Route.via(Subnet.parse("10.9.0.0/16"), ip("10.1.2.2")).withMetric(7))
                    .add(Route.blackhole(Subnet.parse("10.8.0.0/16")))
                    .apply();

            JsonNode four =
                    json("ip -j -4 addr show dev v0").get(0).get("addr_info").get(0);
            assertThat(four.get("local").asString()).isEqualTo("10.1.2.3");
            assertThat(four.get("prefixlen").asInt()).isEqualTo(24);
            assertThat(four.get("broadcast").asString()).isEqualTo("10.1.2.255");
            assertThat(sh("ip -6 addr show dev v0")).contains("fd00:1::3/64");
            assertThat(here.addresses().of(link))
                    .extracting(InterfaceAddress::toString)
                    .contains("10.1.2.3/24", "fd00:1::3/64");

            assertThat(sh("ip route; ip -6 route").lines().map(String::strip))
                    .contains(
                            "default via 10.1.2.1 dev v0",
                            "10.9.0.0/16 via 10.1.2.2 dev v0 metric 7",
                            "blackhole 10.8.0.0/16",
                            "default via fd00:1::1 dev v0 metric 50 pref medium");
            assertThat(here.routes().list())
                    .extracting(Route::toString)
                    .contains("default via 10.1.2.1", "default via fd00:1::1", "10.9.0.0/16 via 10.1.2.2");
            assertThat(here.routes().list())
                    .hasSize((int) sh("ip route; ip -6 route").lines().count());
            assertThat(here.routes().to(ip("10.9.1.1")).via()).contains(ip("10.1.2.2"));

            here.routes()
                    .delete(Route.via(Subnet.parse("10.9.0.0/16"), ip("10.1.2.2"))
                            .withMetric(7));
            here.addresses().delete(InterfaceAddress.of(link.index(), ip("fd00:1::3"), 64));
            assertThat(sh("ip route")).doesNotContain("10.9.0.0");
            assertThat(sh("ip -6 addr show dev v0")).doesNotContain("fd00:1::3");
        }
    }

    @Test
    void notesNeighbours() {
        try (NetworkNamespace here = NetworkNamespace.current()) {
            Link link = here.links().add(NewLink.veth("v0", "v1").up());
            here.neighbours().set(Neighbour.permanent(link.index(), ip("10.1.2.9"), MAC));

            assertThat(sh("ip neigh show dev v0")).isEqualTo("10.1.2.9 lladdr %s PERMANENT".formatted(MAC));
            assertThat(here.neighbours().list()).contains(Neighbour.permanent(link.index(), ip("10.1.2.9"), MAC));

            here.neighbours().delete(Neighbour.permanent(link.index(), ip("10.1.2.9"), MAC));
            assertThat(sh("ip neigh show dev v0 nud permanent")).isEmpty();
        }
    }

    @Test
    void saysWhatTheKernelSays() {
        try (NetworkNamespace here = NetworkNamespace.current()) {
            here.links().add(NewLink.bridge("br0"));

            assertThatThrownBy(() -> here.links().add(NewLink.bridge("br0")))
                    .isInstanceOfSatisfying(
                            SyscallException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EEXIST))
                    .hasMessageContaining("Cannot make the link bridge br0: netlink(RTM_NEWLINK");
            assertThatThrownBy(() -> here.routes().add(Route.byDefault(ip("10.1.2.1"))))
                    .hasMessageContaining("ENETUNREACH")
                    .hasMessageContaining("Nexthop has invalid gateway");
            assertThatThrownBy(() -> here.links().mtu(here.links().named("br0"), 10))
                    .hasMessageContaining("EINVAL")
                    .hasMessageContaining("mtu less than device minimum");
        }
    }

    @Test
    void theFirstOfSeveralFailuresIsTold() {
        try (NetworkNamespace here = NetworkNamespace.current()) {
            Changes changes = here.changes().add(NewLink.bridge("br0").withIndex(50));
            changes.add(InterfaceAddress.of(50, ip("10.1.2.1"), 24))
                    .add(Route.byDefault(ip("192.0.2.1")))
                    .add(NewLink.bridge("br0"))
                    .add(NewLink.bridge("br1"));

            assertThatThrownBy(changes::apply)
                    .isInstanceOfSatisfying(
                            SyscallException.class,
                            e -> assertThat(e.arguments()).startsWith("RTM_NEWROUTE"));
            assertThat(here.links().find("br1")).as("what came after").isPresent();
        }
    }

    @Test
    void manyChangesAreSentInPieces() {
        try (NetworkNamespace here = NetworkNamespace.current()) {
            Changes changes = here.changes().add(NewLink.bridge("br0").withIndex(50));
            for (int i = 0; i < 1000; i++) {
                changes.add(InterfaceAddress.of(50, Subnet.parse("10.0.0.0/16").address(i), 16));
            }
            changes.apply();

            assertThat(here.addresses().list())
                    .filteredOn(address -> address.link() == 50)
                    .hasSize(1000);
            assertThat(sh("ip -o -4 addr show dev br0 | wc -l")).isEqualTo("1000");
        }
    }

    @Test
    void tellsOfChangesThatOthersMake() throws Exception {
        BlockingQueue<NetworkEvent> events = new LinkedBlockingQueue<>();
        try (NetworkNamespace here = NetworkNamespace.current();
                AutoCloseable watch = here.watch(events::add)) {
            sh("ip link add br0 type bridge; ip link set br0 up; ip addr add 10.1.2.3/24 dev br0;"
                    + "ip neigh add 10.1.2.4 lladdr 02:00:00:00:00:01 dev br0; ip link del br0");

            await(
                    events,
                    e -> e instanceof NetworkEvent.LinkEvent link
                            && link.present()
                            && link.link().isUp());
            await(
                    events,
                    e -> e instanceof NetworkEvent.AddressEvent address
                            && address.present()
                            && address.address().address().equals(ip("10.1.2.3")));
            await(
                    events,
                    e -> e instanceof NetworkEvent.NeighbourEvent n
                            && n.neighbour().address().equals(ip("10.1.2.4")));
            await(
                    events,
                    e -> e instanceof NetworkEvent.LinkEvent link
                            && !link.present()
                            && link.link().name().equals("br0"));
        }
    }

    private static void await(BlockingQueue<NetworkEvent> events, Predicate<NetworkEvent> wanted) throws Exception {
        NetworkEvent event;
        do {
            event = events.poll(10, TimeUnit.SECONDS);
            assertThat(event).as("an event").isNotNull();
        } while (!wanted.test(event));
    }

    @Test
    void namesAreThoseOfIpNetns() {
        sh("ip netns add theirs");
        try (NetworkNamespace ours = NetworkNamespace.create().persist("ours");
                NetworkNamespace theirs = NetworkNamespace.open("theirs")) {
            assertThat(sh("ip netns list").lines())
                    .allMatch(line -> line.startsWith("ours") || line.startsWith("theirs"));
            assertThat(NetworkNamespace.names()).containsExactly("ours", "theirs");
            assertThat(ours.identify()).contains("ours");
            theirs.links().add(NewLink.bridge("br9"));
            assertThat(sh("ip -n theirs -o link show br9")).contains("br9");
            assertThat(sh("ip -n ours -o link show up")).contains("lo:");
            NetworkNamespace.delete("theirs");
        }
        NetworkNamespace.delete("ours");
        assertThat(sh("ip netns list")).isEmpty();
    }

    @Test
    void runsJavaInside() {
        try (NetworkNamespace other = NetworkNamespace.create()) {
            Namespace namespace = other.namespace();
            assertThat(other.call(() -> sh("readlink /proc/thread-self/ns/net")))
                    .isEqualTo("net:[%d]".formatted(namespace.inode()));
        }
    }
}

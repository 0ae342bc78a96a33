package io.carrel.netns.nft;

import static io.carrel.linux.uapi.NfTables.NFT_PAYLOAD_NETWORK_HEADER;
import static io.carrel.linux.uapi.NfTables.NFT_PAYLOAD_TRANSPORT_HEADER;

import com.google.common.net.InetAddresses;
import io.carrel.linux.Errno;
import io.carrel.linux.SyscallException;
import io.carrel.linux.uapi.Constant;
import io.carrel.linux.uapi.Netlink;
import io.carrel.linux.uapi.NfTables;
import io.carrel.netns.Subnet;
import io.carrel.netns.netlink.NetlinkSocket;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * The table {@code inet carrel}: what bridges may do, and which ports of the host lead to which containers. The rules are
 * always the same, and few; what differs are elements of sets, so a packet takes as long with a thousand ports as with one.
 *
 * <p>Packets for published ports get another destination. Packets from a bridge to elsewhere carry the host's address, as do
 * those from a bridge back to it (so that the answer comes the same way) and those from the host's loopback. Nothing comes
 * in on a bridge that was not asked for: neither from other bridges nor from outside. Thread-safe.
 */
public final class Firewall implements AutoCloseable {

    /** The table's name. */
    public static final String TABLE = "carrel";

    private static final Fields TARGET4 = Fields.of(Fields.IPV4, Fields.PORT);
    private static final Fields TARGET6 = Fields.of(Fields.IPV6, Fields.PORT);

    private static final SetType BRIDGES = SetType.set("bridges", Fields.LINK_NAME);
    private static final SetType INTERNAL = SetType.set("internal", Fields.LINK_NAME);
    private static final SetType WITHIN = SetType.set("within", Fields.of(Fields.LINK_NAME, Fields.LINK_NAME));
    private static final SetType SUBNETS4 = SetType.intervals("subnets4", Fields.IPV4);
    private static final SetType SUBNETS6 = SetType.intervals("subnets6", Fields.IPV6);
    private static final SetType PORTS4 = SetType.map("ports4", Fields.of(Fields.PROTOCOL, Fields.PORT), TARGET4);
    private static final SetType PORTS6 = SetType.map("ports6", Fields.of(Fields.PROTOCOL, Fields.PORT), TARGET6);
    private static final SetType PORTS_AT4 =
            SetType.map("portsat4", Fields.of(Fields.PROTOCOL, Fields.IPV4, Fields.PORT), TARGET4);
    private static final SetType PORTS_AT6 =
            SetType.map("portsat6", Fields.of(Fields.PROTOCOL, Fields.IPV6, Fields.PORT), TARGET6);
    private static final List<SetType> SETS =
            List.of(BRIDGES, INTERNAL, WITHIN, SUBNETS4, SUBNETS6, PORTS4, PORTS6, PORTS_AT4, PORTS_AT6);

    private static final int RAW = -300;
    private static final int DSTNAT = -100;
    private static final int FILTER = 0;
    private static final int SRCNAT = 100;

    /** {@code IP_CT_ESTABLISHED} and {@code IP_CT_RELATED}, as bits; {@code IPS_DST_NAT}. */
    private static final int ESTABLISHED_OR_RELATED = 2 | 4;

    private static final int REDIRECTED = 0x20;

    /** The kernel sends nothing from ::1 over another link, so what is for it stays. */
    private static final byte[] LOOPBACK6 = InetAddresses.forString("::1").getAddress();

    /** Where a packet has its addresses, for both families: source, destination, length. */
    private record Family(
            Constant number, SetType subnets, SetType ports, SetType portsAt, int source, int destination, int length) {

        static final Family FOUR = new Family(NfTables.NFPROTO_IPV4, SUBNETS4, PORTS4, PORTS_AT4, 12, 16, 4);
        static final Family SIX = new Family(NfTables.NFPROTO_IPV6, SUBNETS6, PORTS6, PORTS_AT6, 8, 24, 16);
        static final List<Family> ALL = List.of(FOUR, SIX);
    }

    private final NetlinkSocket socket;

    private Firewall(NetlinkSocket socket) {
        this.socket = socket;
    }

    /** The one of the calling thread's network namespace. */
    public static Firewall open() {
        return new Firewall(NetlinkSocket.open(Netlink.NETLINK_NETFILTER));
    }

    /** Makes the table, unless it is there. */
    public void ensure() {
        if (exists()) {
            return;
        }
        Batch batch = new Batch(TABLE).newTable();
        SETS.forEach(batch::newSet);
        redirects(batch);
        masquerades(batch);
        filters(batch);
        try {
            batch.apply("Cannot make the firewall's table " + TABLE, socket);
        } catch (SyscallException e) {
            // Somebody else was faster: the whole table is there, as it is made at once.
            if (!e.errno().equals(Errno.EEXIST)) {
                throw e;
            }
        }
    }

    /** Whether the table is there. */
    public boolean exists() {
        try {
            return !socket.ask(
                            "Cannot look for the firewall's table " + TABLE,
                            Batch.message(NfTables.NFT_MSG_GETTABLE, Constant.of(0))
                                    .text(NfTables.NFTA_TABLE_NAME, TABLE))
                    .isEmpty();
        } catch (SyscallException e) {
            if (e.errno().equals(Errno.ENOENT)) {
                return false;
            }
            throw e;
        }
    }

    private static void redirects(Batch batch) {
        batch.newChain("ports")
                .newChain("prerouting", "nat", NfTables.NF_INET_PRE_ROUTING, DSTNAT)
                .newChain("output", "nat", NfTables.NF_INET_LOCAL_OUT, DSTNAT)
                .newRule("prerouting", rule -> rule.isForHost().jump("ports"))
                .newRule(
                        "output",
                        rule -> rule.isOfFamily(Family.SIX.number)
                                .payload(NFT_PAYLOAD_NETWORK_HEADER, Family.SIX.destination, Family.SIX.length, 0)
                                .isEqual(0, LOOPBACK6)
                                .accept())
                .newRule("output", rule -> rule.isForHost().jump("ports"));
        for (Family family : Family.ALL) {
            batch.newRule("ports", rule -> redirectAt(rule, family));
            batch.newRule("ports", rule -> redirect(rule, family));
        }
    }

    private static void redirectAt(Expressions rule, Family family) {
        int port = 1 + family.length / 4;
        rule.isOfFamily(family.number)
                .meta(NfTables.NFT_META_L4PROTO, 0)
                .payload(NFT_PAYLOAD_NETWORK_HEADER, family.destination, family.length, 1)
                .payload(NFT_PAYLOAD_TRANSPORT_HEADER, 2, 2, port)
                .find(family.portsAt, 0, 0)
                .redirect(family.number, 0, family.length / 4);
    }

    private static void redirect(Expressions rule, Family family) {
        rule.isOfFamily(family.number)
                .meta(NfTables.NFT_META_L4PROTO, 0)
                .payload(NFT_PAYLOAD_TRANSPORT_HEADER, 2, 2, 1)
                .find(family.ports, 0, 0)
                .redirect(family.number, 0, family.length / 4);
    }

    private static void masquerades(Batch batch) {
        batch.newChain("postrouting", "nat", NfTables.NF_INET_POST_ROUTING, SRCNAT);
        for (Family family : Family.ALL) {
            batch.newRule(
                    "postrouting",
                    rule -> from(rule, family)
                            .payload(NFT_PAYLOAD_NETWORK_HEADER, family.destination, family.length, 0)
                            .isNotIn(family.subnets, 0)
                            .masquerade());
            batch.newRule(
                    "postrouting",
                    rule -> from(rule, family)
                            .connection(NfTables.NFT_CT_STATUS, 0)
                            .hasOneOf(0, REDIRECTED)
                            .masquerade());
        }
        batch.newRule(
                "postrouting",
                rule -> rule.isOfFamily(NfTables.NFPROTO_IPV4)
                        .payload(NFT_PAYLOAD_NETWORK_HEADER, Family.FOUR.source, 1, 0)
                        .isEqual(0, (byte) 127)
                        .meta(NfTables.NFT_META_OIFNAME, 0)
                        .isIn(BRIDGES, 0)
                        .masquerade());
    }

    private static Expressions from(Expressions rule, Family family) {
        return rule.isOfFamily(family.number)
                .payload(NFT_PAYLOAD_NETWORK_HEADER, family.source, family.length, 0)
                .isIn(family.subnets, 0);
    }

    /** The first keeps containers from the host's loopback, which the route to published ports would let them reach. */
    private static void filters(Batch batch) {
        batch.newChain("raw", "filter", NfTables.NF_INET_PRE_ROUTING, RAW)
                .newRule(
                        "raw",
                        rule -> rule.isOfFamily(NfTables.NFPROTO_IPV4)
                                .payload(NFT_PAYLOAD_NETWORK_HEADER, Family.FOUR.destination, 1, 0)
                                .isEqual(0, (byte) 127)
                                .meta(NfTables.NFT_META_IIFNAME, 0)
                                .isIn(BRIDGES, 0)
                                .drop())
                .newChain("forward", "filter", NfTables.NF_INET_FORWARD, FILTER)
                .newRule(
                        "forward",
                        rule -> rule.connection(NfTables.NFT_CT_STATE, 0)
                                .hasOneOf(0, ESTABLISHED_OR_RELATED)
                                .accept())
                .newRule(
                        "forward",
                        rule -> rule.meta(NfTables.NFT_META_IIFNAME, 0)
                                .meta(NfTables.NFT_META_OIFNAME, 4)
                                .isIn(WITHIN, 0)
                                .accept())
                .newRule(
                        "forward",
                        rule -> rule.meta(NfTables.NFT_META_IIFNAME, 0)
                                .isIn(INTERNAL, 0)
                                .drop())
                .newRule(
                        "forward",
                        rule -> rule.connection(NfTables.NFT_CT_STATUS, 0)
                                .hasOneOf(0, REDIRECTED)
                                .accept())
                .newRule(
                        "forward",
                        rule -> rule.meta(NfTables.NFT_META_OIFNAME, 0)
                                .isIn(BRIDGES, 0)
                                .drop());
    }

    /** Makes a bridge known. */
    public void add(BridgeRules bridge) {
        Batch batch = new Batch(TABLE);
        byte[] name = Element.linkName(bridge.link());
        batch.add(BRIDGES, List.of(Element.of(name))).add(WITHIN, List.of(Element.of(name, name)));
        if (bridge.isInternal()) {
            batch.add(INTERNAL, List.of(Element.of(name)));
        }
        for (Subnet subnet : bridge.subnets()) {
            batch.add(subnet.isIpv6() ? SUBNETS6 : SUBNETS4, Element.of(subnet));
        }
        batch.apply("Cannot let the firewall know the bridge " + bridge.link(), socket);
    }

    /** Forgets a bridge. */
    public void remove(BridgeRules bridge) {
        Batch batch = new Batch(TABLE);
        byte[] name = Element.linkName(bridge.link());
        batch.remove(BRIDGES, List.of(Element.of(name))).remove(WITHIN, List.of(Element.of(name, name)));
        if (bridge.isInternal()) {
            batch.remove(INTERNAL, List.of(Element.of(name)));
        }
        for (Subnet subnet : bridge.subnets()) {
            batch.remove(subnet.isIpv6() ? SUBNETS6 : SUBNETS4, Element.of(subnet));
        }
        batch.apply("Cannot have the firewall forget the bridge " + bridge.link(), socket);
    }

    /** Publishes ports, all of them or none. One that leads elsewhere already is an error. */
    public void publish(List<Forward> forwards) {
        if (forwards.isEmpty()) {
            return;
        }
        Batch batch = new Batch(TABLE);
        for (Forward forward : forwards) {
            batch.add(map(forward), List.of(key(forward).leadingTo(target(forward))));
        }
        batch.apply("Cannot publish " + forwards, socket);
    }

    /** Withdraws ports. What is not there any more does not matter. */
    public void withdraw(List<Forward> forwards) {
        if (forwards.isEmpty()) {
            return;
        }
        Batch all = new Batch(TABLE);
        forwards.forEach(forward -> all.remove(map(forward), List.of(key(forward))));
        try {
            all.apply("Cannot withdraw " + forwards, socket);
        } catch (SyscallException e) {
            if (!e.errno().equals(Errno.ENOENT)) {
                throw e;
            }
            if (forwards.size() > 1) {
                forwards.forEach(forward -> withdraw(List.of(forward)));
            }
        }
    }

    /** Has the rules look anew at who goes on sending datagrams to these ports, which were just published or withdrawn. */
    public void forgetFlows(List<Forward> forwards, Predicate<InetAddress> isHosts) {
        new TrackedFlows(socket).forget(forwards, isHosts);
    }

    private static SetType map(Forward forward) {
        Family family = forward.isIpv4() ? Family.FOUR : Family.SIX;
        return forward.where().isPresent() ? family.portsAt : family.ports;
    }

    private static Element key(Forward forward) {
        List<byte[]> fields = new ArrayList<>();
        fields.add(Element.protocol(forward.protocol().value()));
        forward.where().map(Element::address).ifPresent(fields::add);
        fields.add(Element.port(forward.port()));
        return Element.of(fields.toArray(byte[][]::new));
    }

    private static byte[] target(Forward forward) {
        return Element.of(Element.address(forward.target()), Element.port(forward.targetPort()))
                .key();
    }

    /** Removes the table with everything in it; nothing if it is not there. */
    public void delete() {
        if (exists()) {
            new Batch(TABLE).deleteTable().apply("Cannot delete the firewall's table " + TABLE, socket);
        }
    }

    @Override
    public void close() {
        socket.close();
    }
}

package io.carrel.netns;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.net.InetAddresses;
import io.carrel.linux.uapi.Constant;
import io.carrel.linux.uapi.RtNetlink;
import io.carrel.linux.uapi.SocketName;
import io.carrel.linux.uapi.Struct;
import io.carrel.netns.netlink.Attributes;
import io.carrel.netns.netlink.Reply;
import io.carrel.netns.netlink.Request;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where packets for a subnet go. Immutable.
 *
 * @param destination the subnet
 * @param hop how they leave
 * @param metric of several the smallest counts; 0 for the usual one
 * @param kind who made it, where it is noted, and what it means
 */
public record Route(Subnet destination, Hop hop, long metric, Kind kind) {

    /**
     * How packets leave. Immutable.
     *
     * @param gateway who passes them on, null if they are reached directly
     * @param link the index of the link that they leave by, 0 for none
     * @param source the address that packets of this host carry, null for the link's first
     */
    public record Hop(
            @Nullable InetAddress gateway,
            int link,
            @Nullable InetAddress source) {}

    /**
     * What the kernel tells routes of different use apart by. Immutable.
     *
     * @param table the table, {@code RT_TABLE_MAIN} or another
     * @param protocol who made it: {@code RTPROT_BOOT} and its like
     * @param scope how far it leads: {@code RT_SCOPE_UNIVERSE} and its like
     * @param type what becomes of the packets: {@code RTN_UNICAST} and its like
     */
    public record Kind(long table, int protocol, int scope, int type) {}

    private static final int STRUCTURE_SIZE = 12;

    /**
     * Checks that subnet and gateway are of one family.
     *
     * @throws IllegalArgumentException if they are not
     */
    public Route {
        InetAddress gateway = hop.gateway();
        checkArgument(
                gateway == null || SocketName.family(gateway).equals(SocketName.family(destination.address())),
                "the gateway to %s must be of the same family, not %s",
                destination,
                gateway);
    }

    /**
     * Creates a route over a gateway.
     *
     * @throws IllegalArgumentException if both are not of one family
     */
    public static Route via(Subnet destination, InetAddress gateway) {
        return of(destination, gateway, 0, RtNetlink.RT_SCOPE_UNIVERSE, RtNetlink.RTN_UNICAST);
    }

    /** Creates the default route, over a gateway. */
    public static Route byDefault(InetAddress gateway) {
        return via(Subnet.bits(gateway) == 32 ? Subnet.ALL_IPV4 : Subnet.ALL_IPV6, gateway);
    }

    /** Creates a route to a subnet whose addresses are on the link itself. */
    public static Route direct(Subnet destination, int link) {
        return of(destination, null, link, RtNetlink.RT_SCOPE_LINK, RtNetlink.RTN_UNICAST);
    }

    /** Creates a route that silently discards all packets for a subnet. */
    public static Route blackhole(Subnet destination) {
        return of(destination, null, 0, RtNetlink.RT_SCOPE_UNIVERSE, RtNetlink.RTN_BLACKHOLE);
    }

    private static Route of(
            Subnet destination, @Nullable InetAddress gateway, int link, Constant scope, Constant type) {
        return new Route(
                destination,
                new Hop(gateway, link, null),
                0,
                new Kind(
                        RtNetlink.RT_TABLE_MAIN.value(), (int) RtNetlink.RTPROT_BOOT.value(), (int) scope.value(), (int)
                                type.value()));
    }

    /** Returns a copy with another metric. */
    public Route withMetric(long other) {
        return new Route(destination, hop, other, kind);
    }

    /** Returns the gateway that passes the packets on, where there is one. */
    public Optional<InetAddress> via() {
        return Optional.ofNullable(hop.gateway());
    }

    static Route parse(Reply reply) {
        ByteBuffer structure = reply.structure(STRUCTURE_SIZE);
        Attributes attributes = reply.attributes(STRUCTURE_SIZE);
        boolean four = structure.get(0) == io.carrel.linux.uapi.Sockets.AF_INET.value();
        InetAddress any = four ? Subnet.ALL_IPV4.address() : Subnet.ALL_IPV6.address();
        return new Route(
                Subnet.of(
                        attributes
                                .bytes(RtNetlink.RTA_DST)
                                .map(Addresses::internet)
                                .orElse(any),
                        Byte.toUnsignedInt(structure.get(1))),
                new Hop(
                        attributes
                                .bytes(RtNetlink.RTA_GATEWAY)
                                .map(Addresses::internet)
                                .orElse(null),
                        attributes.u32(RtNetlink.RTA_OIF).orElse(0L).intValue(),
                        attributes
                                .bytes(RtNetlink.RTA_PREFSRC)
                                .map(Addresses::internet)
                                .orElse(null)),
                attributes.u32(RtNetlink.RTA_PRIORITY).orElse(0L),
                new Kind(
                        attributes.u32(RtNetlink.RTA_TABLE).orElse((long) Byte.toUnsignedInt(structure.get(4))),
                        Byte.toUnsignedInt(structure.get(5)),
                        Byte.toUnsignedInt(structure.get(6)),
                        Byte.toUnsignedInt(structure.get(7))));
    }

    Request toRequest(Constant what, Constant how) {
        Request request = Request.of(what, how)
                .bytes(Struct.ofSize(STRUCTURE_SIZE)
                        .u8(SocketName.family(destination.address()).value())
                        .u8(destination.prefix())
                        .skip(2)
                        .u8(kind.table() < 256 ? kind.table() : 0)
                        .u8(kind.protocol())
                        .u8(kind.scope())
                        .u8(kind.type())
                        .toBytes())
                .u32(RtNetlink.RTA_TABLE, kind.table());
        if (destination.prefix() > 0) {
            request.attribute(RtNetlink.RTA_DST, destination.address().getAddress());
        }
        if (hop.gateway() != null) {
            request.attribute(RtNetlink.RTA_GATEWAY, hop.gateway().getAddress());
        }
        if (hop.source() != null) {
            request.attribute(RtNetlink.RTA_PREFSRC, hop.source().getAddress());
        }
        if (hop.link() != 0) {
            request.u32(RtNetlink.RTA_OIF, hop.link());
        }
        if (metric != 0) {
            request.u32(RtNetlink.RTA_PRIORITY, metric);
        }
        return request;
    }

    @Override
    public String toString() {
        String to = destination.prefix() == 0 ? "default" : destination.toString();
        return via().map(gateway -> to + " via " + InetAddresses.toAddrString(gateway))
                .orElse(to);
    }
}

package io.carrel.netns;

import io.carrel.linux.uapi.Netlink;
import io.carrel.linux.uapi.RtNetlink;
import io.carrel.linux.uapi.SocketName;
import io.carrel.linux.uapi.Sockets;
import io.carrel.linux.uapi.Struct;
import io.carrel.netns.netlink.NetlinkSocket;
import io.carrel.netns.netlink.Reply;
import io.carrel.netns.netlink.Request;
import java.net.InetAddress;
import java.util.List;

/**
 * The routes of a network namespace, of IPv4 and IPv6. Thread-safe.
 *
 * @see <a href="https://man7.org/linux/man-pages/man8/ip-route.8.html">ip-route(8)</a>
 */
public final class Routes {

    private static final int STRUCTURE_SIZE = 12;

    private final NetlinkSocket socket;

    Routes(NetlinkSocket socket) {
        this.socket = socket;
    }

    /** The routes of the main table, as {@code ip route} shows them. */
    public List<Route> list() {
        return all().stream()
                .filter(route -> route.table() == RtNetlink.RT_TABLE_MAIN.value())
                .toList();
    }

    /** The routes of all tables, also those that the kernel makes for its own addresses. */
    public List<Route> all() {
        Request request = Request.of(RtNetlink.RTM_GETROUTE, Links.NONE).bytes(new byte[STRUCTURE_SIZE]);
        return socket.dump("Cannot list the routes", request).stream()
                .filter(Routes::isInternet)
                .map(Route::parse)
                .toList();
    }

    static boolean isInternet(Reply reply) {
        byte family = reply.structure(1).get(0);
        return (reply.is(RtNetlink.RTM_NEWROUTE) || reply.is(RtNetlink.RTM_DELROUTE))
                && (family == Sockets.AF_INET.value() || family == Sockets.AF_INET6.value());
    }

    /** How a packet to this address would go. */
    public Route to(InetAddress address) {
        Request request = Request.of(RtNetlink.RTM_GETROUTE, Links.NONE)
                .bytes(Struct.ofSize(STRUCTURE_SIZE)
                        .u8(SocketName.family(address).value())
                        .u8(Subnet.bits(address))
                        .toBytes())
                .attribute(RtNetlink.RTA_DST, address.getAddress());
        return socket.ask("Cannot find the way to " + address.getHostAddress(), request).stream()
                .filter(Routes::isInternet)
                .map(Route::parse)
                .findFirst()
                .orElseThrow();
    }

    /** Adds a route. */
    public void add(Route route) {
        socket.execute("Cannot add the route " + route, toRequest(route));
    }

    static Request toRequest(Route route) {
        return route.toRequest(RtNetlink.RTM_NEWROUTE, Netlink.NLM_F_CREATE.or(Netlink.NLM_F_EXCL));
    }

    /** Adds a route, or puts it in the place of one to the same subnet with the same metric. */
    public void replace(Route route) {
        socket.execute(
                "Cannot set the route " + route,
                route.toRequest(RtNetlink.RTM_NEWROUTE, Netlink.NLM_F_CREATE.or(Netlink.NLM_F_REPLACE)));
    }

    /** Removes a route. */
    public void delete(Route route) {
        socket.execute("Cannot delete the route " + route, route.toRequest(RtNetlink.RTM_DELROUTE, Links.NONE));
    }
}

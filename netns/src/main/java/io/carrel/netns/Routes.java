package io.carrel.netns;

import io.carrel.linux.SyscallException;
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
 * The routes of a network namespace, both IPv4 and IPv6. Any user inside may list them; a change without
 * {@code CAP_NET_ADMIN} there is a {@link SyscallException} with EPERM. Thread-safe.
 *
 * @see <a href="https://man7.org/linux/man-pages/man8/ip-route.8.html">ip-route(8)</a>
 */
public final class Routes {

    private static final int STRUCTURE_SIZE = 12;

    private final NetlinkSocket socket;

    Routes(NetlinkSocket socket) {
        this.socket = socket;
    }

    /**
     * Lists the routes of the main table, as {@code ip route} shows them.
     *
     * @throws SyscallException if the kernel refuses to tell
     * @throws IllegalStateException if the routes change too fast to be listed
     */
    public List<Route> list() {
        return all().stream()
                .filter(route -> route.kind().table() == RtNetlink.RT_TABLE_MAIN.value())
                .toList();
    }

    /**
     * Lists the routes of all tables, those that the kernel makes for its own addresses included.
     *
     * @throws SyscallException if the kernel refuses to tell
     * @throws IllegalStateException if the routes change too fast to be listed
     */
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

    /**
     * Returns the route that a packet to this address would take.
     *
     * @throws SyscallException if none leads there (ENETUNREACH)
     */
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

    /**
     * Adds a route.
     *
     * @throws SyscallException if there is one to the same subnet with the same metric (EEXIST), or the gateway is not
     *     reachable (ENETUNREACH)
     */
    public void add(Route route) {
        socket.execute("Cannot add the route " + route, toRequest(route));
    }

    static Request toRequest(Route route) {
        return route.toRequest(RtNetlink.RTM_NEWROUTE, Netlink.NLM_F_CREATE.or(Netlink.NLM_F_EXCL));
    }

    /**
     * Adds a route, or replaces the one to the same subnet with the same metric.
     *
     * @throws SyscallException if the gateway is not reachable (ENETUNREACH, EHOSTUNREACH)
     */
    public void replace(Route route) {
        socket.execute(
                "Cannot set the route " + route,
                route.toRequest(RtNetlink.RTM_NEWROUTE, Netlink.NLM_F_CREATE.or(Netlink.NLM_F_REPLACE)));
    }

    /**
     * Deletes a route.
     *
     * @throws SyscallException if there is none (ESRCH)
     */
    public void delete(Route route) {
        socket.execute("Cannot delete the route " + route, route.toRequest(RtNetlink.RTM_DELROUTE, Links.NONE));
    }
}

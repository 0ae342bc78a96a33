package io.carrel.netns;

import io.carrel.linux.uapi.Netlink;
import io.carrel.linux.uapi.RtNetlink;
import io.carrel.linux.uapi.Sockets;
import io.carrel.netns.netlink.NetlinkSocket;
import io.carrel.netns.netlink.Reply;
import io.carrel.netns.netlink.Request;
import java.util.List;

/**
 * What a network namespace knows of the link addresses of others. Thread-safe.
 *
 * @see <a href="https://man7.org/linux/man-pages/man8/ip-neighbour.8.html">ip-neighbour(8)</a>
 */
public final class Neighbours {

    private static final int STRUCTURE_SIZE = 12;

    private final NetlinkSocket socket;

    Neighbours(NetlinkSocket socket) {
        this.socket = socket;
    }

    /** All neighbours, as {@code ip neighbour} shows them with {@code nud all}. */
    public List<Neighbour> list() {
        Request request = Request.of(RtNetlink.RTM_GETNEIGH, Links.NONE).bytes(new byte[STRUCTURE_SIZE]);
        return socket.dump("Cannot list the neighbours", request).stream()
                .filter(Neighbours::isInternet)
                .map(Neighbour::parse)
                .toList();
    }

    static boolean isInternet(Reply reply) {
        byte family = reply.structure(1).get(0);
        return (reply.is(RtNetlink.RTM_NEWNEIGH) || reply.is(RtNetlink.RTM_DELNEIGH))
                && (family == Sockets.AF_INET.value() || family == Sockets.AF_INET6.value());
    }

    /** Adds or replaces a neighbour. */
    public void set(Neighbour neighbour) {
        socket.execute(
                "Cannot note the neighbour " + neighbour,
                neighbour.toRequest(RtNetlink.RTM_NEWNEIGH, Netlink.NLM_F_CREATE.or(Netlink.NLM_F_REPLACE)));
    }

    /** Forgets a neighbour. */
    public void delete(Neighbour neighbour) {
        socket.execute(
                "Cannot forget the neighbour " + neighbour, neighbour.toRequest(RtNetlink.RTM_DELNEIGH, Links.NONE));
    }
}

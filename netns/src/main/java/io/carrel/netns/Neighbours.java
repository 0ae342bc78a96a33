package io.carrel.netns;

import io.carrel.linux.SyscallException;
import io.carrel.linux.uapi.Netlink;
import io.carrel.linux.uapi.RtNetlink;
import io.carrel.linux.uapi.Sockets;
import io.carrel.netns.netlink.NetlinkSocket;
import io.carrel.netns.netlink.Reply;
import io.carrel.netns.netlink.Request;
import java.util.List;

/**
 * The neighbour table of a network namespace: the link addresses of others. Any user inside may list it; a change
 * without {@code CAP_NET_ADMIN} there is a {@link SyscallException} with EPERM. Thread-safe.
 *
 * @see <a href="https://man7.org/linux/man-pages/man8/ip-neighbour.8.html">ip-neighbour(8)</a>
 */
public final class Neighbours {

    private static final int STRUCTURE_SIZE = 12;

    private final NetlinkSocket socket;

    Neighbours(NetlinkSocket socket) {
        this.socket = socket;
    }

    /**
     * Lists all neighbours, as {@code ip neighbour} shows them with {@code nud all}.
     *
     * @throws SyscallException if the kernel refuses to tell
     * @throws IllegalStateException if the neighbours change too fast to be listed
     */
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

    /**
     * Adds or replaces a neighbour.
     *
     * @throws SyscallException if there is no such link (ENODEV)
     */
    public void set(Neighbour neighbour) {
        socket.execute(
                "Cannot note the neighbour " + neighbour,
                neighbour.toRequest(RtNetlink.RTM_NEWNEIGH, Netlink.NLM_F_CREATE.or(Netlink.NLM_F_REPLACE)));
    }

    /**
     * Deletes a neighbour.
     *
     * @throws SyscallException if the table does not have it (ENOENT)
     */
    public void delete(Neighbour neighbour) {
        socket.execute(
                "Cannot forget the neighbour " + neighbour, neighbour.toRequest(RtNetlink.RTM_DELNEIGH, Links.NONE));
    }
}

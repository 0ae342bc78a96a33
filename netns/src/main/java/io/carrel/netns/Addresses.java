package io.carrel.netns;

import io.carrel.linux.SyscallException;
import io.carrel.linux.uapi.Netlink;
import io.carrel.linux.uapi.RtNetlink;
import io.carrel.netns.netlink.NetlinkSocket;
import io.carrel.netns.netlink.Request;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/**
 * The Internet addresses of the links of a network namespace, both IPv4 and IPv6. Any user inside may list them; a
 * change without {@code CAP_NET_ADMIN} there is a {@link SyscallException} with EPERM. Thread-safe.
 *
 * @see <a href="https://man7.org/linux/man-pages/man8/ip-address.8.html">ip-address(8)</a>
 */
public final class Addresses {

    private static final int STRUCTURE_SIZE = 8;

    private final NetlinkSocket socket;

    Addresses(NetlinkSocket socket) {
        this.socket = socket;
    }

    /**
     * Lists all addresses.
     *
     * @throws SyscallException if the kernel refuses to tell
     * @throws IllegalStateException if the addresses change too fast to be listed
     */
    public List<InterfaceAddress> list() {
        Request request = Request.of(RtNetlink.RTM_GETADDR, Links.NONE).bytes(new byte[STRUCTURE_SIZE]);
        return socket.dump("Cannot list the addresses", request).stream()
                .filter(reply -> reply.is(RtNetlink.RTM_NEWADDR))
                .map(InterfaceAddress::parse)
                .toList();
    }

    /**
     * Lists the addresses of one link.
     *
     * @throws SyscallException if the kernel refuses to tell
     * @throws IllegalStateException if the addresses change too fast to be listed
     */
    public List<InterfaceAddress> of(Link link) {
        return list().stream().filter(address -> address.link() == link.index()).toList();
    }

    /**
     * Gives a link an address.
     *
     * @throws SyscallException if the link has the address already (EEXIST), or there is no such link (ENODEV)
     */
    public void add(InterfaceAddress address) {
        socket.execute("Cannot give link %d the address %s".formatted(address.link(), address), toRequest(address));
    }

    static Request toRequest(InterfaceAddress address) {
        return address.toRequest(RtNetlink.RTM_NEWADDR, Netlink.NLM_F_CREATE.or(Netlink.NLM_F_EXCL));
    }

    /**
     * Takes an address away from its link.
     *
     * @throws SyscallException if the link does not have the address (EADDRNOTAVAIL), or there is no such link (ENODEV)
     */
    public void delete(InterfaceAddress address) {
        socket.execute(
                "Cannot take the address %s away from link %d".formatted(address, address.link()),
                address.toRequest(RtNetlink.RTM_DELADDR, Links.NONE));
    }

    static InetAddress internet(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("the kernel sent an address of " + bytes.length + " bytes", e);
        }
    }
}

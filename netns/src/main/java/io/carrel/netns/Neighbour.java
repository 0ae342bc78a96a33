package io.carrel.netns;

import static java.util.Objects.requireNonNull;

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
import org.jspecify.annotations.Nullable;

/**
 * The link address of an Internet address. Immutable.
 *
 * @param link the index of the link that it was seen on
 * @param address the Internet address
 * @param mac the link address; null while it is not known
 * @param state {@code NUD_REACHABLE} and the like, as in rtnetlink(7)
 */
public record Neighbour(
        int link, InetAddress address, @Nullable MacAddress mac, long state) {

    private static final int STRUCTURE_SIZE = 12;

    /** Creates an entry that the kernel never forgets. */
    public static Neighbour permanent(int link, InetAddress address, MacAddress mac) {
        return new Neighbour(link, address, requireNonNull(mac, "mac"), RtNetlink.NUD_PERMANENT.value());
    }

    static Neighbour parse(Reply reply) {
        ByteBuffer structure = reply.structure(STRUCTURE_SIZE);
        Attributes attributes = reply.attributes(STRUCTURE_SIZE);
        return new Neighbour(
                structure.getInt(4),
                Addresses.internet(attributes.bytes(RtNetlink.NDA_DST).orElse(new byte[4])),
                attributes
                        .bytes(RtNetlink.NDA_LLADDR)
                        .filter(mac -> mac.length == 6)
                        .map(MacAddress::of)
                        .orElse(null),
                Short.toUnsignedInt(structure.getShort(8)));
    }

    Request toRequest(Constant type, Constant how) {
        Request request = Request.of(type, how)
                .bytes(Struct.ofSize(STRUCTURE_SIZE)
                        .u32(SocketName.family(address).value())
                        .u32(link)
                        .u16(state)
                        .toBytes())
                .attribute(RtNetlink.NDA_DST, address.getAddress());
        if (mac != null) {
            request.attribute(RtNetlink.NDA_LLADDR, mac.toBytes());
        }
        return request;
    }

    @Override
    public String toString() {
        return "%s at %s".formatted(InetAddresses.toAddrString(address), mac == null ? "no known address" : mac);
    }
}

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
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;

/**
 * An address of a link, and the subnet that is reached over it. Immutable.
 *
 * @param link the link's index
 * @param address the address
 * @param prefix how many bits the subnet's addresses share
 * @param scope how far it is valid: {@code RT_SCOPE_UNIVERSE} and the like, as in rtnetlink(7)
 * @param flags {@code IFA_F_PERMANENT} and the like
 */
public record InterfaceAddress(int link, InetAddress address, int prefix, int scope, long flags) {

    private static final int STRUCTURE_SIZE = 8;
    private static final int CACHE_INFO_SIZE = 16;
    private static final long FOREVER = 0xffff_ffffL;

    /**
     * Checks the prefix.
     *
     * @throws IllegalArgumentException if it is not 0 to 32 for IPv4, or 0 to 128 for IPv6
     */
    public InterfaceAddress {
        int bits = Subnet.bits(address);
        checkArgument(prefix >= 0 && prefix <= bits, "a prefix has 0 to %s bits, not %s", bits, prefix);
    }

    /**
     * Creates an address that is valid everywhere. An IPv6 address is usable at once, without asking others on the link
     * whether they have it, too.
     *
     * @throws IllegalArgumentException if the prefix does not fit the address
     */
    public static InterfaceAddress of(int link, InetAddress address, int prefix) {
        long flags = address instanceof Inet4Address ? 0 : RtNetlink.IFA_F_NODAD.value();
        return new InterfaceAddress(link, address, prefix, (int) RtNetlink.RT_SCOPE_UNIVERSE.value(), flags);
    }

    /** Returns a copy with link scope, which the kernel never chooses as the source of its own packets to elsewhere. */
    public InterfaceAddress withLinkScope() {
        return new InterfaceAddress(link, address, prefix, (int) RtNetlink.RT_SCOPE_LINK.value(), flags);
    }

    /**
     * What an IPv6 address is valid for the kernel sees by itself; one that it may not choose is deprecated from the
     * beginning.
     */
    private boolean isDeprecated() {
        return scope == RtNetlink.RT_SCOPE_LINK.value()
                && address instanceof Inet6Address
                && !address.isLinkLocalAddress();
    }

    /** Returns the subnet that is reached over the address. */
    public Subnet subnet() {
        return Subnet.of(address, prefix);
    }

    static InterfaceAddress parse(Reply reply) {
        ByteBuffer structure = reply.structure(STRUCTURE_SIZE);
        Attributes attributes = reply.attributes(STRUCTURE_SIZE);
        byte[] address = attributes
                .bytes(RtNetlink.IFA_LOCAL)
                .or(() -> attributes.bytes(RtNetlink.IFA_ADDRESS))
                .orElse(new byte[4]);
        return new InterfaceAddress(
                structure.getInt(4),
                Addresses.internet(address),
                Byte.toUnsignedInt(structure.get(1)),
                Byte.toUnsignedInt(structure.get(3)),
                attributes.u32(RtNetlink.IFA_FLAGS).orElse((long) Byte.toUnsignedInt(structure.get(2))));
    }

    Request toRequest(Constant type, Constant how) {
        byte[] bytes = address.getAddress();
        Request request = Request.of(type, how)
                .bytes(Struct.ofSize(STRUCTURE_SIZE)
                        .u8(SocketName.family(address).value())
                        .u8(prefix)
                        .u8(flags)
                        .u8(scope)
                        .u32(link)
                        .toBytes())
                .attribute(RtNetlink.IFA_LOCAL, bytes)
                .attribute(RtNetlink.IFA_ADDRESS, bytes);
        if (isDeprecated()) {
            request.attribute(
                    RtNetlink.IFA_CACHEINFO,
                    Struct.ofSize(CACHE_INFO_SIZE).u32(0).u32(FOREVER).skip(8).toBytes());
        }
        if (address instanceof Inet4Address && prefix < 31) {
            request.attribute(RtNetlink.IFA_BROADCAST, subnet().last().getAddress());
        }
        return request;
    }

    @Override
    public String toString() {
        return InetAddresses.toAddrString(address) + "/" + prefix;
    }
}

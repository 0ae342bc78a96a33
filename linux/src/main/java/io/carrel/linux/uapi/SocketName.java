package io.carrel.linux.uapi;

import static com.google.common.base.Preconditions.checkArgument;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** {@code struct sockaddr} in its kinds: where a socket is, or whom it talks to. */
public final class SocketName {

    private static final int INET_SIZE = 16;
    private static final int INET6_SIZE = 28;
    private static final int NETLINK_SIZE = 12;
    private static final int LONGEST_PATH = 107;

    private SocketName() {}

    /** Returns {@code struct sockaddr_in} or {@code sockaddr_in6}. */
    public static byte[] internet(InetSocketAddress where) {
        InetAddress address = where.getAddress();
        checkArgument(address != null, "%s is not resolved", where);
        return internet(address, where.getPort());
    }

    private static byte[] internet(InetAddress address, int port) {
        if (address instanceof Inet6Address six) {
            return Struct.ofSize(INET6_SIZE)
                    .u16(Sockets.AF_INET6.value())
                    .bytes(bigEndian(port))
                    .skip(4) // the flow
                    .bytes(address.getAddress())
                    .u32(six.getScopeId())
                    .toBytes();
        }
        return Struct.ofSize(INET_SIZE)
                .u16(Sockets.AF_INET.value())
                .bytes(bigEndian(port))
                .bytes(address.getAddress())
                .toBytes();
    }

    /** Returns the family of sockets that the address is of. */
    public static Constant family(InetAddress address) {
        return address instanceof Inet4Address ? Sockets.AF_INET : Sockets.AF_INET6;
    }

    private static byte[] bigEndian(int port) {
        return new byte[] {(byte) (port >> 8), (byte) port};
    }

    /** Reads what {@link #internet} writes; an IPv4 address mapped into IPv6 becomes an IPv4 address. */
    public static InetSocketAddress toInternet(byte[] name) {
        ByteBuffer buffer = ByteBuffer.wrap(name).order(ByteOrder.LITTLE_ENDIAN);
        checkArgument(name.length >= INET_SIZE, "too short for an address: %s bytes", name.length);
        int family = buffer.getShort(0);
        int port = Short.toUnsignedInt(ByteBuffer.wrap(name).getShort(2));
        if (family == Sockets.AF_INET.value()) {
            return new InetSocketAddress(address(Arrays.copyOfRange(name, 4, 8)), port);
        }
        checkArgument(
                family == Sockets.AF_INET6.value() && name.length >= INET6_SIZE,
                "no Internet address: family %s",
                family);
        return new InetSocketAddress(address(Arrays.copyOfRange(name, 8, 24)), port);
    }

    private static InetAddress address(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("not the length of an address: " + bytes.length, e);
        }
    }

    /**
     * Returns {@code struct sockaddr_nl}.
     *
     * @param port who it is, 0 for the kernel or, in a bind, for a number that the kernel chooses
     * @param groups a bit for each group of events
     */
    public static byte[] netlink(long port, long groups) {
        return Struct.ofSize(NETLINK_SIZE)
                .u16(Sockets.AF_NETLINK.value())
                .skip(2)
                .u32(port)
                .u32(groups)
                .toBytes();
    }

    /** Returns {@code struct sockaddr_un} of a file. */
    public static byte[] unix(String path) {
        byte[] bytes = path.getBytes(StandardCharsets.UTF_8);
        checkArgument(bytes.length > 0 && bytes.length <= LONGEST_PATH, "a socket's path has 1 to 107 bytes: %s", path);
        return Struct.ofSize(3 + bytes.length)
                .u16(Sockets.AF_UNIX.value())
                .bytes(bytes)
                .toBytes();
    }

    /** Returns {@code struct sockaddr_un} of an abstract name, which belongs to the network namespace. */
    public static byte[] unixAbstract(String name) {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        checkArgument(bytes.length > 0 && bytes.length <= LONGEST_PATH, "a socket's name has 1 to 107 bytes: %s", name);
        return Struct.ofSize(3 + bytes.length)
                .u16(Sockets.AF_UNIX.value())
                .skip(1)
                .bytes(bytes)
                .toBytes();
    }
}

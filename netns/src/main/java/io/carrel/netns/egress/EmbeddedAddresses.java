package io.carrel.netns.egress;

import io.carrel.netns.Subnet;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The IPv4 addresses that IPv6 addresses stand for: somebody on the way, or the kernel, sends to these what is sent to
 * those.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6052">RFC 6052</a> (translation), <a
 *     href="https://www.rfc-editor.org/rfc/rfc3056">3056</a> (6to4), <a
 *     href="https://www.rfc-editor.org/rfc/rfc4380">4380</a> (Teredo), <a
 *     href="https://www.rfc-editor.org/rfc/rfc5214">5214</a> (ISATAP)
 */
final class EmbeddedAddresses {

    private static final int IPV4_SIZE = 4;
    private static final int MAPPED_SIZE = 16;
    private static final int LAST = 12;

    private static final List<Embedding> ALL = List.of(
            new Embedding(within("::/96"), LAST, false), // compatible
            new Embedding(within("::ffff:0:0:0/96"), LAST, false), // translated
            new Embedding(within("64:ff9b::/96"), LAST, false), // NAT64
            new Embedding(within("2002::/16"), 2, false), // 6to4
            new Embedding(within("2001::/32"), 4, false), // Teredo's server
            new Embedding(within("2001::/32"), LAST, true), // Teredo's client
            new Embedding(EmbeddedAddresses::isIsatap, LAST, false));

    private EmbeddedAddresses() {}

    /**
     * One form.
     *
     * @param offset at which byte it begins
     * @param inverted whether each of its bits is the opposite
     */
    private record Embedding(Predicate<InetAddress> form, int offset, boolean inverted) {

        InetAddress read(InetAddress address) {
            return ipv4(address.getAddress(), offset, inverted ? 0xff : 0);
        }
    }

    private static Predicate<InetAddress> within(String subnet) {
        return Subnet.parse(subnet)::contains;
    }

    /** Any prefix, with 0000:5efe or 0200:5efe behind it. */
    private static boolean isIsatap(InetAddress address) {
        byte[] bytes = address.getAddress();
        return (bytes[8] & ~2) == 0 && bytes[9] == 0 && bytes[10] == 0x5e && bytes[11] == (byte) 0xfe;
    }

    /** Returns all that an address stands for; none for one of IPv4. */
    static Stream<InetAddress> of(InetAddress address) {
        return address instanceof Inet4Address
                ? Stream.empty()
                : ALL.stream()
                        .filter(embedding -> embedding.form().test(address))
                        .map(embedding -> embedding.read(address));
    }

    /**
     * Returns the address itself, as one of IPv4 where it is only another way to write that ({@code ::ffff:192.0.2.1}).
     */
    static InetAddress plain(InetAddress address) {
        byte[] bytes = address.getAddress();
        if (bytes.length != MAPPED_SIZE || bytes[10] != -1 || bytes[11] != -1) {
            return address;
        }
        for (int i = 0; i < 10; i++) {
            if (bytes[i] != 0) {
                return address;
            }
        }
        return ipv4(bytes, LAST, 0);
    }

    private static InetAddress ipv4(byte[] bytes, int offset, int mask) {
        byte[] found = new byte[IPV4_SIZE];
        for (int i = 0; i < IPV4_SIZE; i++) {
            found[i] = (byte) (bytes[offset + i] ^ mask);
        }
        try {
            return InetAddress.getByAddress(found);
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }
}

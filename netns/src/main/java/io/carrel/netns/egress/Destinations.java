package io.carrel.netns.egress;

import com.google.common.collect.ImmutableList;
import io.carrel.netns.Subnet;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Which addresses a name may lead to: those of the Internet, and what is allowed besides. Immutable.
 *
 * @see <a href="https://www.iana.org/assignments/iana-ipv4-special-registry">IANA's special-purpose addresses</a>
 */
record Destinations(List<Subnet> allowed) {

    /** Where packets stay near, or go to many, or nowhere. 169.254.169.254 is where clouds tell secrets. */
    private static final List<Subnet> REFUSED = Stream.of(
                    "0.0.0.0/8",
                    "10.0.0.0/8",
                    "100.64.0.0/10",
                    "127.0.0.0/8",
                    "169.254.0.0/16",
                    "172.16.0.0/12",
                    "192.0.0.0/24",
                    "192.168.0.0/16",
                    "198.18.0.0/15",
                    "224.0.0.0/4",
                    "240.0.0.0/4",
                    "::/128",
                    "::1/128",
                    "fc00::/7",
                    "fe80::/10",
                    "fec0::/10",
                    "ff00::/8")
            .map(Subnet::parse)
            .collect(ImmutableList.toImmutableList());

    /** IPv6 addresses that stand for an IPv4 address, and at which byte that begins. */
    private static final List<Embedding> EMBEDDINGS = List.of(
            new Embedding(Subnet.parse("::/96"), 12),
            new Embedding(Subnet.parse("::ffff:0:0:0/96"), 12),
            new Embedding(Subnet.parse("64:ff9b::/96"), 12),
            new Embedding(Subnet.parse("64:ff9b:1::/48"), 12),
            new Embedding(Subnet.parse("2002::/16"), 2));

    private record Embedding(Subnet subnet, int offset) {}

    /** Whether a connection may go there. */
    boolean permit(InetAddress address) {
        if (allowed.stream().anyMatch(subnet -> subnet.contains(address))) {
            return true;
        }
        return REFUSED.stream().noneMatch(subnet -> subnet.contains(address))
                && (address instanceof Inet4Address || embedded(address).allMatch(this::permit));
    }

    private static Stream<InetAddress> embedded(InetAddress address) {
        return EMBEDDINGS.stream()
                .filter(embedding -> embedding.subnet().contains(address))
                .map(embedding -> ipv4(address.getAddress(), embedding.offset()));
    }

    private static InetAddress ipv4(byte[] bytes, int offset) {
        try {
            return InetAddress.getByAddress(Arrays.copyOfRange(bytes, offset, offset + 4));
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }
}

package io.carrel.netns.egress;

import com.google.common.collect.ImmutableList;
import com.google.common.net.InetAddresses;
import io.carrel.netns.Subnet;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Which addresses a name may lead to: those of the Internet that are not the host's own, and what is allowed besides.
 * As thread-safe as what knows the host.
 *
 * @param allowed what is allowed besides; an address of the host's only where it is named alone
 * @param isHosts whether an address is the host's own at this moment
 * @see <a href="https://www.iana.org/assignments/iana-ipv4-special-registry">IANA's special-purpose addresses</a>
 */
record Destinations(List<Subnet> allowed, Predicate<InetAddress> isHosts) {

    /**
     * Where packets stay near, or go to many, or nowhere. 169.254.169.254 is where clouds tell secrets, and
     * 168.63.129.16 where one of them does so among addresses of the Internet. What 64:ff9b:1::/48 stands for is each
     * network's own choice.
     */
    private static final List<Subnet> REFUSED = Stream.of(
                    "0.0.0.0/8",
                    "10.0.0.0/8",
                    "100.64.0.0/10",
                    "127.0.0.0/8",
                    "168.63.129.16/32",
                    "169.254.0.0/16",
                    "172.16.0.0/12",
                    "192.0.0.0/24",
                    "192.168.0.0/16",
                    "198.18.0.0/15",
                    "224.0.0.0/4",
                    "240.0.0.0/4",
                    "::/128",
                    "::1/128",
                    "64:ff9b:1::/48",
                    "fc00::/7",
                    "fe80::/10",
                    "fec0::/10",
                    "ff00::/8")
            .map(Subnet::parse)
            .collect(ImmutableList.toImmutableList());

    /** Nobody but the host has these, so who allows them means the host. */
    private static final List<Subnet> LOOPBACK = List.of(Subnet.parse("127.0.0.0/8"), Subnet.parse("::1/128"));

    /** Why a connection may not go somewhere. */
    enum Refusal {
        /** It is not an address of the Internet, or stands for one that is not. */
        NOT_OF_THE_INTERNET("not of the Internet"),
        /** It is the host's own, or stands for one that is. */
        OF_THE_HOST("the host's own");

        private final String text;

        Refusal(String text) {
            this.text = text;
        }

        /** Says it of those that are refused for it. */
        String of(List<InetAddress> addresses) {
            return "its addresses are " + text + ": "
                    + String.join(
                            ", ",
                            addresses.stream().map(InetAddresses::toAddrString).toList());
        }
    }

    /** Returns whether a connection may go there. */
    boolean permit(InetAddress address) {
        return refusal(address).isEmpty();
    }

    /** Returns why a connection may not go there; empty if it may. */
    Optional<Refusal> refusal(InetAddress address) {
        InetAddress plain = EmbeddedAddresses.plain(address);
        if (!isAllowed(plain) && !isOfTheInternet(plain)) {
            return Optional.of(Refusal.NOT_OF_THE_INTERNET);
        }
        return leadsToTheHost(plain) ? Optional.of(Refusal.OF_THE_HOST) : Optional.empty();
    }

    private boolean isAllowed(InetAddress address) {
        return allowed.stream().anyMatch(subnet -> subnet.contains(address));
    }

    private boolean isOfTheInternet(InetAddress address) {
        return REFUSED.stream().noneMatch(subnet -> subnet.contains(address))
                && (address instanceof Inet4Address
                        || EmbeddedAddresses.of(address).allMatch(ipv4 -> isAllowed(ipv4) || isOfTheInternet(ipv4)));
    }

    private boolean leadsToTheHost(InetAddress address) {
        return !isNamedAlone(address)
                && (isHosts.test(address) || EmbeddedAddresses.of(address).anyMatch(this::leadsToTheHost));
    }

    private boolean isNamedAlone(InetAddress address) {
        return allowed.stream()
                .filter(subnet -> subnet.contains(address))
                .anyMatch(subnet -> subnet.prefix() == Byte.SIZE * address.getAddress().length
                        || LOOPBACK.stream().anyMatch(loopback -> isWithin(subnet, loopback)));
    }

    private static boolean isWithin(Subnet inner, Subnet outer) {
        return inner.prefix() >= outer.prefix() && outer.contains(inner.address());
    }
}

package io.carrel.netns.bridge;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.net.InetAddresses;
import io.carrel.netns.Subnet;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A network that containers share: a bridge with a name. Immutable.
 *
 * @param name 1 to 63 letters, digits, dots, dashes and underscores, beginning with a letter or digit
 * @param link the bridge's name among the links; empty before it is known
 * @param subnets at most one of IPv4 and one of IPv6; none to have them chosen
 * @param gateways the host's address in each subnet; none for the first address of each
 * @param mtu the largest packet in bytes, 68 to 65535, and at least 1280 with IPv6; 0 for the kernel's default
 * @param isInternal whether nothing leaves the network, and nothing comes in
 * @param isIsolated whether its containers reach the host and beyond, but not each other
 */
public record BridgeNetwork(
        String name,
        String link,
        List<Subnet> subnets,
        List<InetAddress> gateways,
        long mtu,
        boolean isInternal,
        boolean isIsolated) {

    /**
     * The address at which containers of each network with IPv4 find a name server. It knows the names of the others on
     * the network, and asks the host's name servers for the rest unless the network is internal.
     */
    public static final InetAddress NAME_SERVER = InetAddresses.forString("169.254.53.53");

    /** The address of the name server on networks with IPv6 only. */
    public static final InetAddress NAME_SERVER_IPV6 = InetAddresses.forString("fd53:5353:5353::53");

    private static final String NAME = "[a-zA-Z0-9][a-zA-Z0-9_.-]{0,62}";
    private static final Splitter COMMAS = Splitter.on(',').omitEmptyStrings();
    private static final long MOST_MTU = 65_535;
    private static final long LEAST_MTU = 68;

    /**
     * Checks what can be checked without a host.
     *
     * @throws IllegalArgumentException if a value is out of its range, a gateway is in no subnet, or there are two
     *     subnets of one family
     */
    public BridgeNetwork {
        checkName(name);
        requireNonNull(link, "link");
        subnets = ImmutableList.copyOf(subnets);
        gateways = ImmutableList.copyOf(gateways);
        checkArgument(
                subnets.stream().filter(Subnet::isIpv6).count() <= 1
                        && subnets.stream().filter(subnet -> !subnet.isIpv6()).count() <= 1,
                "a network has at most one subnet of IPv4 and one of IPv6, not %s",
                subnets);
        for (Subnet subnet : subnets) {
            checkArgument(
                    Subnet.bits(subnet.address()) - subnet.prefix() >= 2,
                    "%s has no room for a gateway and a container",
                    subnet);
        }
        for (InetAddress gateway : gateways) {
            checkArgument(
                    subnets.stream().anyMatch(subnet -> subnet.contains(gateway)),
                    "the gateway %s is in none of the subnets %s",
                    InetAddresses.toAddrString(gateway),
                    subnets);
        }
        checkArgument(mtu == 0 || (mtu >= LEAST_MTU && mtu <= MOST_MTU), "an MTU is 68 to 65535 bytes, not %s", mtu);
        checkArgument(
                mtu == 0 || mtu >= 1280 || subnets.stream().noneMatch(Subnet::isIpv6),
                "IPv6 needs an MTU of 1280 at least, not %s",
                mtu);
    }

    static void checkName(String name) {
        checkArgument(
                name.matches(NAME),
                "no name for a network: \"%s\": it has 1 to 63 letters, digits, dots, dashes and underscores, and begins"
                        + " with a letter or digit",
                name);
    }

    /**
     * Creates a network whose subnets are chosen when it is made.
     *
     * @throws IllegalArgumentException if no network can have the name
     */
    public static BridgeNetwork of(String name) {
        return new BridgeNetwork(name, "", List.of(), List.of(), 0, false, false);
    }

    /**
     * Returns a copy with one more subnet.
     *
     * @throws IllegalArgumentException if it has one of this family, or the subnet has no room for a gateway and a
     *     container
     */
    public BridgeNetwork withSubnet(Subnet subnet) {
        List<Subnet> all =
                ImmutableList.<Subnet>builder().addAll(subnets).add(subnet).build();
        return new BridgeNetwork(name, link, all, gateways, mtu, isInternal, isIsolated);
    }

    /**
     * Returns a copy in which the host has this address, in a subnet given before.
     *
     * @throws IllegalArgumentException if the address is in no subnet
     */
    public BridgeNetwork withGateway(InetAddress gateway) {
        List<InetAddress> all = ImmutableList.<InetAddress>builder()
                .addAll(gateways)
                .add(gateway)
                .build();
        return new BridgeNetwork(name, link, subnets, all, mtu, isInternal, isIsolated);
    }

    /**
     * Returns a copy with another size of the largest packet.
     *
     * @param bytes 68 to 65535, and at least 1280 with IPv6; 0 for the kernel's default
     * @throws IllegalArgumentException if it is out of this range
     */
    public BridgeNetwork withMtu(long bytes) {
        return new BridgeNetwork(name, link, subnets, gateways, bytes, isInternal, isIsolated);
    }

    /** Returns a copy that nothing leaves or enters. */
    public BridgeNetwork internal() {
        return new BridgeNetwork(name, link, subnets, gateways, mtu, true, isIsolated);
    }

    /** Returns a copy whose containers do not reach each other. */
    public BridgeNetwork isolated() {
        return new BridgeNetwork(name, link, subnets, gateways, mtu, isInternal, true);
    }

    BridgeNetwork with(String bridge, List<Subnet> chosen) {
        return new BridgeNetwork(name, bridge, chosen, gateways, mtu, isInternal, isIsolated);
    }

    /** Returns the subnet of one family, if the network has one. */
    public Optional<Subnet> subnet(boolean ipv6) {
        return subnets.stream().filter(subnet -> subnet.isIpv6() == ipv6).findFirst();
    }

    /** Returns the host's address in a subnet of this network. */
    public InetAddress gateway(Subnet subnet) {
        return gateways.stream().filter(subnet::contains).findFirst().orElseGet(() -> subnet.address(1));
    }

    /** Where its containers find a name server. */
    InetAddress nameServer() {
        return subnet(false).isPresent() ? NAME_SERVER : NAME_SERVER_IPV6;
    }

    /** That address alone, as a destination. */
    Subnet nameServerOnly() {
        return Subnet.of(nameServer(), Subnet.bits(nameServer()));
    }

    Map<String, String> toValues() {
        return ImmutableMap.<String, String>builder()
                .put("link", link)
                .put("subnets", joined(subnets.stream().map(Subnet::toString).toList()))
                .put(
                        "gateways",
                        joined(gateways.stream()
                                .map(InetAddresses::toAddrString)
                                .toList()))
                .put("mtu", Long.toString(mtu))
                .put("internal", Boolean.toString(isInternal))
                .put("isolated", Boolean.toString(isIsolated))
                .build();
    }

    static BridgeNetwork parse(String name, Map<String, String> values) {
        return new BridgeNetwork(
                name,
                values.getOrDefault("link", ""),
                COMMAS.splitToStream(values.getOrDefault("subnets", ""))
                        .map(Subnet::parse)
                        .toList(),
                COMMAS.splitToStream(values.getOrDefault("gateways", ""))
                        .map(InetAddresses::forString)
                        .toList(),
                Long.parseLong(values.getOrDefault("mtu", "0")),
                Boolean.parseBoolean(values.getOrDefault("internal", "false")),
                Boolean.parseBoolean(values.getOrDefault("isolated", "false")));
    }

    private static String joined(List<String> parts) {
        return parts.stream().collect(Collectors.joining(","));
    }
}

package io.carrel.netns.bridge;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableList;
import com.google.common.net.InetAddresses;
import io.carrel.linux.uapi.RtNetlink;
import io.carrel.netns.NetworkNamespace;
import io.carrel.netns.Subnet;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The range from which networks get their subnets that do not name any. Those of IPv6 are random, by RFC 4193.
 * Immutable.
 *
 * @param ipv4 the range that is divided among networks
 * @param prefix how many bits the addresses of one network share, at most 30
 */
public record SubnetPool(Subnet ipv4, int prefix) {

    /** The default: {@code 10.201.0.0/16}, for 256 networks of 253 containers. */
    public static final SubnetPool STANDARD = new SubnetPool(Subnet.parse("10.201.0.0/16"), 24);

    private static final int IPV6_PREFIX = 64;
    private static final int UNIQUE_LOCAL = 0xfd;

    /**
     * Checks the sizes.
     *
     * @throws IllegalArgumentException if the range is not of IPv4, or the prefix does not fit it
     */
    public SubnetPool {
        checkArgument(!ipv4.isIpv6(), "the pool is of IPv4: those of IPv6 are random");
        checkArgument(
                prefix >= ipv4.prefix() && prefix <= 30,
                "subnets of %s have a prefix of up to 30, not %s",
                ipv4,
                prefix);
    }

    /** The network with subnets that are free on the host. */
    BridgeNetwork choose(BridgeNetwork network, List<BridgeNetwork> others, NetworkNamespace host) {
        List<Taken> taken = taken(others, host);
        network.subnets().forEach(subnet -> check(network, subnet, taken));
        if (!network.subnets().isEmpty()) {
            return network;
        }
        ImmutableList.Builder<Subnet> chosen = ImmutableList.builder();
        chosen.add(free(taken));
        if (host.call(HostSettings::hasIpv6) && (network.mtu() == 0 || network.mtu() >= 1280)) {
            chosen.add(random());
        }
        return network.with(network.link(), chosen.build());
    }

    private record Taken(Subnet subnet, String by) {}

    private static List<Taken> taken(List<BridgeNetwork> others, NetworkNamespace host) {
        List<Taken> taken = new ArrayList<>();
        others.forEach(other ->
                other.subnets().forEach(subnet -> taken.add(new Taken(subnet, "the network " + other.name()))));
        host.routes().list().stream()
                .filter(route ->
                        route.destination().prefix() > 0 && route.kind().type() == RtNetlink.RTN_UNICAST.value())
                .forEach(route -> taken.add(new Taken(route.destination(), "a route of the host's")));
        return taken;
    }

    private static void check(BridgeNetwork network, Subnet subnet, List<Taken> taken) {
        Optional<Taken> other =
                taken.stream().filter(one -> one.subnet().overlaps(subnet)).findFirst();
        checkArgument(
                other.isEmpty(),
                "the subnet %s of the network %s overlaps with %s, %s",
                subnet,
                network.name(),
                other.map(Taken::subnet).orElse(null),
                other.map(Taken::by).orElse(""));
    }

    private Subnet free(List<Taken> taken) {
        Subnet candidate = Subnet.of(ipv4.address(), prefix);
        while (ipv4.contains(candidate.address())) {
            Subnet tried = candidate;
            if (taken.stream().noneMatch(one -> one.subnet().overlaps(tried))) {
                return tried;
            }
            candidate = candidate.next();
        }
        throw new IllegalStateException(
                "No subnet of %s is free. Remove networks that nobody uses (Networks.prune), or give a subnet."
                        .formatted(ipv4));
    }

    /** Such as nobody else has, by RFC 4193. */
    private static Subnet random() {
        byte[] bytes = new byte[16];
        new SecureRandom().nextBytes(bytes);
        bytes[0] = (byte) UNIQUE_LOCAL;
        return Subnet.of(InetAddresses.fromIPv6BigInteger(new BigInteger(1, bytes)), IPV6_PREFIX);
    }
}

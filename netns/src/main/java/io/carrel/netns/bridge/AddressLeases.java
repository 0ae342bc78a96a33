package io.carrel.netns.bridge;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableMap;
import com.google.common.net.InetAddresses;
import io.carrel.netns.MacAddress;
import io.carrel.netns.Subnet;
import io.carrel.netns.state.Directories;
import io.carrel.netns.state.StateFile;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The addresses of one network, given out to containers of all JVMs: a file for each that has one, made only if it is
 * not there. All addresses of a container lie equally far behind the first of their subnet, so that one file stands for
 * all. An address that is given back is given out again only when the others have been.
 */
final class AddressLeases {

    private static final BigInteger MOST = BigInteger.valueOf(1 << 20);

    private final BridgeNetwork network;
    private final Path directory;
    private final Path next;

    AddressLeases(BridgeNetwork network, Path networkDirectory) {
        this.network = network;
        directory = networkDirectory.resolve("members");
        next = networkDirectory.resolve("next");
    }

    Path directory() {
        return directory;
    }

    /** All that have addresses. */
    List<NetworkMember> list() {
        return Directories.list(directory).stream()
                .map(StateFile::read)
                .flatMap(Optional::stream)
                .map(NetworkMember::parse)
                .toList();
    }

    /**
     * Takes addresses.
     *
     * @param locked so that the network stays there
     * @param member makes the rest of what is noted, from the place of the addresses and themselves
     * @throws IllegalArgumentException if wanted ones are somebody's already, or cannot be anybody's
     * @throws IllegalStateException if there is no free one
     */
    AddressLease take(LockedNetworks locked, Endpoint endpoint, Function<Place, NetworkMember> member) {
        if (!endpoint.addresses().isEmpty()) {
            return takeWanted(endpoint.addresses(), member);
        }
        long first = 1;
        long size = size();
        long start = StateFile.read(next)
                .map(file -> Long.parseLong(file.value("next")))
                .orElse(first);
        for (long i = 0; i < size - 1; i++) {
            long offset = first + Math.floorMod(start - first + i, size - 1);
            if (isUsable(offset)) {
                Optional<AddressLease> taken = tryTake(offset, addresses(offset), member);
                if (taken.isPresent()) {
                    new StateFile(next, ImmutableMap.of("next", Long.toString(offset + 1))).write();
                    return taken.get();
                }
            }
        }
        throw new IllegalStateException(
                "The network %s has no free address in %s. Remove containers, or make a network with a larger subnet."
                        .formatted(network.name(), network.subnets()));
    }

    /** Where a container is in the subnets of its network. */
    record Place(long offset, List<InetAddress> addresses) {}

    private AddressLease takeWanted(List<InetAddress> wanted, Function<Place, NetworkMember> member) {
        Set<Long> offsets = new HashSet<>();
        for (InetAddress address : wanted) {
            offsets.add(offset(address));
        }
        checkArgument(
                offsets.size() == 1,
                "static addresses of both families must be equally far behind the first of their subnets: %s",
                wanted.stream().map(InetAddresses::toAddrString).collect(Collectors.joining(" and ")));
        long offset = offsets.iterator().next();
        checkArgument(
                isUsable(offset),
                "%s is the address of the network %s itself, of its gateway or of all",
                wanted.stream().map(InetAddresses::toAddrString).collect(Collectors.joining(" and ")),
                network.name());
        return tryTake(offset, addresses(offset), member)
                .orElseThrow(() -> new IllegalArgumentException("the address %s of the network %s is in use"
                        .formatted(InetAddresses.toAddrString(wanted.get(0)), network.name())));
    }

    private long offset(InetAddress address) {
        Subnet subnet = network.subnets().stream()
                .filter(candidate -> candidate.contains(address))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("%s is in none of the subnets %s of the network %s"
                        .formatted(InetAddresses.toAddrString(address), network.subnets(), network.name())));
        BigInteger offset = new BigInteger(1, address.getAddress())
                .subtract(new BigInteger(1, subnet.address().getAddress()));
        checkArgument(
                offset.compareTo(BigInteger.valueOf(size())) < 0,
                "%s is too far behind the beginning of %s",
                InetAddresses.toAddrString(address),
                subnet);
        return offset.longValue();
    }

    /** How many addresses all subnets have. */
    private long size() {
        return network.subnets().stream()
                .map(Subnet::size)
                .reduce(MOST, BigInteger::min)
                .longValue();
    }

    /** Neither the first nor a gateway's, and not the last of IPv4, which goes to all. */
    private boolean isUsable(long offset) {
        return offset > 0
                && network.subnets().stream().allMatch(subnet -> {
                    InetAddress address = subnet.address(offset);
                    return !address.equals(network.gateway(subnet))
                            && (subnet.isIpv6() || !address.equals(subnet.last()));
                });
    }

    private List<InetAddress> addresses(long offset) {
        return network.subnets().stream().map(subnet -> subnet.address(offset)).toList();
    }

    private Optional<AddressLease> tryTake(
            long offset, List<InetAddress> addresses, Function<Place, NetworkMember> member) {
        NetworkMember made = member.apply(new Place(offset, addresses));
        Path file = directory.resolve("%08d".formatted(offset));
        return new StateFile(file, made.toValues()).create()
                ? Optional.of(new AddressLease(file, made))
                : Optional.empty();
    }

    /** Those for which something holds. */
    List<AddressLease> taken(Predicate<NetworkMember> which) {
        List<AddressLease> taken = new ArrayList<>();
        for (Path file : Directories.list(directory)) {
            StateFile.read(file)
                    .map(NetworkMember::parse)
                    .filter(which)
                    .ifPresent(member -> taken.add(new AddressLease(file, member)));
        }
        return taken;
    }

    /** A link address that follows from the first address, as others expect the same for the same. */
    static MacAddress mac(InetAddress address) {
        long seed = new BigInteger(address.getAddress()).longValue();
        return MacAddress.random(new Random(seed));
    }
}

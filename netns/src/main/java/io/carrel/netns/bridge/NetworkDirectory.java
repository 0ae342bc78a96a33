package io.carrel.netns.bridge;

import com.google.common.hash.Hashing;
import io.carrel.netns.Links;
import io.carrel.netns.Protocol;
import io.carrel.netns.relay.PortHolder;
import io.carrel.netns.state.Directories;
import io.carrel.netns.state.StateFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The directory in which the networks of several JVMs are noted: for each network its definition and the leases of its
 * addresses. Reading takes no lock, as files appear and change at once. Immutable.
 *
 * @param path where it is, absolute
 */
record NetworkDirectory(Path path) {

    private static final int LONGEST_READABLE = 12;

    /** Makes the directory, unless it is there, for its owner only. */
    static NetworkDirectory make(Path state) {
        return new NetworkDirectory(Directories.make(state.toAbsolutePath().normalize()));
    }

    /** Returns the file whose lock keeps others from changing anything. */
    Path lock() {
        return path.resolve("lock");
    }

    /** Makes the directory of the JVMs that use it, unless it is there. */
    Path owners() {
        return Directories.make(path.resolve("owners"));
    }

    /** Returns the directory that has one for each network. */
    Path networks() {
        return path.resolve("networks");
    }

    /**
     * Returns the directory of a network, whether it is there or not.
     *
     * @throws IllegalArgumentException if no network can have the name
     */
    Path place(String name) {
        BridgeNetwork.checkName(name);
        return networks().resolve(name);
    }

    /** Returns the file with what a network is. */
    Path definition(String name) {
        return place(name).resolve("network");
    }

    /** Returns all networks, by name. */
    List<BridgeNetwork> list() {
        return Directories.list(networks()).stream()
                .map(place -> place.getFileName().toString())
                .map(this::find)
                .flatMap(Optional::stream)
                .toList();
    }

    /** Returns the network of this name, if there is one. */
    Optional<BridgeNetwork> find(String name) {
        return StateFile.read(definition(name)).map(file -> BridgeNetwork.parse(name, file.values()));
    }

    /** Returns a name for the bridge of a new network: readable where it fits and no link has it. */
    String linkName(String name, Links links) {
        String readable = "cr-" + name;
        if (name.length() <= LONGEST_READABLE && links.find(readable).isEmpty()) {
            return readable;
        }
        String hash = Hashing.sha256()
                .hashString(path + "\n" + name, StandardCharsets.UTF_8)
                .toString();
        return "cr-" + hash.substring(0, LONGEST_READABLE);
    }

    /** Returns the leases of a network's addresses. */
    AddressLeases leases(BridgeNetwork network) {
        return new AddressLeases(network, place(network.name()));
    }

    /** Says who has a port that is in use: what the kernel leads to a container shows nowhere but here. */
    String portHolder(int port, Protocol protocol) {
        for (BridgeNetwork network : list()) {
            for (NetworkMember member : leases(network).list()) {
                if (Ports.parse(member).stream()
                        .anyMatch(forward -> forward.port() == port && Ports.protocol(forward) == protocol)) {
                    return " by the container with %s on the network %s"
                            .formatted(member.addressText(), network.name());
                }
            }
        }
        return PortHolder.BY_PROCESS.describe(port, protocol);
    }
}

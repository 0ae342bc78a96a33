package io.carrel.internal;

import com.google.common.collect.ImmutableList;
import io.carrel.Network;
import io.carrel.netns.PortMapping;
import io.carrel.netns.relay.Publication;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the host does for a container's network of its own. Immutable.
 *
 * @param ports ports of the host's that lead into it
 * @param bridge the networks that it shares with others, null for none
 */
public record NetworkParts(List<PortMapping> ports, Network.@Nullable Bridge bridge) {

    /** Nothing: a network with {@code lo}, or somebody else's. */
    public static final NetworkParts NONE = new NetworkParts(List.of(), null);

    /** Copies the list, and checks the ports against one another. */
    public NetworkParts {
        ports = ImmutableList.copyOf(ports);
        Publication.check(ports);
    }

    /** The same with one more port. */
    public NetworkParts with(PortMapping port) {
        return new NetworkParts(
                ImmutableList.<PortMapping>builder().addAll(ports).add(port).build(), bridge);
    }

    /** The same on these networks. */
    public NetworkParts with(Network.Bridge shared) {
        return new NetworkParts(ports, shared);
    }

    /** Whether the host has something to do before the command may run. */
    public boolean needsHost() {
        return !ports.isEmpty() || bridge != null;
    }

    private List<Network.Membership> memberships() {
        return bridge == null ? List.of() : bridge.memberships();
    }

    /** What the host does, for people. */
    List<String> describe() {
        String way = bridge == null ? "relay" : "have the kernel send";
        return Stream.concat(
                        memberships().stream()
                                .map(one -> "connect it as %s to the bridge of the network %s, with addresses and routes"
                                        .formatted(one.endpoint().link(), one.network())),
                        ports.stream()
                                .map(port -> "%s to port %s/%s what comes to %s of the host"
                                        .formatted(way, port.containerPorts(), port.protocol(), host(port))))
                .toList();
    }

    private static String host(PortMapping port) {
        String address = port.hostAddress().map(given -> given.getHostAddress() + " ").orElse("");
        return address + port.hostPorts().map(range -> "port " + range).orElse("a free port");
    }
}

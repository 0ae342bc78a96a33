package io.carrel.internal;

import com.google.common.collect.ImmutableList;
import io.carrel.netns.PortMapping;
import io.carrel.netns.relay.Publication;
import java.util.List;

/**
 * What the host does for a container's network of its own. Immutable.
 *
 * @param ports ports of the host's that lead into it
 */
public record NetworkParts(List<PortMapping> ports) {

    /** Nothing: a network with {@code lo}, or somebody else's. */
    public static final NetworkParts NONE = new NetworkParts(List.of());

    /** Copies the list, and checks the ports against one another. */
    public NetworkParts {
        ports = ImmutableList.copyOf(ports);
        Publication.check(ports);
    }

    /** The same with one more port. */
    public NetworkParts with(PortMapping port) {
        return new NetworkParts(
                ImmutableList.<PortMapping>builder().addAll(ports).add(port).build());
    }

    /** Whether the host has something to do before the command may run. */
    public boolean needsHost() {
        return !ports.isEmpty();
    }

    /** What the host does, for people. */
    List<String> describe() {
        return ports.stream()
                .map(port -> "relay to port %s/%s what comes to %s of the host"
                        .formatted(port.containerPorts(), port.protocol(), host(port)))
                .toList();
    }

    private static String host(PortMapping port) {
        String address =
                port.hostAddress().map(given -> given.getHostAddress() + " ").orElse("");
        return address + port.hostPorts().map(range -> "port " + range).orElse("a free port");
    }
}

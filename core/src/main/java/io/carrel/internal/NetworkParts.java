package io.carrel.internal;

import com.google.common.collect.ImmutableList;
import io.carrel.Network;
import io.carrel.netns.Egress;
import io.carrel.netns.PortMapping;
import io.carrel.netns.egress.EgressProxy;
import io.carrel.netns.relay.Publication;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the host does for a container's network of its own. Immutable.
 *
 * @param ports ports of the host's that lead into it
 * @param egress what can be reached from it through the host; null for nothing
 * @param bridge the networks that it shares with others, null for none
 * @param userMode what connects it to the host's by its side, null for nothing
 */
public record NetworkParts(
        List<PortMapping> ports,
        @Nullable Egress egress,
        Network.@Nullable Bridge bridge,
        @Nullable UserModeParts userMode) {

    /** Nothing: a network with {@code lo}, or somebody else's. */
    public static final NetworkParts NONE = new NetworkParts(List.of(), null, null, null);

    /** Copies the list, and checks the ports against one another. */
    public NetworkParts {
        ports = ImmutableList.copyOf(ports);
        Publication.check(ports);
    }

    /** The same with one more port. */
    public NetworkParts with(PortMapping port) {
        return new NetworkParts(
                ImmutableList.<PortMapping>builder().addAll(ports).add(port).build(), egress, bridge, userMode);
    }

    /** The same with a way out. */
    public NetworkParts with(Egress allowed) {
        return new NetworkParts(ports, allowed, null, null);
    }

    /** The same variables, and those that tell programs of the proxy, unless they are set. */
    public Map<String, String> withProxies(Map<String, String> environment) {
        if (egress == null) {
            return environment;
        }
        String address = "127.0.0.1:" + EgressProxy.PROXY_PORT;
        Map<String, String> all = new LinkedHashMap<>(environment);
        // Programs differ in which of the two ways to write them they know.
        for (String name : List.of("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY")) {
            all.putIfAbsent(name, "http://" + address);
        }
        for (String name : List.of("all_proxy", "ALL_PROXY")) {
            all.putIfAbsent(name, "socks5h://" + address);
        }
        for (String name : List.of("no_proxy", "NO_PROXY")) {
            all.putIfAbsent(name, "localhost,127.0.0.0/8,::1");
        }
        return all;
    }

    /** The same on these networks. */
    public NetworkParts with(Network.Bridge shared) {
        return new NetworkParts(ports, null, shared, null);
    }

    /** The same with a program by its side. */
    public NetworkParts with(UserModeParts program) {
        return new NetworkParts(ports, null, null, program);
    }

    /** Whether the host has something to do before the command may run. */
    public boolean needsHost() {
        return !ports.isEmpty() || egress != null || bridge != null || userMode != null;
    }

    /** Who needs a network of the container's own, for messages. */
    public String need() {
        if (!ports.isEmpty()) {
            return "published ports need";
        }
        if (userMode != null) {
            return "a network in user mode needs";
        }
        return egress == null ? "a bridge needs" : "an egress needs";
    }

    private List<Network.Membership> memberships() {
        return bridge == null ? List.of() : bridge.memberships();
    }

    /** What the host does, for people. */
    List<String> describe() {
        String way = bridge == null ? "relay" : "have the kernel send";
        Stream<String> names =
                egress == null ? Stream.of() : Stream.of("answer for names, and relay to them: " + egress.rules());
        Stream<String> program = userMode == null ? Stream.of() : userMode.describe();
        return Stream.of(
                        names,
                        program,
                        memberships().stream()
                                .map(one ->
                                        "connect it as %s to the bridge of the network %s, with addresses and routes"
                                                .formatted(one.endpoint().link(), one.network())),
                        ports.stream()
                                .map(port -> "%s to port %s/%s what comes to %s of the host"
                                        .formatted(way, port.containerPorts(), port.protocol(), host(port))))
                .flatMap(steps -> steps)
                .toList();
    }

    private static String host(PortMapping port) {
        String address =
                port.hostAddress().map(given -> given.getHostAddress() + " ").orElse("");
        return address + port.hostPorts().map(range -> "port " + range).orElse("a free port");
    }
}

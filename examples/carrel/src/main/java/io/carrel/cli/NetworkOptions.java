package io.carrel.cli;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.net.InetAddresses;
import io.carrel.ContainerBuilder;
import io.carrel.Network;
import io.carrel.netns.PortMapping;
import java.net.InetAddress;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What {@code --network}, {@code --ip} and {@code --network-alias} say together. */
final class NetworkOptions {

    private NetworkOptions() {}

    /** What the files of the container say about names. */
    static void names(ContainerBuilder builder, List<String> dns, List<String> hosts) {
        dns.forEach(server -> builder.dns(address(server)));
        for (String host : hosts) {
            int colon = host.indexOf(':');
            checkArgument(colon > 0, "not a name, a colon and an address: \"%s\"", host);
            builder.addHost(host.substring(0, colon), address(host.substring(colon + 1)));
        }
    }

    static InetAddress address(String text) {
        checkArgument(InetAddresses.isInetAddress(text), "no address: \"%s\"", text);
        return InetAddresses.forString(text);
    }

    /** A free port for each that an image says it has, unless it is published anyway. */
    static List<PortMapping> exposed(String image, List<PortMapping> published) {
        return Images.store().image(image).config().exposedPorts().stream()
                .flatMap(port -> PortMapping.parse(port).single().stream())
                .filter(port -> published.stream()
                        .flatMap(other -> other.single().stream())
                        .noneMatch(other -> other.containerPorts().equals(port.containerPorts())
                                && other.protocol() == port.protocol()))
                .toList();
    }

    static Network joined(List<Network> networks, @Nullable String ip, List<String> aliases, @Nullable String name) {
        Network first = networks.get(0);
        if (!(first instanceof Network.Bridge bridge)) {
            checkArgument(networks.size() == 1, "none and host are not to be had together with another network");
            checkArgument(
                    ip == null && aliases.isEmpty(), "--ip and --network-alias need a network of \"carrel network\"");
            return first;
        }
        Network.Bridge all = bridge;
        if (ip != null) {
            all = all.withAddress(address(ip));
        }
        all = all.withNames(names(name, aliases));
        for (Network further : networks.subList(1, networks.size())) {
            checkArgument(
                    further instanceof Network.Bridge, "none and host are not to be had together with another network");
            all = all.and(((Network.Bridge) further).memberships().get(0).network())
                    .withNames(names(name, List.of()));
        }
        return all;
    }

    private static String[] names(@Nullable String name, List<String> aliases) {
        return Stream.concat(Stream.ofNullable(name), aliases.stream())
                .distinct()
                .toArray(String[]::new);
    }
}

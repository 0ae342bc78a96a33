package io.carrel.cli;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.net.InetAddresses;
import io.carrel.ContainerBuilder;
import io.carrel.Network;
import java.net.InetAddress;
import java.util.List;
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

    private static InetAddress address(String text) {
        checkArgument(InetAddresses.isInetAddress(text), "no address: \"%s\"", text);
        return InetAddresses.forString(text);
    }

    static Network joined(List<Network> networks, @Nullable String ip, List<String> aliases) {
        Network first = networks.get(0);
        if (!(first instanceof Network.Bridge bridge)) {
            checkArgument(networks.size() == 1, "none, host and user are not to be had together with another network");
            checkArgument(
                    ip == null && aliases.isEmpty(), "--ip and --network-alias need a network of \"carrel network\"");
            return first;
        }
        Network.Bridge all = bridge;
        if (ip != null) {
            all = all.withAddress(address(ip));
        }
        if (!aliases.isEmpty()) {
            all = all.withNames(aliases.toArray(String[]::new));
        }
        for (Network further : networks.subList(1, networks.size())) {
            checkArgument(
                    further instanceof Network.Bridge,
                    "none, host and user are not to be had together with another network");
            all = all.and(((Network.Bridge) further).memberships().get(0).network());
        }
        return all;
    }
}

package io.carrel.internal.network;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.net.InetAddresses;
import io.carrel.netns.Egress;
import io.carrel.netns.PortMapping;
import io.carrel.netns.egress.EgressProxy;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Names of the outside, which this JVM relays. Immutable.
 *
 * @param egress which
 */
public record RelayedMode(Egress egress) implements NetworkMode {

    private static final InetAddress HERE = InetAddresses.forString("127.0.0.1");

    @Override
    public Optional<String> need() {
        return Optional.of("an egress needs");
    }

    @Override
    public HostNetwork onHost(List<PortMapping> ports, NetworkSockets sockets) {
        return new RelayedNetwork(ports, Optional.of(egress), Optional.empty(), sockets);
    }

    /** Those that tell programs of the proxy. */
    @Override
    public Map<String, String> variables() {
        String address = HERE.getHostAddress() + ":" + EgressProxy.PROXY_PORT;
        ImmutableMap.Builder<String, String> all = ImmutableMap.builder();
        // Programs differ in which of the two ways to write them they know.
        for (String name : List.of("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY")) {
            all.put(name, "http://" + address);
        }
        for (String name : List.of("all_proxy", "ALL_PROXY")) {
            all.put(name, "socks5h://" + address);
        }
        for (String name : List.of("no_proxy", "NO_PROXY")) {
            all.put(name, "localhost,127.0.0.0/8,::1");
        }
        return all.buildOrThrow();
    }

    /** No other can be reached. */
    @Override
    public List<InetAddress> nameServers(List<InetAddress> asked) {
        return ImmutableList.of(HERE);
    }
}

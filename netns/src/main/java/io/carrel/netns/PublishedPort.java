package io.carrel.netns;

import com.google.common.net.InetAddresses;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * A port of the host's that leads to a port of a running container. Immutable.
 *
 * @param host the host's address, unspecified for all, and port
 * @param containerPort the port of the container's
 * @param protocol what both belong to
 */
public record PublishedPort(InetSocketAddress host, int containerPort, Protocol protocol) {

    /** As {@code docker port} prints it: {@code 80/tcp -> 0.0.0.0:8080}. */
    @Override
    public String toString() {
        InetAddress address = host.getAddress();
        return "%d/%s -> %s:%d".formatted(containerPort, protocol, InetAddresses.toUriString(address), host.getPort());
    }
}

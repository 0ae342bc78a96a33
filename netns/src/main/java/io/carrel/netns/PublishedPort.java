package io.carrel.netns;

import com.google.common.net.InetAddresses;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * A port of the host that leads to a port of a running container. Immutable.
 *
 * @param host the host's address and port; the unspecified address stands for all
 * @param containerPort the port of the container
 * @param protocol the protocol of both
 */
public record PublishedPort(InetSocketAddress host, int containerPort, Protocol protocol) {

    /** Returns the text that {@code docker port} prints: {@code 80/tcp -> 0.0.0.0:8080}. */
    @Override
    public String toString() {
        InetAddress address = host.getAddress();
        return "%d/%s -> %s:%d".formatted(containerPort, protocol, InetAddresses.toUriString(address), host.getPort());
    }
}

package io.carrel.internal.network.detached;

import com.google.common.collect.ImmutableList;
import io.carrel.netns.Protocol;
import io.carrel.netns.PublishedPort;
import java.io.Serializable;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;

/**
 * What a helper has for a container. Immutable.
 *
 * @param addresses the container's addresses on networks that it shares
 * @param ports the host's ports that lead into it; none before it is connected
 */
record Taken(List<InetAddress> addresses, List<Port> ports) implements Serializable {

    /** Copies the lists, in a form that goes from one JVM to another. */
    Taken {
        addresses = List.copyOf(addresses);
        ports = List.copyOf(ports);
    }

    /** A published port. */
    record Port(InetSocketAddress host, int containerPort, Protocol protocol) implements Serializable {

        static Port of(PublishedPort port) {
            return new Port(port.host(), port.containerPort(), port.protocol());
        }

        PublishedPort published() {
            return new PublishedPort(host, containerPort, protocol);
        }
    }

    static Taken of(List<InetAddress> addresses, List<PublishedPort> ports) {
        return new Taken(addresses, ports.stream().map(Port::of).toList());
    }

    List<PublishedPort> published() {
        return ports.stream().map(Port::published).collect(ImmutableList.toImmutableList());
    }
}

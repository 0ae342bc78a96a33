package io.carrel.internal.network;

import com.google.common.collect.ImmutableList;
import io.carrel.internal.step.HostResources;
import io.carrel.internal.step.HostStep;
import io.carrel.linux.Descriptor;
import io.carrel.netns.PortMapping;
import io.carrel.netns.PublishedPort;
import java.net.InetAddress;
import java.util.List;

/** What the host does for a container's network. Immutable. */
public interface HostNetwork {

    /** Nothing. */
    HostNetwork NONE = new HostNetwork() {};

    /** All of it, in order. */
    default List<HostStep<?>> steps() {
        return ImmutableList.of();
    }

    /** What the launcher gets, to pass the network on by. */
    default List<Descriptor> passed(HostResources start) {
        return ImmutableList.of();
    }

    /** The host's ports that lead into the network, when it is connected. */
    default List<PublishedPort> ports(HostResources start) {
        return ImmutableList.of();
    }

    /** The container's addresses on networks that it shares. */
    default List<InetAddress> addresses(HostResources start) {
        return ImmutableList.of();
    }

    /** Where a port of the host's is, for people. */
    static String host(PortMapping port) {
        String address =
                port.hostAddress().map(given -> given.getHostAddress() + " ").orElse("");
        return address + port.hostPorts().map(range -> "port " + range).orElse("a free port");
    }

    /** Where it leads to, for people. */
    static String container(PortMapping port) {
        return "port %s/%s".formatted(port.containerPorts(), port.protocol());
    }
}

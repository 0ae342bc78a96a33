package io.carrel.netns.nft;

import io.carrel.linux.uapi.Constant;
import io.carrel.linux.uapi.Sockets;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A port of the host that leads to one of a container. Immutable.
 *
 * @param protocol {@code IPPROTO_TCP} or {@code IPPROTO_UDP}
 * @param address the host's address, null for all of them
 * @param port the host's port
 * @param target the container's address
 * @param targetPort the container's port
 */
public record Forward(Constant protocol, @Nullable InetAddress address, int port, InetAddress target, int targetPort) {

    /** Whether both are of the same port of the host's, and of the same family. */
    public boolean isSamePortAs(Forward other) {
        return protocol.equals(other.protocol)
                && port == other.port
                && isIpv4() == other.isIpv4()
                && where().equals(other.where());
    }

    boolean isIpv4() {
        return target instanceof Inet4Address;
    }

    Optional<InetAddress> where() {
        return Optional.ofNullable(address);
    }

    @Override
    public String toString() {
        String name = protocol.equals(Sockets.IPPROTO_TCP) ? "tcp" : "udp";
        String host = address == null ? "*" : address.getHostAddress();
        return "%s:%d/%s -> %s:%d".formatted(host, port, name, target.getHostAddress(), targetPort);
    }
}

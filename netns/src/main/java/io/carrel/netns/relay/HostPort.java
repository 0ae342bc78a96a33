package io.carrel.netns.relay;

import com.google.common.net.InetAddresses;
import io.carrel.linux.Descriptor;
import io.carrel.linux.Errno;
import io.carrel.linux.SyscallException;
import io.carrel.linux.binding.SocketCalls;
import io.carrel.linux.uapi.Constant;
import io.carrel.linux.uapi.SocketName;
import io.carrel.linux.uapi.Sockets;
import io.carrel.netns.PortMapping;
import io.carrel.netns.PortRange;
import io.carrel.netns.Protocol;
import io.carrel.netns.PublishedPort;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A port of the host's that this JVM has taken. Immutable, apart from the socket.
 *
 * @param socket the socket, which does not block, and waits for connections if it is one of TCP
 * @param port what was asked for
 */
public record HostPort(Descriptor socket, PublishedPort port) {

    private static final Errno EADDRINUSE = Errno.named("EADDRINUSE");
    private static final List<Errno> NO_SUCH_FAMILY =
            List.of(Errno.named("EAFNOSUPPORT"), Errno.named("EADDRNOTAVAIL"));
    /** IPv4 as well, unless that is taken. */
    private static final InetAddress ALL = InetAddresses.forString("::");

    private static final InetAddress ALL_IPV4 = InetAddresses.forString("0.0.0.0");

    /**
     * Takes a port.
     *
     * @param mapping with one port of the container's
     * @throws SyscallException if it is in use, or may not be used
     */
    static HostPort take(PortMapping mapping) {
        return choose(mapping, Listening.ALWAYS, PortHolder.BY_PROCESS);
    }

    private enum Listening {
        ALWAYS,
        IPV6;

        boolean at(InetAddress address) {
            return this == ALWAYS || address instanceof Inet6Address;
        }
    }

    private static HostPort choose(PortMapping mapping, Listening listens, PortHolder holder) {
        PortRange choice = mapping.hostPorts().orElse(null);
        int last = choice == null ? 0 : choice.last();
        int port = choice == null ? 0 : choice.first();
        while (true) {
            try {
                return take(mapping, port, listens);
            } catch (SyscallException e) {
                if (port == last || !e.errno().equals(EADDRINUSE)) {
                    throw explained(e, port, mapping, holder);
                }
                port++;
            }
        }
    }

    /**
     * Keeps others from using a port, where the kernel leads its packets elsewhere. It listens if it is one of IPv6,
     * for what the kernel cannot lead away.
     *
     * @param holder says who has a port that is in use
     */
    static HostPort reserve(PortMapping mapping, PortHolder holder) {
        return choose(mapping, Listening.IPV6, holder);
    }

    private static HostPort take(PortMapping mapping, int port, Listening listens) {
        Optional<InetAddress> address = mapping.hostAddress();
        if (address.isPresent()) {
            return take(mapping, address.get(), port, true, listens);
        }
        try {
            return take(mapping, ALL, port, false, listens);
        } catch (SyscallException e) {
            if (!NO_SUCH_FAMILY.contains(e.errno())) {
                throw e;
            }
            return take(mapping, ALL_IPV4, port, true, listens);
        }
    }

    private static HostPort take(PortMapping mapping, InetAddress address, int port, boolean only, Listening listens) {
        String doing = "Cannot publish %s as %s".formatted(mapping, shown(address, port, mapping.protocol()));
        boolean tcp = mapping.protocol() == Protocol.TCP && listens.at(address);
        SocketKind kind = SocketKind.of(mapping.protocol(), address);
        Descriptor socket =
                SocketCalls.socket(doing, kind.family(), kind.type().or(Sockets.SOCK_NONBLOCK), Constant.of(0));
        try {
            if (address instanceof Inet6Address) {
                SocketCalls.setOption(doing, socket, Sockets.IPPROTO_IPV6, Sockets.IPV6_V6ONLY, only ? 1 : 0);
            }
            if (tcp) {
                // So that connections which are just ending do not hold the port; one that listens does so all the
                // same.
                SocketCalls.setOption(doing, socket, Sockets.SOL_SOCKET, Sockets.SO_REUSEADDR, 1);
            }
            SocketCalls.bind(doing, socket, SocketName.internet(new InetSocketAddress(address, port)));
            if (tcp) {
                SocketCalls.listen(doing, socket, Acceptor.BACKLOG);
            }
            int taken = SocketName.toInternet(SocketCalls.localName(socket)).getPort();
            int inside = mapping.containerPorts().first();
            return new HostPort(
                    socket, new PublishedPort(new InetSocketAddress(address, taken), inside, mapping.protocol()));
        } catch (SyscallException e) {
            socket.close();
            throw e;
        }
    }

    private static String shown(InetAddress address, int port, Protocol protocol) {
        return "port %s of %s"
                .formatted(
                        port == 0 ? "any/" + protocol : port + "/" + protocol,
                        address.isAnyLocalAddress() ? "all addresses" : InetAddresses.toAddrString(address));
    }

    private static SyscallException explained(SyscallException e, int port, PortMapping mapping, PortHolder holder) {
        String explanation = explanation(e.errno(), port, mapping, holder);
        return explanation == null ? e : e.explained(explanation);
    }

    private static @Nullable String explanation(Errno errno, int port, PortMapping mapping, PortHolder holder) {
        if (errno.equals(EADDRINUSE)) {
            return "Port %d/%s is in use on this host%s. Take another, or none to get a free one: %s"
                    .formatted(port, mapping.protocol(), holder.describe(port, mapping.protocol()), free(mapping));
        }
        if (errno.equals(Errno.EACCES)) {
            return "An ordinary user may take ports from net.ipv4.ip_unprivileged_port_start on, 1024 by default.";
        }
        return errno.equals(Errno.named("EADDRNOTAVAIL")) ? "This host does not have that address." : null;
    }

    private static String free(PortMapping mapping) {
        PortMapping any = PortMapping.parse(mapping.containerPorts() + "/" + mapping.protocol());
        return mapping.hostAddress().map(any::on).orElse(any).toString();
    }
}

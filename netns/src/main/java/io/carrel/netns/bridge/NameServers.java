package io.carrel.netns.bridge;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.carrel.linux.Descriptor;
import io.carrel.linux.binding.SocketCalls;
import io.carrel.linux.uapi.Constant;
import io.carrel.linux.uapi.SocketName;
import io.carrel.linux.uapi.Sockets;
import io.carrel.namespaces.Namespace;
import io.carrel.netns.Link;
import io.carrel.netns.dns.DnsServer;
import io.carrel.netns.dns.HostServers;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The name servers of this JVM, one for each network that it has containers on. All have the same address, on the
 * bridge of their network, so that a container's files need not know which network it will be on. Where several JVMs
 * have containers on one network, the kernel has each answer some of the questions. Thread-safe.
 */
final class NameServers {

    private static final int PORT = 53;
    private static final int BACKLOG = 16;

    @GuardedBy("RUNNING") private static final Map<Place, Running> RUNNING = new HashMap<>();

    private NameServers() {}

    /** A network, by the number of its bridge and of the namespace that this is in. */
    private record Place(long host, int bridge) {}

    /** A server, and how many use it. */
    private static final class Running {
        private final DnsServer server;
        private int users;

        Running(DnsServer server) {
            this.server = server;
        }
    }

    /** Begins to answer on a network, if nobody in this JVM does, until what is returned is closed. */
    static Use use(Namespace host, BridgeNetwork network, Link bridge, NetworkNames names) {
        Place place = new Place(host.inode(), bridge.index());
        synchronized (RUNNING) {
            Running running = RUNNING.get(place);
            if (running == null) {
                running = new Running(host.call(() -> start(network, names)));
                RUNNING.put(place, running);
            }
            running.users++;
            return new Use(place);
        }
    }

    /** One of those that a server runs for. */
    record Use(Place place) implements AutoCloseable {

        @Override
        public void close() {
            synchronized (RUNNING) {
                Running running = RUNNING.get(place);
                if (running != null && --running.users == 0) {
                    RUNNING.remove(place);
                    running.server.close();
                }
            }
        }
    }

    private static DnsServer start(BridgeNetwork network, NetworkNames names) {
        Descriptor udp = socket(network, Sockets.SOCK_DGRAM);
        try {
            Descriptor tcp = listening(network);
            return network.isInternal()
                    ? DnsServer.start(udp, tcp, names, List.of())
                    : DnsServer.start(udp, tcp, names, HostServers.standard());
        } catch (RuntimeException | Error e) {
            udp.close();
            throw e;
        }
    }

    private static Descriptor listening(BridgeNetwork network) {
        Descriptor tcp = socket(network, Sockets.SOCK_STREAM);
        try {
            SocketCalls.listen(doing(network), tcp, BACKLOG);
            return tcp;
        } catch (RuntimeException | Error e) {
            tcp.close();
            throw e;
        }
    }

    private static String doing(BridgeNetwork network) {
        return "Cannot answer for names on the network %s (does another name server have port 53 of all addresses?)"
                .formatted(network.name());
    }

    private static Descriptor socket(BridgeNetwork network, Constant type) {
        String doing = doing(network);
        Descriptor socket = SocketCalls.socket(
                doing, SocketName.family(network.nameServer()), type.or(Sockets.SOCK_NONBLOCK), Constant.of(0));
        try {
            SocketCalls.setOption(doing, socket, Sockets.SOL_SOCKET, Sockets.SO_REUSEADDR, 1);
            SocketCalls.setOption(doing, socket, Sockets.SOL_SOCKET, Sockets.SO_REUSEPORT, 1);
            byte[] link = (network.link() + '\0').getBytes(StandardCharsets.UTF_8);
            SocketCalls.setOption(doing, socket, Sockets.SOL_SOCKET, Sockets.SO_BINDTODEVICE, link);
            SocketCalls.bind(doing, socket, SocketName.internet(new InetSocketAddress(network.nameServer(), PORT)));
            return socket;
        } catch (RuntimeException | Error e) {
            socket.close();
            throw e;
        }
    }
}

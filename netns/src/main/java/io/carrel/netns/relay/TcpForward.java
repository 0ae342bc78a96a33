package io.carrel.netns.relay;

import io.carrel.linux.Descriptor;
import io.carrel.linux.Errno;
import io.carrel.linux.SyscallException;
import io.carrel.netns.Protocol;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Relays connections to a port inside: to {@code 127.0.0.1}, or {@code ::1} where nobody listens there. Immutable.
 *
 * @param relay what moves the data
 * @param inside makes the sockets inside
 * @param port the port inside
 */
record TcpForward(Relay relay, InsideSockets inside, int port) implements Acceptor.Service {

    private static final Logger LOG = LoggerFactory.getLogger(TcpForward.class);
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    @Override
    public void serve(Descriptor client, Acceptor.Visit visit) {
        connect(client, visit, Loopback.IPV4);
    }

    private void connect(Descriptor client, Acceptor.Visit visit, InetAddress address) {
        Descriptor server = inside.take(SocketKind.of(Protocol.TCP, address));
        Dial dial = Dial.start(
                relay.loop(),
                server,
                new InetSocketAddress(address, port),
                PATIENCE,
                outcome -> connected(client, server, visit, address, outcome));
        if (dial.isPending()) {
            visit.endBy(() -> {
                dial.cancel();
                giveUp(client, server, visit);
            });
        }
    }

    private void connected(
            Descriptor client, Descriptor server, Acceptor.Visit visit, InetAddress address, Errno outcome) {
        if (Dial.succeeded(outcome)) {
            relay.join(client, server, new byte[0], visit);
        } else if (address.equals(Loopback.IPV4)) {
            server.close();
            tryIpv6(client, visit);
        } else {
            giveUp(client, server, visit);
        }
    }

    private void tryIpv6(Descriptor client, Acceptor.Visit visit) {
        try {
            connect(client, visit, Loopback.IPV6);
        } catch (SyscallException noIpv6) {
            LOG.debug("Nobody listens on port {} inside", port, noIpv6);
            Connection.reset(client);
            client.close();
            visit.ended();
        }
    }

    private static void giveUp(Descriptor client, Descriptor server, Acceptor.Visit visit) {
        server.close();
        Connection.reset(client);
        client.close();
        visit.ended();
    }
}

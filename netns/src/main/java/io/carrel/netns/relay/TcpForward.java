package io.carrel.netns.relay;

import io.carrel.linux.Descriptor;
import io.carrel.linux.Errno;
import io.carrel.linux.SyscallException;
import io.carrel.netns.Protocol;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Relays connections to a port of the first address at which somebody listens. Immutable.
 *
 * @param relay what moves the data
 * @param sockets makes those that connect
 * @param targets the addresses, at least one
 * @param port the port
 */
record TcpForward(Relay relay, SocketSource sockets, List<InetAddress> targets, int port) implements Acceptor.Service {

    private static final Logger LOG = LoggerFactory.getLogger(TcpForward.class);
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    @Override
    public void serve(Descriptor client, Acceptor.Visit visit) {
        connect(client, visit, 0);
    }

    private void connect(Descriptor client, Acceptor.Visit visit, int number) {
        InetAddress address = targets.get(number);
        Descriptor server = sockets.take(SocketKind.of(Protocol.TCP, address));
        Dial dial = Dial.start(
                relay.loop(),
                server,
                new InetSocketAddress(address, port),
                PATIENCE,
                outcome -> connected(client, server, visit, number, outcome));
        if (dial.isPending()) {
            visit.endBy(() -> {
                dial.cancel();
                giveUp(client, server, visit);
            });
        }
    }

    private void connected(Descriptor client, Descriptor server, Acceptor.Visit visit, int number, Errno outcome) {
        if (Dial.succeeded(outcome)) {
            relay.join(client, server, new byte[0], visit);
        } else if (number < targets.size() - 1) {
            server.close();
            tryNext(client, visit, number + 1);
        } else {
            giveUp(client, server, visit);
        }
    }

    private void tryNext(Descriptor client, Acceptor.Visit visit, int number) {
        try {
            connect(client, visit, number);
        } catch (SyscallException noSuchFamily) {
            LOG.debug("Nobody listens on port {} of {}", port, targets, noSuchFamily);
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

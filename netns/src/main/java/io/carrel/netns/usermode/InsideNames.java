package io.carrel.netns.usermode;

import com.google.common.net.InetAddresses;
import io.carrel.linux.Descriptor;
import io.carrel.netns.Protocol;
import io.carrel.netns.dns.DnsServer;
import io.carrel.netns.dns.HostServers;
import io.carrel.netns.dns.NameTable;
import io.carrel.netns.relay.InsideSockets;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * A name server on the {@code lo} of a network that asks the host's name servers, from the host: they may be on its
 * loopback, where nobody inside gets. Thread-safe.
 */
public final class InsideNames implements AutoCloseable {

    /** Where it is. */
    public static final InetAddress ADDRESS = InetAddresses.forString("127.0.0.1");

    private static final InetSocketAddress PLACE = new InetSocketAddress(ADDRESS, 53);

    private final DnsServer server;

    private InsideNames(DnsServer server) {
        this.server = server;
    }

    /** Begins to answer in the network in which these sockets are; they stay the caller's to close, after this. */
    public static InsideNames serve(InsideSockets inside) {
        Descriptor udp = inside.bound(Protocol.UDP, PLACE);
        try {
            Descriptor tcp = inside.bound(Protocol.TCP, PLACE);
            return new InsideNames(DnsServer.start(udp, tcp, new NameTable(), HostServers.standard()));
        } catch (RuntimeException | Error e) {
            udp.close();
            throw e;
        }
    }

    /** Answers no more; later calls do nothing. */
    @Override
    public void close() {
        server.close();
    }
}

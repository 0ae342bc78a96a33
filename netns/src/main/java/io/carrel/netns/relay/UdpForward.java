package io.carrel.netns.relay;

import io.carrel.linux.Descriptor;
import io.carrel.linux.SyscallException;
import io.carrel.linux.binding.SocketCalls;
import io.carrel.linux.binding.SocketCalls.Datagram;
import io.carrel.linux.uapi.SocketName;
import io.carrel.netns.Protocol;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Relays datagrams to a port, and the answers back. Each peer has a socket of its own there, until
 * nothing came or went for a while, or too many others came. Owns the outer socket. Only for the loop's thread.
 */
final class UdpForward {

    private static final Logger LOG = LoggerFactory.getLogger(UdpForward.class);
    private static final int MOST_PEERS = 1024;
    private static final int LARGEST = 65535;
    private static final Duration IDLE = Duration.ofSeconds(60);
    private static final String DOING = "Cannot relay datagrams";

    private final Loop loop;
    private final Datagrams outside;
    private final SocketSource sockets;
    private final SocketKind kind;
    private final byte[] target;
    /** Least recently used first. */
    private final Map<ByteBuffer, Peer> peers = new LinkedHashMap<>(16, 0.75f, true);

    private boolean open = true;

    UdpForward(Loop loop, Descriptor outside, SocketSource sockets, InetSocketAddress to) {
        this.loop = loop;
        this.sockets = sockets;
        kind = SocketKind.of(Protocol.UDP, to.getAddress());
        target = SocketName.internet(to);
        this.outside = new Datagrams(loop, outside, LARGEST, this::relay);
        loop.after(IDLE, this::sweep);
    }

    /** The socket that stands there for who sent something from outside. */
    private final class Peer {

        private final Descriptor socket;
        private final Datagrams answers;
        private long lastUsed = System.nanoTime();

        Peer(byte[] name) {
            socket = sockets.take(kind);
            try {
                SocketCalls.connect(DOING, socket, target);
            } catch (RuntimeException e) {
                socket.close();
                throw e;
            }
            answers = new Datagrams(loop, socket, LARGEST, answer -> {
                lastUsed = System.nanoTime();
                outside.answer(answer.content(), name);
            });
        }

        void close() {
            answers.close();
        }
    }

    private void relay(Datagram datagram) {
        try {
            Peer peer = peers.computeIfAbsent(ByteBuffer.wrap(datagram.sender()), name -> new Peer(datagram.sender()));
            peer.lastUsed = System.nanoTime();
            Datagrams.send(peer.socket, datagram.content(), target);
            if (peers.size() > MOST_PEERS) {
                Iterator<Peer> all = peers.values().iterator();
                all.next().close();
                all.remove();
            }
        } catch (SyscallException noSocket) {
            LOG.debug("A datagram is lost", noSocket);
        }
    }

    private void sweep() {
        if (open) {
            long oldest = System.nanoTime() - IDLE.toNanos();
            peers.values().removeIf(peer -> {
                boolean idle = peer.lastUsed - oldest < 0;
                if (idle) {
                    peer.close();
                }
                return idle;
            });
            loop.after(IDLE, this::sweep);
        }
    }

    void close() {
        open = false;
        outside.close();
        peers.values().forEach(Peer::close);
        peers.clear();
    }
}

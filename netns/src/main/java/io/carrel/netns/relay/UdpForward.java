package io.carrel.netns.relay;

import io.carrel.linux.Descriptor;
import io.carrel.linux.SyscallException;
import io.carrel.linux.binding.SocketCalls;
import io.carrel.linux.binding.SocketCalls.Datagram;
import io.carrel.linux.uapi.Constant;
import io.carrel.linux.uapi.SocketName;
import io.carrel.netns.Protocol;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Relays datagrams to a port of {@code 127.0.0.1} inside, and the answers back. Each peer has a socket of its own inside, until
 * nothing came or went for a while, or too many others came. Owns the outer socket. Only for the loop's thread.
 */
final class UdpForward {

    private static final Logger LOG = LoggerFactory.getLogger(UdpForward.class);
    private static final int MOST_PEERS = 1024;
    private static final int LARGEST = 65535;
    private static final int MOST_AT_ONCE = 64;
    private static final Duration IDLE = Duration.ofSeconds(60);
    private static final String DOING = "Cannot relay datagrams";

    private final Loop loop;
    private final Descriptor outside;
    private final InsideSockets inside;
    private final byte[] target;
    private final Loop.Watch watch;
    /** Least recently used first. */
    private final Map<ByteBuffer, Peer> peers = new LinkedHashMap<>(16, 0.75f, true);

    private boolean open = true;

    UdpForward(Loop loop, Descriptor outside, InsideSockets inside, int port) {
        this.loop = loop;
        this.outside = outside;
        this.inside = inside;
        target = SocketName.internet(new InetSocketAddress(Loopback.IPV4, port));
        watch = loop.watch(outside, events -> receive());
        loop.after(IDLE, this::sweep);
    }

    /** Who sent something from outside, and the socket that stands for it inside. */
    private final class Peer {

        private final ByteBuffer name;
        private final Descriptor socket;
        private final Loop.Watch answers;
        private long lastUsed = System.nanoTime();

        Peer(ByteBuffer name) {
            this.name = name;
            socket = inside.take(SocketKind.of(Protocol.UDP, Loopback.IPV4));
            SocketCalls.connect(DOING, socket, target);
            answers = loop.watch(socket, events -> answer());
        }

        @SuppressWarnings("ByteBufferBackingArray") // it wraps the array
        private void answer() {
            for (int i = 0; open && socket.isOpen(); i++) {
                if (i == MOST_AT_ONCE) {
                    loop.execute(this::answer);
                    return;
                }
                byte[] buffer = new byte[LARGEST];
                Optional<Integer> count = receiveAnswer(buffer);
                if (count.isEmpty()) {
                    return;
                }
                lastUsed = System.nanoTime();
                send(outside, Arrays.copyOf(buffer, count.get()), name.array());
            }
        }

        /** Nobody listening inside is an error of the socket's, which is told once. */
        private Optional<Integer> receiveAnswer(byte[] buffer) {
            try {
                return SocketCalls.receive(DOING, socket, buffer, Constant.of(0));
            } catch (SyscallException refused) {
                LOG.trace("Nobody listens inside", refused);
                return Optional.empty();
            }
        }

        void close() {
            answers.close();
            socket.close();
        }
    }

    private void receive() {
        for (int i = 0; open; i++) {
            if (i == MOST_AT_ONCE) {
                loop.execute(this::receive);
                return;
            }
            Optional<Datagram> datagram = next();
            if (datagram.isEmpty()) {
                return;
            }
            relay(datagram.get());
        }
    }

    private Optional<Datagram> next() {
        try {
            return SocketCalls.receiveFrom(DOING, outside, LARGEST);
        } catch (SyscallException unreachable) {
            // An earlier answer reached nobody: that is told here, once.
            LOG.trace("An answer was refused", unreachable);
            return Optional.empty();
        }
    }

    private void relay(Datagram datagram) {
        try {
            Peer peer = peers.computeIfAbsent(ByteBuffer.wrap(datagram.sender()), Peer::new);
            peer.lastUsed = System.nanoTime();
            send(peer.socket, datagram.content(), target);
            if (peers.size() > MOST_PEERS) {
                Iterator<Peer> all = peers.values().iterator();
                all.next().close();
                all.remove();
            }
        } catch (SyscallException noSocket) {
            LOG.debug("A datagram is lost", noSocket);
        }
    }

    /** What does not fit is lost, as datagrams are. */
    private static void send(Descriptor socket, byte[] content, byte[] name) {
        try {
            SocketCalls.sendTo(DOING, socket, content, name);
        } catch (SyscallException refused) {
            LOG.trace("A datagram is lost", refused);
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
        watch.close();
        outside.close();
        peers.values().forEach(Peer::close);
        peers.clear();
    }
}

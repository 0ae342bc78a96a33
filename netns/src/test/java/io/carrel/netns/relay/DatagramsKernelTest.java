package io.carrel.netns.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carrel.linux.Descriptor;
import io.carrel.linux.binding.SocketCalls;
import io.carrel.linux.uapi.Constant;
import io.carrel.linux.uapi.SocketName;
import io.carrel.linux.uapi.Sockets;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Datagrams over the loopback of this host; no packet leaves the machine. */
@Tag("kernel")
@Timeout(60)
class DatagramsKernelTest {

    private static final InetAddress HERE = InetAddress.getLoopbackAddress();

    private final BlockingQueue<String> received = new LinkedBlockingQueue<>();

    /** The kernel tells of the refusal first, and once that there is something to read. */
    @Test
    void whatCameBehindARefusalIsReceived() throws Exception {
        int port = freePort();
        Descriptor socket = connected(port);
        byte[] name = SocketName.internet(new InetSocketAddress(HERE, port));
        SocketCalls.sendTo("send", socket, new byte[] {1}, name);
        try (DatagramSocket peer = new DatagramSocket(port, HERE)) {
            int own = SocketName.toInternet(SocketCalls.localName(socket)).getPort();
            for (String text : new String[] {"one", "two"}) {
                byte[] content = text.getBytes(StandardCharsets.UTF_8);
                peer.send(new DatagramPacket(content, content.length, HERE, own));
            }
            Loop loop = Loop.shared();
            Datagrams datagrams = loop.call(() -> new Datagrams(
                    loop,
                    socket,
                    100,
                    datagram -> received.add(new String(datagram.content(), StandardCharsets.UTF_8))));

            assertThat(received.poll(10, TimeUnit.SECONDS)).isEqualTo("one");
            assertThat(received.poll(10, TimeUnit.SECONDS)).isEqualTo("two");
            loop.call(() -> {
                datagrams.close();
                datagrams.close();
                return datagrams;
            });
            assertThat(socket.isOpen()).isFalse();
        }
    }

    /** The test above is worth something only if the refusal does stand in front. */
    @Test
    void aRefusalIsToldBeforeWhatCame() throws Exception {
        int port = freePort();
        try (Descriptor socket = connected(port)) {
            SocketCalls.sendTo("send", socket, new byte[] {1}, SocketName.internet(new InetSocketAddress(HERE, port)));
            assertThatThrownBy(() -> SocketCalls.receiveFrom("receive", socket, 100))
                    .hasMessageContaining("ECONNREFUSED");
            assertThat(SocketCalls.receiveFrom("receive", socket, 100)).isEmpty();
        }
    }

    private static int freePort() throws Exception {
        try (DatagramSocket free = new DatagramSocket(0, HERE)) {
            return free.getLocalPort();
        }
    }

    private static Descriptor connected(int port) {
        Descriptor socket = SocketCalls.socket(
                "test", Sockets.AF_INET, Sockets.SOCK_DGRAM.or(Sockets.SOCK_NONBLOCK), Constant.of(0));
        SocketCalls.connect("test", socket, SocketName.internet(new InetSocketAddress(HERE, port)));
        return socket;
    }
}

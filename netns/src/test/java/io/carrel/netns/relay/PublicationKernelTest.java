package io.carrel.netns.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.hash.Hashing;
import com.google.common.hash.HashingInputStream;
import com.google.common.io.ByteStreams;
import io.carrel.linux.SyscallException;
import io.carrel.netns.PortMapping;
import io.carrel.netns.Protocol;
import io.carrel.netns.PublishedPort;
import io.carrel.testing.Eventually;
import io.carrel.testing.Footprint;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Real connections over the loopback of this host to servers in other network namespaces; no packet leaves the machine.
 */
@Tag("kernel")
@Timeout(60)
class PublicationKernelTest {

    private static final String ECHO = "TCP-LISTEN:80,fork,reuseaddr,backlog=512";

    @Test
    void connectionsReachAServerInside() throws Exception {
        try (Inside inside = Inside.listening(80, "socat", "-t30", ECHO, "EXEC:cat");
                Published published = Published.of(inside, "127.0.0.1::80")) {
            try (Socket socket = published.connect(0)) {
                socket.getOutputStream().write("hello".getBytes(StandardCharsets.UTF_8));
                socket.shutdownOutput();
                assertThat(socket.getInputStream().readAllBytes()).asString().isEqualTo("hello");
            }
        }
    }

    @Test
    void urgentDataIsDataLikeTheRest() throws Exception {
        try (Inside inside = Inside.listening(80, "socat", "-t30", ECHO, "EXEC:cat");
                Published published = Published.of(inside, "127.0.0.1::80");
                Socket socket = published.connect(0)) {
            OutputStream out = socket.getOutputStream();
            out.write("oob\n".getBytes(StandardCharsets.UTF_8));
            assertThat(socket.getInputStream().readNBytes(4)).asString().isEqualTo("oob\n");
            socket.sendUrgentData('!');
            out.write("zz".getBytes(StandardCharsets.UTF_8));
            assertThat(socket.getInputStream().readNBytes(3)).asString().isEqualTo("!zz");
            out.write("more ".getBytes(StandardCharsets.UTF_8));
            socket.sendUrgentData('?');
            socket.sendUrgentData('!');
            socket.shutdownOutput();
            assertThat(socket.getInputStream().readAllBytes()).asString().isEqualTo("more ?!");
        }
    }

    /** The byte and the end are there together when the relay first looks, and no event has told of the byte. */
    @Test
    void anUrgentByteJustBeforeTheEndArrives() throws Exception {
        try (Inside inside = Inside.listening(80, "socat", "-t30", ECHO, "EXEC:cat");
                Published published = Published.of(inside, "127.0.0.1::80")) {
            for (int i = 0; i < 100; i++) {
                try (Socket socket = published.connect(0)) {
                    socket.getOutputStream().write('a');
                    socket.sendUrgentData('!');
                    socket.shutdownOutput();
                    assertThat(socket.getInputStream().readAllBytes())
                            .asString()
                            .isEqualTo("a!");
                }
            }
        }
    }

    @Test
    void allAddressesAreServedOverIpv4AndIpv6() throws Exception {
        try (Inside inside = Inside.listening(80, "socat", "-t30", ECHO, "EXEC:cat");
                Published published = Published.of(inside, "80", "[::1]::80")) {
            int port = published.ports().get(0).host().getPort();
            for (String address : List.of("127.0.0.1", "::1")) {
                assertThat(echo(new InetSocketAddress(address, port), "over " + address))
                        .isEqualTo("over " + address);
            }
            assertThat(echo(published.ports().get(1).host(), "one address")).isEqualTo("one address");
        }
    }

    @Test
    void aServerThatListensOnIpv6OnlyIsReached() throws Exception {
        try (Inside inside = Inside.listening(80, "socat", "TCP6-LISTEN:80,fork,bind=[::1]", "EXEC:cat");
                Published published = Published.of(inside, "127.0.0.1::80")) {
            assertThat(echo(published.ports().get(0).host(), "six")).isEqualTo("six");
        }
    }

    @Test
    @Tag("long")
    void muchDataArrivesWhole() throws Exception {
        byte[] block = new byte[1 << 20];
        new Random(7).nextBytes(block);
        int blocks = 64;
        try (Inside inside = Inside.listening(80, "socat", "-t30", ECHO, "EXEC:cat");
                Published published = Published.of(inside, "127.0.0.1::80");
                Socket socket = published.connect(0)) {
            CompletableFuture<Void> writing = CompletableFuture.runAsync(() -> {
                try {
                    for (int i = 0; i < blocks; i++) {
                        socket.getOutputStream().write(block);
                    }
                    socket.shutdownOutput();
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            var sent = Hashing.sha256().newHasher();
            for (int i = 0; i < blocks; i++) {
                sent.putBytes(block);
            }
            try (HashingInputStream received = new HashingInputStream(Hashing.sha256(), socket.getInputStream())) {
                assertThat(ByteStreams.exhaust(received)).isEqualTo((long) blocks << 20);
                assertThat(received.hash()).isEqualTo(sent.hash());
            }
            writing.join();
        }
    }

    @Test
    void aReaderThatDoesNotReadHoldsUpTheWriter() throws Exception {
        // The server inside accepts and never reads, so what can be written is what buffers hold.
        try (Inside inside = Inside.listening(80, "socat", "TCP-LISTEN:80,fork", "EXEC:sleep 60");
                Published published = Published.of(inside, "127.0.0.1::80");
                SocketChannel channel =
                        SocketChannel.open(published.ports().get(0).host());
                Selector selector = Selector.open()) {
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_WRITE);
            long most = 64L << 20;
            long count = 0;
            ByteBuffer block = ByteBuffer.allocate(1 << 16);
            while (count < most && selector.select(1000) > 0) {
                selector.selectedKeys().clear();
                block.clear();
                count += channel.write(block);
            }
            assertThat(count).isPositive().isLessThan(most);
        }
    }

    @Test
    void eachSideCanEndItsHalfFirst() throws Exception {
        // The server ends its half at once, and sends back afterwards, over another connection, what it got by then.
        String server = """
            use IO::Socket::INET;
            my $l = IO::Socket::INET->new(LocalAddr => "127.0.0.1", LocalPort => 80, Listen => 5);
            my $first = $l->accept;
            syswrite $first, "bye";
            shutdown $first, 1;
            my $got = <$first>;
            my $second = $l->accept;
            syswrite $second, $got;
            """;
        try (Inside inside = Inside.listening(80, "perl", "-e", server);
                Published published = Published.of(inside, "127.0.0.1::80");
                Socket first = published.connect(0)) {
            assertThat(first.getInputStream().readAllBytes()).asString().isEqualTo("bye");
            first.getOutputStream().write("after the end".getBytes(StandardCharsets.UTF_8));
            first.shutdownOutput();
            try (Socket second = published.connect(0)) {
                assertThat(second.getInputStream().readAllBytes()).asString().isEqualTo("after the end");
            }
        }
    }

    @Test
    void whereNobodyListensTheConnectionIsReset() throws Exception {
        try (Inside inside = Inside.running("sleep", "60");
                Published published = Published.of(inside, "127.0.0.1::80");
                Socket socket = new Socket()) {
            socket.connect(published.ports().get(0).host());
            assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketException.class);
        }
    }

    @Test
    void datagramsGoInAndAnswersComeBackToEachPeer() throws Exception {
        try (Inside inside = Inside.listening(53, "socat", "UDP-RECVFROM:53,fork", "EXEC:cat");
                Published published = Published.of(inside, "127.0.0.1::53/udp");
                DatagramSocket one = new DatagramSocket();
                DatagramSocket two = new DatagramSocket()) {
            InetSocketAddress target = published.ports().get(0).host();
            assertThat(answers(one, target, "first")).isTrue();
            assertThat(answers(two, target, "second")).isTrue();
            assertThat(answers(one, target, "third")).isTrue();
        }
    }

    private static boolean answers(DatagramSocket socket, InetSocketAddress target, String text) {
        try {
            socket.setSoTimeout(1000);
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            socket.send(new DatagramPacket(bytes, bytes.length, target));
            DatagramPacket answer = new DatagramPacket(new byte[100], 100);
            socket.receive(answer);
            return new String(answer.getData(), 0, answer.getLength(), StandardCharsets.UTF_8).equals(text);
        } catch (IOException later) {
            return false;
        }
    }

    @Test
    void aPortInUseIsAnErrorThatNamesIt() throws Exception {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String mapping = "127.0.0.1:%d:80".formatted(other.getLocalPort());
            Footprint before = Footprint.now();
            assertThatThrownBy(() ->
                            Publication.of(List.of(PortMapping.parse("127.0.0.1::81"), PortMapping.parse(mapping))))
                    .isInstanceOf(SyscallException.class)
                    .hasMessageStartingWith("Cannot publish " + mapping)
                    .hasMessageContaining("EADDRINUSE")
                    .hasMessageContaining(
                            "Port %d/tcp is in use on this host by this process.".formatted(other.getLocalPort()))
                    .hasMessageEndingWith("127.0.0.1::80");
            before.assertNothingAdded();
        }
    }

    @Test
    void whoHasAPortInUseIsNamedIfItMayBeKnown() throws Exception {
        try (DatagramSocket free = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            int port = free.getLocalPort();
            free.close();
            Process other = new ProcessBuilder("socat", "-u", "UDP4-RECVFROM:" + port, "STDOUT").start();
            try {
                Eventually.holds(
                        "socat has port " + port,
                        Duration.ofSeconds(20),
                        () -> PortHolder.BY_PROCESS
                                .describe(port, Protocol.UDP)
                                .equals(" by socat (process %d)".formatted(other.pid())));
                assertThatThrownBy(() -> Publication.of(List.of(PortMapping.parse(port + ":80/udp"))))
                        .hasMessageContaining("by socat (process %d). Take another".formatted(other.pid()));
            } finally {
                other.destroyForcibly();
            }
        }
        assertThat(PortHolder.BY_PROCESS.describe(1, Protocol.UDP))
                .isEqualTo("; \"ss -lunp\" as root may tell by whom");
    }

    @Test
    void ofARangeTheFirstFreePortIsTaken() throws Exception {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int first = other.getLocalPort();
            String mapping = "127.0.0.1:%d-%d:80".formatted(first, Math.min(65535, first + 50));
            try (Publication publication = Publication.of(List.of(PortMapping.parse(mapping)))) {
                assertThat(publication.ports().get(0).host().getPort()).isGreaterThan(first);
            }
        }
    }

    @Test
    @Tag("long")
    void manyConnectionsLeaveNothing() throws Exception {
        try (Inside inside = Inside.listening(80, "socat", "-t30", ECHO, "EXEC:cat")) {
            try (Published warm = Published.of(inside, "127.0.0.1::80")) {
                assertThat(echo(warm.ports().get(0).host(), "warm")).isEqualTo("warm");
            }
            Footprint before = Footprint.now();
            try (Published published = Published.of(inside, "127.0.0.1::80")) {
                List<Socket> open = new ArrayList<>();
                for (int i = 0; i < 50; i++) {
                    open.add(published.connect(0));
                    open.get(i).getOutputStream().write(i);
                }
                for (int i = 0; i < 50; i++) {
                    assertThat(open.get(i).getInputStream().read()).isEqualTo(i);
                    if (i % 2 == 0) {
                        open.get(i).close();
                    }
                }
                published.close();
                for (int i = 1; i < 50; i += 2) {
                    try (Socket left = open.get(i);
                            InputStream in = left.getInputStream()) {
                        assertThatThrownBy(() -> {
                                    if (in.read() < 0) {
                                        throw new SocketException("ended");
                                    }
                                })
                                .isInstanceOf(SocketException.class);
                    }
                }
            }
            before.assertNothingAdded();
        }
    }

    private static String echo(InetSocketAddress server, String text) throws IOException {
        try (Socket socket = Published.connect(server)) {
            socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
            socket.shutdownOutput();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** What is published of somebody inside. */
    private static final class Published implements AutoCloseable {

        private final Publication publication;
        private final InsideSockets sockets;

        private Published(Publication publication, InsideSockets sockets) {
            this.publication = publication;
            this.sockets = sockets;
        }

        static Published of(Inside inside, String... mappings) {
            Publication publication = Publication.of(
                    List.of(mappings).stream().map(PortMapping::parse).toList());
            InsideSockets sockets = InsideSockets.of(inside.network());
            publication.start(sockets);
            return new Published(publication, sockets);
        }

        List<PublishedPort> ports() {
            return publication.ports();
        }

        Socket connect(int index) throws IOException {
            return connect(ports().get(index).host());
        }

        static Socket connect(InetSocketAddress server) throws IOException {
            Socket socket = new Socket();
            socket.connect(reachable(server));
            socket.setSoTimeout(20_000);
            return socket;
        }

        private static InetSocketAddress reachable(InetSocketAddress server) {
            return server.getAddress().isAnyLocalAddress()
                    ? new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getPort())
                    : server;
        }

        @Override
        public void close() {
            publication.close();
            sockets.close();
        }
    }
}

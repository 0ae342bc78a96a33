package io.carrel.netns.dns;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.net.InetAddresses;
import io.carrel.linux.Descriptor;
import io.carrel.linux.binding.SocketCalls;
import io.carrel.linux.uapi.Constant;
import io.carrel.linux.uapi.SocketName;
import io.carrel.linux.uapi.Sockets;
import io.carrel.testing.Footprint;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Asked by {@code dig}, over the loopback of this host. */
@Tag("kernel")
@Timeout(60)
class DnsServerKernelTest {

    private static final InetAddress HERE = InetAddress.getLoopbackAddress();

    private static NameTable table() {
        NameTable table = new NameTable();
        table.add("DB.carrel", InetAddresses.forString("10.1.0.5"));
        table.add("db.carrel", InetAddresses.forString("fd00::5"));
        table.add("alias.carrel", InetAddresses.forString("10.1.0.5"));
        return table;
    }

    /** A server at a free port. */
    private record Running(DnsServer server, InetSocketAddress address) implements AutoCloseable {

        static Running of(NameSource source, InetSocketAddress... others) {
            return listening((udp, tcp) -> DnsServer.start(udp, tcp, source, List.of(others)));
        }

        static Running asking(NameSource source, Supplier<List<InetSocketAddress>> others) {
            return listening((udp, tcp) -> DnsServer.start(udp, tcp, source, others));
        }

        private static Running listening(BiFunction<Descriptor, Descriptor, DnsServer> start) {
            Descriptor tcp = socket(Sockets.SOCK_STREAM, 0);
            SocketCalls.listen("listen", tcp, 10);
            int port = SocketName.toInternet(SocketCalls.localName(tcp)).getPort();
            Descriptor udp = socket(Sockets.SOCK_DGRAM, port);
            return new Running(start.apply(udp, tcp), new InetSocketAddress(HERE, port));
        }

        private static Descriptor socket(Constant type, int port) {
            Descriptor socket =
                    SocketCalls.socket("test", Sockets.AF_INET, type.or(Sockets.SOCK_NONBLOCK), Constant.of(0));
            SocketCalls.bind("test", socket, SocketName.internet(new InetSocketAddress(HERE, port)));
            return socket;
        }

        String dig(String... question) throws IOException {
            List<String> words = new ArrayList<>(
                    List.of("dig", "@127.0.0.1", "-p", Integer.toString(address.getPort()), "+tries=1", "+time=5"));
            words.addAll(List.of(question));
            Process process =
                    new ProcessBuilder(words).redirectErrorStream(true).start();
            return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        }

        @Override
        public void close() {
            server.close();
        }
    }

    @Test
    void answersNamesAliasesAndAddresses() throws Exception {
        try (Running running = Running.of(table())) {
            assertThat(running.dig("+short", "db.carrel", "A")).isEqualTo("10.1.0.5");
            assertThat(running.dig("+short", "Db.Carrel", "AAAA")).isEqualTo("fd00::5");
            assertThat(running.dig("+short", "alias.carrel")).isEqualTo("10.1.0.5");
            assertThat(running.dig("+short", "-x", "10.1.0.5")).isEqualTo("db.carrel.");
            assertThat(running.dig("+short", "-x", "fd00::5")).isEqualTo("db.carrel.");
            assertThat(running.dig("+short", "+tcp", "db.carrel")).isEqualTo("10.1.0.5");
            assertThat(running.dig("alias.carrel", "AAAA"))
                    .contains("status: NOERROR")
                    .contains("ANSWER: 0");
        }
    }

    @Test
    void saysWhereNobodyElseIsAskedThatThereIsNoSuchName() throws Exception {
        try (Running running = Running.of(table())) {
            assertThat(running.dig("other.example.org")).contains("status: NXDOMAIN");
            assertThat(running.dig("+tcp", "other.example.org")).contains("status: NXDOMAIN");
        }
    }

    @Test
    void asksOthersForWhatItDoesNotKnow() throws Exception {
        NameTable outside = new NameTable();
        outside.add("www.example.org", InetAddresses.forString("198.51.100.7"));
        try (Running other = Running.of(outside);
                Running running = Running.of(table(), new InetSocketAddress(HERE, 9), other.address())) {
            assertThat(running.dig("+short", "+time=8", "www.example.org")).isEqualTo("198.51.100.7");
            assertThat(running.dig("+short", "db.carrel")).isEqualTo("10.1.0.5");
        }
    }

    /** A name server that is there, and says nothing. */
    private static final class Dead implements AutoCloseable {

        private final DatagramSocket socket = new DatagramSocket(0, HERE);

        Dead() throws IOException {
            socket.setSoTimeout(1);
        }

        InetSocketAddress address() {
            return new InetSocketAddress(HERE, socket.getLocalPort());
        }

        /** How many questions came since this was asked last. */
        int asked() throws IOException {
            int count = 0;
            try {
                while (true) {
                    socket.receive(new DatagramPacket(new byte[512], 512));
                    count++;
                }
            } catch (SocketTimeoutException all) {
                return count;
            }
        }

        @Override
        public void close() {
            socket.close();
        }
    }

    @Test
    void whoIsSilentIsNotWaitedForAndAskedLastThen() throws Exception {
        NameTable outside = new NameTable();
        outside.add("www.example.org", InetAddresses.forString("198.51.100.7"));
        try (Dead dead = new Dead();
                Running other = Running.of(outside);
                Running running = Running.of(table(), dead.address(), other.address())) {
            assertThat(running.dig("+short", "+time=3", "www.example.org")).isEqualTo("198.51.100.7");
            assertThat(dead.asked()).isPositive();
            // On a machine so busy that the other is slow, the silent one may be asked as well.
            int tries = 0;
            do {
                assertThat(running.dig("+short", "www.example.org")).isEqualTo("198.51.100.7");
            } while (dead.asked() > 0 && ++tries < 20);
            assertThat(tries).isLessThan(20);
        }
    }

    @Test
    void thatNobodyAnswersIsToldWhileTheAskerWaits() throws Exception {
        try (Dead one = new Dead();
                Dead two = new Dead();
                Running running = Running.of(table(), one.address(), two.address())) {
            assertThat(running.dig("www.example.org")).contains("status: SERVFAIL");
            assertThat(one.asked()).isPositive();
            assertThat(two.asked()).isPositive();
        }
    }

    @Test
    void hostsServersAreReadAgainWhenTheyChange(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("resolv.conf");
        HostServers servers = new HostServers(file);
        assertThat(servers.get()).isEmpty();
        Files.writeString(
                file, "# by hand\nsearch example.org\nnameserver 192.0.2.1\nnameserver\t2001:db8::1 # second\n");
        assertThat(servers.get())
                .containsExactly(
                        new InetSocketAddress(InetAddresses.forString("192.0.2.1"), 53),
                        new InetSocketAddress(InetAddresses.forString("2001:db8::1"), 53));
        Path other = Files.writeString(directory.resolve("new"), "nameserver 192.0.2.2\nnameserver none\n");
        Files.move(other, file, StandardCopyOption.REPLACE_EXISTING);
        assertThat(servers.get()).containsExactly(new InetSocketAddress(InetAddresses.forString("192.0.2.2"), 53));
        Files.delete(file);
        assertThat(servers.get()).isEmpty();
    }

    @Test
    void asksWhoeverTheOthersAreNow() throws Exception {
        NameTable outside = new NameTable();
        outside.add("www.example.org", InetAddresses.forString("198.51.100.7"));
        AtomicReference<List<InetSocketAddress>> others = new AtomicReference<>(List.of());
        try (Running other = Running.of(outside);
                Running running = Running.asking(table(), others::get)) {
            assertThat(running.dig("www.example.org")).contains("status: SERVFAIL");
            others.set(List.of(other.address()));
            assertThat(running.dig("+short", "www.example.org")).isEqualTo("198.51.100.7");
        }
    }

    @Test
    void followsTheTableWhileItRuns() throws Exception {
        NameTable table = table();
        try (Running running = Running.of(table)) {
            table.remove(InetAddresses.forString("10.1.0.5"));
            assertThat(running.dig("alias.carrel")).contains("status: NXDOMAIN");
            assertThat(running.dig("+short", "db.carrel", "AAAA")).isEqualTo("fd00::5");
        }
    }

    @Test
    void whatIsTooLongForADatagramComesOverTcp() throws Exception {
        NameTable table = new NameTable();
        IntStream.range(0, 200).forEach(i -> table.add("many.carrel", InetAddresses.forString("10.1.1." + i)));
        try (Running running = Running.of(table)) {
            assertThat(running.dig("+ignore", "+noedns", "many.carrel")).contains("flags: qr tc rd ra");
            assertThat(running.dig("+short", "many.carrel").lines()).hasSize(200);
        }
    }

    @Test
    void garbageIsNotAnsweredAndHarmsNobody() throws Exception {
        try (Running running = Running.of(table());
                DatagramSocket socket = new DatagramSocket()) {
            Random random = new Random(3);
            for (int i = 0; i < 2000; i++) {
                byte[] bytes = new byte[random.nextInt(100)];
                random.nextBytes(bytes);
                socket.send(new DatagramPacket(bytes, bytes.length, running.address()));
            }
            assertThat(running.dig("+short", "db.carrel")).isEqualTo("10.1.0.5");
        }
    }

    @Test
    void nothingIsLeftWhenItIsClosed() throws Exception {
        Running.of(table()).close();
        Footprint before = Footprint.now();
        try (Running running = Running.of(table())) {
            assertThat(running.dig("+short", "+tcp", "db.carrel")).isEqualTo("10.1.0.5");
        }
        before.assertNothingAdded();
    }
}

package io.carrel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carrel.linux.ContainerException;
import io.carrel.linux.SyscallException;
import io.carrel.netns.PortMapping;
import io.carrel.netns.PublishedPort;
import io.carrel.testing.Footprint;
import io.carrel.testing.NeedsProgram;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Ports of the host's loopback that lead into containers. */
@Tag("kernel")
@NeedsProgram("perl")
@Timeout(60)
class PublishTest {

    /** Says that it listens, and then whatever it is given, to each who connects. */
    private static final String SERVER = """
        use IO::Socket::INET;
        my $l = IO::Socket::INET->new(LocalAddr => "127.0.0.1", LocalPort => 80, Listen => 50) or die $@;
        $| = 1;
        print "listens\\n";
        while (my $c = $l->accept) { syswrite $c, $ARGV[0]; close $c }
        """;

    private static ContainerBuilder server(String says, String... ports) {
        ContainerBuilder builder = Container.builder().command("perl", "-e", SERVER, says);
        for (String port : ports) {
            builder.publish(PortMapping.parse(port));
        }
        return builder;
    }

    private static ContainerProcess start(Container container) throws IOException {
        ContainerProcess process = container.start();
        String line =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)).readLine();
        assertThat(line).isEqualTo("listens");
        return process;
    }

    private static String read(PublishedPort port) throws IOException {
        try (Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), port.host().getPort())) {
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void aPublishedPortLeadsIntoTheContainer() throws Exception {
        try (ContainerProcess process = start(server("hello", "127.0.0.1::80").build())) {
            assertThat(process.ports()).hasSize(1);
            PublishedPort port = process.ports().get(0);
            assertThat(port.containerPort()).isEqualTo(80);
            assertThat(port).hasToString("80/tcp -> 127.0.0.1:" + port.host().getPort());
            for (int i = 0; i < 20; i++) {
                assertThat(read(port)).isEqualTo("hello");
            }
        }
    }

    @Test
    void itLeadsThereWithoutAnInitToo() throws Exception {
        try (ContainerProcess process =
                start(server("bare", "127.0.0.1::80").init(false).build())) {
            assertThat(read(process.ports().get(0))).isEqualTo("bare");
        }
    }

    @Test
    void twoContainersHaveTheirOwnPorts() throws Exception {
        try (ContainerProcess one = start(server("one", "127.0.0.1::80").build());
                ContainerProcess two = start(server("two", "127.0.0.1::80").build())) {
            assertThat(read(one.ports().get(0))).isEqualTo("one");
            assertThat(read(two.ports().get(0))).isEqualTo("two");
        }
    }

    @Test
    void whatTheCommandSaysLastArrivesAfterItsEnd() throws Exception {
        String server = """
            use IO::Socket::INET;
            my $l = IO::Socket::INET->new(LocalAddr => "127.0.0.1", LocalPort => 80, Listen => 50) or die $@;
            $| = 1;
            print "listens\\n";
            my $c = $l->accept;
            syswrite $c, "x" x 100000;
            """;
        try (ContainerProcess process = start(Container.builder()
                        .command("perl", "-e", server)
                        .publish(PortMapping.parse("127.0.0.1::80"))
                        .build());
                Socket socket = new Socket(
                        InetAddress.getLoopbackAddress(),
                        process.ports().get(0).host().getPort())) {
            assertThat(process.awaitExit().success()).isTrue();
            assertThat(socket.getInputStream().readAllBytes()).hasSize(100_000);
        }
    }

    @Test
    void thePortIsFreeAndNothingLeftWhenTheContainerHasEnded() throws Exception {
        start(server("warm up", "127.0.0.1::80").build()).close();
        Footprint before = Footprint.now();
        int port;
        try (ContainerProcess process = start(server("once", "127.0.0.1::80").build())) {
            port = process.ports().get(0).host().getPort();
            assertThat(read(process.ports().get(0))).isEqualTo("once");
        }
        new ServerSocket(port, 1, InetAddress.getLoopbackAddress()).close();
        before.assertNothingAdded();
    }

    @Test
    void aPortInUseIsNamedBeforeAnythingStarts() throws Exception {
        start(server("warm up", "127.0.0.1::80").build()).close();
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Footprint before = Footprint.now();
            Container container = server("never", "127.0.0.1:%d:80".formatted(other.getLocalPort()))
                    .build();
            assertThatThrownBy(container::start)
                    .isInstanceOf(SyscallException.class)
                    .hasMessageContaining("Port %d/tcp is in use on this host".formatted(other.getLocalPort()));
            before.assertNothingAdded();
        }
    }

    @Test
    void aStepThatFailsGivesThePortBack() throws Exception {
        start(server("warm up", "127.0.0.1::80").build()).close();
        Plan plan = server("never", "127.0.0.1::80").build().plan();
        Footprint before = Footprint.now();
        List<String> reasons =
                plan.program().steps().stream().map(step -> step.reason()).toList();
        for (String step :
                List.of("pass the network to the host", "close the socket to the host", "wait for the host")) {
            Plan failing = plan.withFailingCall(reasons.indexOf(step));
            assertThatThrownBy(failing::start)
                    .isInstanceOf(ContainerException.class)
                    .hasMessageContaining(step);
        }
        before.assertNothingAdded();
    }

    @Test
    void itNeedsANetworkOfItsOwn() {
        ContainerBuilder builder = server("never", "80").network(Network.host());
        assertThatThrownBy(builder::build)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("published ports need a network of the container's own");
        assertThatThrownBy(() -> server("never", "8080:80", "8080:81"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("8080:80 and 8080:81 want the same port of the host's");
    }

    @Test
    void thePlanTellsOfIt() {
        assertThat(server("never", "127.0.0.1:8080:80").build().explain())
                .startsWith("host, before all:\n  make a pipe for standard input\n")
                .contains("\n  take 127.0.0.1 port 8080 of the host for port 80/tcp\n")
                .containsPattern("\nhost, while the container's first process waits:(\n  .*)*"
                        + "\n  relay to port 80/tcp what comes to 127.0.0.1 port 8080 of the host\n");
    }
}

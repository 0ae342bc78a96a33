package io.carrel.internal.network.detached;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carrel.Container;
import io.carrel.ContainerProcess;
import io.carrel.internal.network.NetworkMode;
import io.carrel.internal.network.RelayedMode;
import io.carrel.linux.Errno;
import io.carrel.linux.SyscallException;
import io.carrel.namespaces.Namespace;
import io.carrel.namespaces.NamespaceType;
import io.carrel.netns.Egress;
import io.carrel.netns.PortMapping;
import io.carrel.testing.NeedsProgram;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A JVM of its own that serves the network of a container. */
@Tag("kernel")
@NeedsProgram("perl")
@Timeout(120)
class HelperJvmTest {

    private static final String SERVER = """
        use IO::Socket::INET;
        my $l = IO::Socket::INET->new(LocalAddr => "127.0.0.1", LocalPort => 8080, Listen => 50) or die $@;
        $| = 1;
        print "listens\\n";
        while (my $c = $l->accept) { syswrite $c, "hello"; close $c }
        """;

    private static final String ASK = """
        use IO::Socket::INET;
        $| = 1;
        print "waits\\n";
        <STDIN>;
        my $s = IO::Socket::INET->new(PeerAddr => "127.0.0.1", PeerPort => 3128) or die $@;
        print $s "CONNECT elsewhere.example:443 HTTP/1.1\\r\\nHost: elsewhere.example:443\\r\\n\\r\\n";
        print scalar <$s>;
        """;

    @TempDir
    private Path directory;

    private Path log() {
        return directory.resolve("network.log");
    }

    private static BufferedReader output(ContainerProcess process) {
        return new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    private static ContainerProcess start(String script) throws IOException {
        return Container.builder().command("perl", "-e", script).build().start();
    }

    private HelperJvm.Started serve(NetworkMode mode, String... ports) {
        List<PortMapping> mappings =
                List.of(ports).stream().map(PortMapping::parse).toList();
        return HelperJvm.start(NetworkText.of(mode, mappings), log());
    }

    private static Taken connect(HelperJvm helper, ContainerProcess process) {
        try (Namespace network = Namespace.of(
                process.toHandle().children().findFirst().orElseThrow().pid(), NamespaceType.NETWORK)) {
            return helper.connect((int) process.pid(), network);
        }
    }

    private static void awaitEnd(HelperJvm helper) throws Exception {
        ProcessHandle handle = ProcessHandle.of(helper.pid()).orElse(null);
        if (handle != null) {
            handle.onExit().get(30, TimeUnit.SECONDS);
        }
    }

    private static String read(InetSocketAddress address) throws IOException {
        try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void relaysUntilTheContainerEnds() throws Exception {
        HelperJvm helper;
        InetSocketAddress port;
        try (ContainerProcess process = start(SERVER)) {
            helper = serve(new NetworkMode.None(), "127.0.0.1::8080").helper();
            assertThat(output(process).readLine()).isEqualTo("listens");
            Taken taken = connect(helper, process);
            assertThat(taken.addresses()).isEmpty();
            assertThat(taken.published()).hasSize(1);
            assertThat(taken.published().get(0).containerPort()).isEqualTo(8080);
            port = taken.published().get(0).host();
            for (int i = 0; i < 20; i++) {
                assertThat(read(port)).isEqualTo("hello");
            }
        }
        awaitEnd(helper);
        new ServerSocket(port.getPort(), 1, port.getAddress()).close(); // It is free again.
        assertThat(log()).isEmptyFile();
    }

    @Test
    void givesAllBackWhenTheStartFails() throws Exception {
        HelperJvm helper;
        InetSocketAddress port;
        try (ContainerProcess process = start(SERVER)) {
            helper = serve(new NetworkMode.None(), "127.0.0.1::8080").helper();
            assertThat(output(process).readLine()).isEqualTo("listens");
            port = connect(helper, process).published().get(0).host();
            helper.close();
            assertThat(ProcessHandle.of(helper.pid())).isEmpty();
            new ServerSocket(port.getPort(), 1, port.getAddress()).close();
        }
    }

    @Test
    void aRefusalIsTheOneThatThisJvmWouldHaveGot() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = "127.0.0.1:%d:8080".formatted(taken.getLocalPort());
            assertThatThrownBy(() -> serve(new NetworkMode.None(), port))
                    .isInstanceOfSatisfying(
                            SyscallException.class,
                            refused -> assertThat(refused.errno()).isEqualTo(Errno.named("EADDRINUSE")))
                    .hasMessageContaining("bind(");
        }
    }

    @Test
    void attemptsToGetOutAreInItsLog() throws Exception {
        HelperJvm helper;
        try (ContainerProcess process = start(ASK)) {
            helper = serve(new RelayedMode(Egress.allow("allowed.example"))).helper();
            BufferedReader output = output(process);
            assertThat(output.readLine()).isEqualTo("waits");
            connect(helper, process);
            process.getOutputStream().write('\n');
            process.getOutputStream().flush();
            assertThat(output.readLine()).startsWith("HTTP/1.1 403");
        }
        awaitEnd(helper);
        assertThat(Files.readString(log())).contains("denied proxy elsewhere.example:443");
    }

    @Test
    void whatOnlyThisJvmCanDoIsRefused() {
        assertThatThrownBy(() -> NetworkText.of(
                        new RelayedMode(Egress.allow("allowed.example").withListener(event -> {})), List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a listener ends with this JVM");
    }
}

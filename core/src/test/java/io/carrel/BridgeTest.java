package io.carrel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.net.InetAddresses;
import io.carrel.fs.RootFs;
import io.carrel.fs.Storage;
import io.carrel.linux.NotFoundException;
import io.carrel.linux.NotPermittedException;
import io.carrel.linux.SetupException;
import io.carrel.linux.SyscallException;
import io.carrel.netns.NetworkNamespace;
import io.carrel.netns.PortMapping;
import io.carrel.netns.Subnet;
import io.carrel.netns.bridge.BridgeNetwork;
import io.carrel.netns.bridge.Networks;
import io.carrel.testing.Inside;
import io.carrel.testing.KernelFeature;
import io.carrel.testing.Layers;
import io.carrel.testing.NeedsKernel;
import io.carrel.testing.NeedsProgram;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Containers on networks, all of it in a network namespace that plays the host. */
@NeedsProgram("perl")
@Timeout(60)
class BridgeTest {

    /** Says that it listens, and then who connects, to each who does. */
    private static final String SERVER = """
            use IO::Socket::INET;
            my $l = IO::Socket::INET->new(LocalPort => 80, Listen => 50) or die $@;
            $| = 1;
            print "listens\\n";
            while (my $c = $l->accept) { syswrite $c, $c->peerhost; close $c }
            """;

    private static final String CLIENT = """
            use IO::Socket::INET;
            my $s = IO::Socket::INET->new(PeerAddr => $ARGV[0], PeerPort => $ARGV[1], Timeout => 2) or die $@;
            print while <$s>;
            """;

    private static final BridgeNetwork LAB = BridgeNetwork.of("lab").withSubnet(Subnet.parse("10.7.0.0/24"));

    @TempDir
    private Path directory;

    private Storage storage() {
        return new Storage(directory);
    }

    private Networks networks() {
        return Networks.open(directory.resolve("networks"));
    }

    private static ContainerProcess start(Container container) throws IOException {
        ContainerProcess process = container.start();
        String line =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)).readLine();
        assertThat(line).isEqualTo("listens");
        return process;
    }

    private Container client(Network network, String address, int port) {
        return Container.builder()
                .command("perl", "-e", CLIENT, address, Integer.toString(port))
                .network(network)
                .build();
    }

    @Test
    @Tag("root")
    void containersOfANetworkReachEachOther() throws Exception {
        try (NetworkNamespace host = NetworkNamespace.create()) {
            host.run(() -> {
                try (Networks networks = networks()) {
                    networks.create(LAB);
                    networks.create(BridgeNetwork.of("other"));
                    Container server = Container.builder()
                            .command("perl", "-e", SERVER)
                            .network(Network.bridge(storage(), "lab")
                                    .withAddress(InetAddresses.forString("10.7.0.9"))
                                    .withNames("db"))
                            .publish(PortMapping.parse("8080:80"))
                            .build();
                    assertThat(server.explain())
                            .contains("connect it as eth0 to the bridge of the network lab")
                            .contains("have the kernel send to port 80/tcp what comes to port 8080 of the host");
                    try (ContainerProcess process = start(server)) {
                        assertThat(process.addresses()).containsExactly(InetAddresses.forString("10.7.0.9"));
                        assertThat(process.ports()).hasToString("[80/tcp -> [::]:8080]");
                        assertThat(networks.members("lab").get(0).names()).containsExactly("db");

                        ContainerResult near = client(Network.bridge(storage(), "lab"), "10.7.0.9", 80)
                                .run();
                        assertThat(near.stdout()).isEqualTo("10.7.0.2");
                        ContainerResult byName = client(Network.bridge(storage(), "lab"), "db", 80)
                                .run();
                        assertThat(byName.stderr() + byName.stdout()).startsWith("10.7.0.");
                        ContainerResult both = client(
                                        Network.bridge(storage(), "other").and("lab"), "10.7.0.9", 80)
                                .run();
                        assertThat(both.stdout()).startsWith("10.7.0.");
                        ContainerResult far = client(Network.bridge(storage(), "other"), "10.7.0.9", 80)
                                .run();
                        assertThat(far.exitStatus().success()).isFalse();
                        ContainerResult byTheHost = client(Network.bridge(storage(), "other"), "10.201.0.1", 8080)
                                .run();
                        assertThat(byTheHost.exitStatus().success())
                                .as(byTheHost.stderr())
                                .isTrue();
                        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), 8080)) {
                            assertThat(socket.getInputStream().readAllBytes()).isNotEmpty();
                        }
                        process.destroyForcibly();
                        process.awaitExit();
                    }
                    assertThat(networks.members("lab")).isEmpty();
                    networks.remove("lab");
                    networks.remove("other");
                    assertThat(host.links().list()).hasSize(1);
                }
            });
        }
    }

    @Test
    @Tag("root")
    void containersOfANetworkWithIpv6OnlyReachEachOtherByName() throws Exception {
        try (NetworkNamespace host = NetworkNamespace.create()) {
            host.run(() -> {
                try (Networks networks = networks()) {
                    networks.create(BridgeNetwork.of("six").withSubnet(Subnet.parse("fd07::/64")));
                    Container server = Container.builder()
                            .command(
                                    "perl",
                                    "-e",
                                    SERVER.replace("INET", "IP").replace("LocalPort => 80", "LocalPort => 8000"))
                            .network(Network.bridge(storage(), "six").withNames("db"))
                            .build();
                    try (ContainerProcess process = start(server)) {
                        assertThat(process.addresses()).containsExactly(InetAddresses.forString("fd07::2"));

                        ContainerResult result = Container.builder()
                                .command("perl", "-e", CLIENT.replace("INET", "IP"), "db", "8000")
                                .network(Network.bridge(storage(), "six"))
                                .build()
                                .run();

                        assertThat(result.stderr() + result.stdout()).isEqualTo("fd07::3");
                    }
                }
            });
        }
    }

    @Test
    @Tag("root")
    void itsOwnNameIsItsAddressOnTheNetwork() throws Exception {
        try (NetworkNamespace host = NetworkNamespace.create()) {
            host.run(() -> {
                try (Networks networks = networks()) {
                    networks.create(LAB);
                    networks.create(BridgeNetwork.of("six").withSubnet(Subnet.parse("fd07::/64")));
                    Network both = Network.bridge(storage(), "lab").and("six");
                    String script = "echo $(hostname -i) .; getent hosts $(hostname) localhost; tail -n 3 /etc/hosts";

                    String all = Inside.run(
                            Container.builder()
                                    .hostname("its-own")
                                    .network(both)
                                    .addHost("db", InetAddresses.forString("192.0.2.7")),
                            script);
                    assertThat(all)
                            .endsWith("10.7.0.2\tits-own\nfd07::2\tits-own\n192.0.2.7\tdb")
                            .contains("10.7.0.2 ", "fd07::2 ", "localhost")
                            .doesNotContain("127.0.1.1");

                    // The same definition has another address with each start.
                    Container again = Container.builder()
                            .command("getent", "hosts", "carrel")
                            .network(Network.bridge(storage(), "lab"))
                            .build();
                    assertThat(again.run().stdout()).startsWith("10.7.0.3 ");
                    assertThat(again.run().stdout()).startsWith("10.7.0.4 ");
                    assertThat(networks.members("lab")).isEmpty();
                }
            });
        }
    }

    @Test
    @Tag("root")
    @NeedsProgram("busybox")
    @NeedsKernel(KernelFeature.LAYERS)
    void itsOwnNameIsItsAddressWhereLayersAreItsRoot() throws Exception {
        Layers layers = Layers.in(directory);
        try (NetworkNamespace host = NetworkNamespace.create()) {
            host.run(() -> {
                try (Networks networks = networks()) {
                    networks.create(LAB);
                    ContainerBuilder container = Layers.on(RootFs.overlay(layers.busybox()))
                            .network(Network.bridge(storage(), "lab").withAddress(InetAddresses.forString("10.7.0.9")));
                    assertThat(Inside.run(container, "busybox hostname -i")).isEqualTo("10.7.0.9");
                }
            });
        }
    }

    @Test
    @Tag("root")
    void addressesOfAStartThatFailsAreGivenBack() throws Exception {
        try (NetworkNamespace host = NetworkNamespace.create()) {
            host.run(() -> {
                try (Networks networks = networks()) {
                    networks.create(LAB);
                    ContainerBuilder nowhere = Container.builder()
                            .command("/nowhere")
                            .network(Network.bridge(storage(), "lab").and("lab"));
                    assertThatThrownBy(() -> nowhere.build().start()).isInstanceOf(SetupException.class);
                    assertThat(networks.members("lab")).isEmpty();
                }
            });
        }
    }

    @Test
    @Tag("kernel")
    void itsFilesSayWhatWasGiven() throws Exception {
        ContainerResult result = Container.builder()
                .command("cat", "/etc/resolv.conf", "/etc/hosts")
                .dns(InetAddresses.forString("192.0.2.53"), InetAddresses.forString("2001:db8::53"))
                .addHost("db", InetAddresses.forString("192.0.2.7"))
                .build()
                .run();
        assertThat(result.stdout())
                .startsWith("nameserver 192.0.2.53\nnameserver 2001:db8::53\n")
                .contains("127.0.0.1\tlocalhost\n")
                .endsWith("127.0.1.1\tcarrel\n192.0.2.7\tdb\n");
    }

    @Test
    @Tag("root")
    void aPortInUseOrAMissingNetworkIsAnErrorThatLeavesNothing() throws Exception {
        try (NetworkNamespace host = NetworkNamespace.create()) {
            host.run(() -> {
                ContainerBuilder builder =
                        Container.builder().command("true").network(Network.bridge(storage(), "lab"));
                assertThatThrownBy(() -> builder.build().start())
                        .isInstanceOf(NotFoundException.class)
                        .hasMessageContaining("there is no network named lab");
                try (Networks networks = networks();
                        ServerSocket busy = new ServerSocket(8080)) {
                    networks.create(LAB);
                    assertThatThrownBy(() -> builder.publish(PortMapping.parse("8080:80"))
                                    .build()
                                    .start())
                            .isInstanceOf(SyscallException.class)
                            .hasMessageContaining("Port 8080/tcp is in use on this host");
                    assertThat(networks.members("lab")).isEmpty();
                    assertThat(host.links().list())
                            .extracting(link -> link.kind())
                            .containsOnly("", "bridge");
                    assertThat(busy.isBound()).isTrue();
                }
            });
        }
    }

    @Test
    @Tag("user")
    void anOrdinaryUserIsToldWhatElseCanBeDone() {
        Container container = Container.builder()
                .command("true")
                .network(Network.bridge(storage(), "lab"))
                .build();
        assertThatThrownBy(container::start)
                .isInstanceOf(NotPermittedException.class)
                .hasMessageContaining("Network.none()");
    }
}

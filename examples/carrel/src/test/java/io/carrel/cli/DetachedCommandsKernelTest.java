package io.carrel.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.carrel.testing.Eventually;
import io.carrel.testing.NeedsProgram;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Containers that go on when carrel has ended: each command is a JVM of its own. */
@Tag("kernel")
@Tag("long")
@Timeout(240)
class DetachedCommandsKernelTest {

    private static final Duration SOON = Duration.ofSeconds(30);

    @TempDir
    private Path home;

    private Process begin(String... arguments) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(Cli.command(arguments));
        builder.environment().put("CARREL_HOME", home.toString());
        return builder.start();
    }

    private Cli carrel(String... arguments) throws Exception {
        return Cli.end(begin(arguments));
    }

    @AfterEach
    void removeAll() throws Exception {
        carrel("rm", "-f", "desk");
        assertThat(carrel("ps", "-aq")).isEqualTo(new Cli(0, "", ""));
    }

    private void says(String text) {
        Eventually.holds("the log has " + text, SOON, () -> {
            try {
                return carrel("logs", "desk").out().contains(text);
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
    }

    @Test
    void itGoesOnAndIsStoppedAndStartedAgain() throws Exception {
        String script = "echo begins; echo wrong >&2; exec sleep 1000";
        Cli run = carrel("run", "-d", "--name", "desk", "--", "sh", "-c", script);
        assertThat(run.out()).matches("[0-9a-f]{64}\n");
        assertThat(run).isEqualTo(new Cli(0, run.out(), ""));
        assertThat(carrel("ps", "--no-trunc", "--format", "{{.ID}} {{.State}} {{.Names}}")
                        .out())
                .isEqualTo(run.out().strip() + " running desk\n");
        says("begins");
        assertThat(carrel("logs", "desk")).isEqualTo(new Cli(0, "begins\n", "wrong\n"));
        assertThat(carrel("logs", "-t", "-n", "1", "desk").err())
                .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{9}Z wrong\n");
        assertThat(carrel("logs", "--until", "1h", "desk")).isEqualTo(new Cli(0, "", ""));

        assertThat(carrel("stop", "-t", "5", "desk")).isEqualTo(new Cli(0, "desk\n", ""));
        assertThat(carrel("ps", "-a", "--format", "{{.Status}}").out()).startsWith("Exited (143)");
        assertThat(carrel("attach", "desk").err())
                .isEqualTo("carrel: You cannot attach to a stopped container, start it first\n");
        assertThat(carrel("start", run.out().substring(0, 6)).code()).isZero();
        assertThat(carrel("ps", "--format", "{{.State}}").out()).isEqualTo("running\n");
        assertThat(carrel("restart", "-t", "5", "desk")).isEqualTo(new Cli(0, "desk\n", ""));
        Eventually.holds("it has said it three times", SOON, () -> {
            try {
                return carrel("logs", "desk").out().equals("begins\nbegins\nbegins\n");
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
    }

    @Test
    void whoFollowsSeesTheEndAndWhoAttachesIsHeard() throws Exception {
        carrel("run", "-d", "-i", "--name", "desk", "--", "sh", "-c", "read a; echo got $a; read b; exit 7");
        Process following = begin("logs", "-f", "desk");
        Process attached = begin("attach", "desk");
        try (OutputStream input = attached.getOutputStream()) {
            input.write("one\n".getBytes(UTF_8));
            input.flush();
            says("got one");
            input.write("two\n".getBytes(UTF_8));
        }
        assertThat(Cli.end(following)).isEqualTo(new Cli(0, "got one\n", ""));
        assertThat(Cli.end(attached).code()).isEqualTo(7);
        assertThat(carrel("wait", "desk")).isEqualTo(new Cli(0, "7\n", ""));
    }

    @Test
    @NeedsProgram("dig")
    void whatItIsDeniedIsNoted() throws Exception {
        Cli run = carrel(
                "run",
                "-d",
                "--name",
                "desk",
                "--egress",
                "repo.example.org",
                "--",
                "sh",
                "-c",
                "dig +short evil.example; exec sleep 1000");
        assertThat(run.err()).isEmpty();
        Path log = home.resolve("containers").resolve(run.out().strip()).resolve("network.log");
        Eventually.holds("it is noted", SOON, () -> {
            try {
                return Files.readString(log).contains("denied name evil.example");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    @Test
    void aPublishedPortIsServed() throws Exception {
        String server = """
                use IO::Socket::INET;
                my $l = IO::Socket::INET->new(LocalAddr => "127.0.0.1", LocalPort => 80, Listen => 50) or die $@;
                $| = 1;
                print "listens\\n";
                while (my $c = $l->accept) { syswrite $c, "hello"; close $c }
                """;
        carrel("run", "-d", "--name", "desk", "-p", "127.0.0.1::80", "--", "perl", "-e", server);
        says("listens");
        String port = carrel("port", "desk").out().strip().replaceAll(".*:", "");
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), Integer.parseInt(port))) {
            assertThat(new String(socket.getInputStream().readAllBytes(), UTF_8))
                    .isEqualTo("hello");
        }
        assertThat(carrel("stop", "-t", "0", "desk").code()).isZero();
        assertThat(carrel("start", "desk").code()).isZero();
        assertThat(carrel("port", "desk").out()).startsWith("80/tcp -> 127.0.0.1:");
    }

    @Test
    void anotherCommandIsExecutedInIt() throws Exception {
        carrel("run", "-d", "--name", "desk", "--", "sleep", "1000");
        assertThat(carrel(
                        "exec",
                        "-e",
                        "A=b",
                        "-w",
                        "/tmp",
                        "desk",
                        "sh",
                        "-c",
                        "echo $A; pwd; cat; echo no >&2; exit 5"))
                .isEqualTo(new Cli(5, "b\n/tmp\n", "no\n"));
        assertThat(carrel("exec", "desk", "/no/such/program").code()).isEqualTo(127);
        assertThat(carrel("exec", "-it", "desk", "true"))
                .isEqualTo(new Cli(1, "", "carrel: the input device is not a TTY\n"));
        assertThat(carrel("exec", "-t", "desk", "sh", "-c", "tty; stty size").out())
                .isEqualTo("/dev/pts/0\r\n24 80\r\n");
    }

    @Test
    void whatCannotBeDetachedIsToldAndNothingIsLeft() throws Exception {
        assertThat(carrel("run", "-d", "--timeout", "5", "--", "true"))
                .matches(refused -> refused.code() == 125 && refused.err().contains("has no timeout"));
        assertThat(carrel("run", "-d", "--name", "desk", "--", "/no/such/program")
                        .code())
                .isEqualTo(127);
        carrel("rm", "desk");
        assertThat(carrel("logs", "nobody").code()).isEqualTo(125);
    }
}

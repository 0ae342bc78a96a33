package io.carrel.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Tag("kernel")
@Tag("long")
@Timeout(60)
class PublishCommandKernelTest {

    /** Says that it listens, and then hello to the first who connects. */
    private static final String SERVER = "use IO::Socket::INET;"
            + "my $l = IO::Socket::INET->new(LocalAddr => '127.0.0.1', LocalPort => 80, Listen => 5) or die $@;"
            + "$| = 1; print \"listens\\n\"; my $c = $l->accept; syswrite $c, 'hello'";

    @TempDir
    private Path home;

    private Process withHome(String... arguments) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(Cli.command(arguments));
        builder.environment().put("CARREL_HOME", home.toString());
        return builder.start();
    }

    @Test
    void aPortIsPublishedAndListedByOtherCommands() throws Exception {
        Process run = withHome("run", "--name", "web", "-p", "127.0.0.1::80", "--", "perl", "-e", SERVER);
        assertThat(new BufferedReader(new InputStreamReader(run.getInputStream(), UTF_8)).readLine())
                .isEqualTo("listens");
        // The init and what makes sockets are children of carrel's, the command is one of the init's.
        long command = run.children()
                .flatMap(ProcessHandle::children)
                .findFirst()
                .orElseThrow()
                .pid();

        Cli port = Cli.end(withHome("port", Long.toString(command)));

        assertThat(port.out()).matches("80/tcp -> 127\\.0\\.0\\.1:\\d+\n");
        int number = Integer.parseInt(port.out().strip().replaceFirst(".*:", ""));
        assertThat(Cli.end(withHome("run", "-p", "127.0.0.1:%d:80".formatted(number), "--", "true"))
                        .err())
                .contains("Port %d/tcp is published by the container web (process ".formatted(number));
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), number)) {
            assertThat(socket.getInputStream().readAllBytes()).asString().isEqualTo("hello");
        }
        assertThat(run.waitFor()).isZero();
        assertThat(Cli.carrel("port", Long.toString(ProcessHandle.current().pid())))
                .isEqualTo(new Cli(
                        125,
                        "",
                        "carrel: %d is in no container with published ports of this user's\n"
                                .formatted(ProcessHandle.current().pid())));
    }

    @Test
    void saysWhichPortIsInUse() throws Exception {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Cli run = Cli.carrel("run", "-p", "127.0.0.1:%d:80".formatted(other.getLocalPort()), "--", "true");
            assertThat(run.code()).isEqualTo(125);
            assertThat(run.err())
                    .contains("Port %d/tcp is in use on this host by java (process %d)."
                            .formatted(
                                    other.getLocalPort(),
                                    ProcessHandle.current().pid()));
        }
        assertThat(Cli.carrel("run", "-p", "80:80:80:80", "--", "true").err())
                .startsWith("carrel: Invalid value for option '--publish'")
                .contains("not a mapping of ports, as in 8080:80 or 127.0.0.1:5353:53/udp: \"80:80:80:80\"");
        assertThat(Cli.carrel("run", "--network", "host", "-p", "80", "--", "true")
                        .err())
                .startsWith("carrel: published ports need a network of the container's own");
    }

    @Test
    void printsWhatAnEgressDenies() throws Exception {
        Cli run = Cli.carrel(
                "run", "--egress", "repo.example.org", "--", "sh", "-c", "dig +short evil.example; echo $https_proxy");
        assertThat(run.code()).isZero();
        assertThat(run.out()).isEqualTo("http://127.0.0.1:3128\n");
        assertThat(run.err()).matches("carrel: denied name evil\\.example for dig \\(\\d+\\): it is not allowed\n");
        assertThat(Cli.carrel("run", "--egress", "10.1.2.3", "--", "true").err())
                .startsWith("carrel: not a name, as in repo.example.org or *.example.org: \"10.1.2.3\"");
    }
}

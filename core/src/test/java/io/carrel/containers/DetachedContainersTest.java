package io.carrel.containers;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carrel.Container;
import io.carrel.ContainerExec;
import io.carrel.Lifetime;
import io.carrel.fs.Storage;
import io.carrel.linux.Signal;
import io.carrel.netns.PortMapping;
import io.carrel.outcome.ExitStatus;
import io.carrel.testing.ChildJvm;
import io.carrel.testing.Eventually;
import io.carrel.testing.NeedsProgram;
import io.carrel.testing.Outside;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Containers that outlive the JVM by which they were started. */
@Tag("kernel")
@Timeout(120)
class DetachedContainersTest {

    private static final Duration SOON = Duration.ofSeconds(30);

    private final String seconds = Outside.unmistakableSeconds();

    @TempDir
    private Path directory;

    private Containers containers() {
        return Containers.open(new Storage(directory.resolve("storage")));
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        for (ContainerHandle container : containers().list()) {
            container.remove(true);
        }
        assertThat(Outside.processesCalledWith(seconds)).isEmpty();
    }

    private ContainerHandle start(String name, String script) {
        Container container = Container.builder().command("sh", "-c", script).build();
        return containers()
                .start(container, ContainerDescription.of(List.of(script)).withName(name), Lifetime.DETACHED);
    }

    private static List<String> said(ContainerHandle container) throws InterruptedException {
        List<String> lines = new ArrayList<>();
        try (ContainerLog log = container.log()) {
            for (Optional<LogLine> line = log.follow(); line.isPresent(); line = log.follow()) {
                lines.add(line.get().stream() + new String(line.get().text(), UTF_8));
            }
        }
        return lines;
    }

    /** Starts one and is killed. */
    static final class Starting {
        public static void main(String[] arguments) {
            Container container = Container.builder()
                    .command("sh", "-c", "echo begins; sleep " + arguments[1])
                    .build();
            ContainerHandle started = Containers.open(new Storage(Path.of(arguments[0])))
                    .start(container, ContainerDescription.of(List.of("sleep")).withName("desk"), Lifetime.DETACHED);
            System.out.println(started.id());
            Runtime.getRuntime().halt(9);
        }
    }

    @Test
    void itOutlivesItsJvmAndIsManagedByAnother() throws Exception {
        ChildJvm.Output output =
                ChildJvm.by().run(Starting.class, directory.resolve("storage").toString(), seconds);
        assertThat(output.exitCode()).as(output.stderr()).isEqualTo(9);
        ContainerHandle desk = containers().get("desk");
        assertThat(desk.id().hex()).isEqualTo(output.stdout().strip());
        assertThat(desk.state()).isEqualTo(ContainerState.RUNNING);
        try (ContainerExec exec =
                desk.execBuilder("sh", "-c", "echo inside $PPID; exit 3").start()) {
            assertThat(new String(exec.getInputStream().readAllBytes(), UTF_8)).isEqualTo("inside 1\n");
            assertThat(exec.awaitExit()).isEqualTo(new ExitStatus.Exited(3));
        }
        assertThat(desk.pids()).hasSizeGreaterThan(1).contains(desk.pid());
        desk.stop(SOON);
        assertThat(desk.state()).isEqualTo(ContainerState.EXITED);
        assertThat(desk.exit().orElseThrow().status()).isEqualTo(new ExitStatus.Signaled(15));
        assertThat(said(desk)).containsExactly("1begins\n");
    }

    @Test
    void whatItSaysIsKeptOfBothStreams() throws Exception {
        ContainerHandle desk = start("desk", "echo one; echo two >&2; printf end; exit 4");
        assertThat(desk.awaitExit().orElseThrow().status()).isEqualTo(new ExitStatus.Exited(4));
        assertThat(said(desk)).containsExactlyInAnyOrder("1one\n", "2two\n", "1end");
    }

    /** Its first process would do nothing more for the container if it were stopped itself. */
    @Test
    void stopStopsItsCommandAlone() throws Exception {
        ContainerHandle desk = start("desk", "echo begins; exec sleep " + seconds);
        try (ContainerLog log = desk.log()) {
            assertThat(log.follow()).isPresent();
        }
        desk.kill(Signal.STOP.number());
        long command = desk.pids().get(1);
        Eventually.holds("it is stopped", SOON, () -> state(command).equals("T"));
        assertThat(state(desk.pid())).isNotEqualTo("T");
        try (ContainerExec exec = desk.execBuilder("sh", "-c", "exit 3").start()) {
            assertThat(exec.awaitExit()).isEqualTo(new ExitStatus.Exited(3));
        }
        desk.kill(Signal.CONT.number());
        Eventually.holds("it goes on", SOON, () -> state(command).equals("S"));
    }

    private static String state(long pid) {
        try {
            String status = Files.readString(Path.of("/proc", Long.toString(pid), "status"));
            return status.replaceAll("(?s).*State:\t(.).*", "$1");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void whatIsWrittenToItArrives() throws Exception {
        ContainerHandle desk = start("desk", "read line; echo got $line; exec sleep " + seconds);
        try (OutputStream input = desk.input()) {
            input.write("something\n".getBytes(UTF_8));
        }
        try (ContainerLog log = desk.log()) {
            assertThat(new String(log.follow().orElseThrow().text(), UTF_8)).isEqualTo("got something\n");
        }
        desk.kill(9);
        assertThat(desk.awaitExit().orElseThrow().status()).isEqualTo(new ExitStatus.Signaled(9));
    }

    @Test
    @NeedsProgram("perl")
    void aPublishedPortIsServedUntilItsEnd() throws Exception {
        String server = """
                use IO::Socket::INET;
                my $l = IO::Socket::INET->new(LocalAddr => "127.0.0.1", LocalPort => 8080, Listen => 50) or die $@;
                $| = 1;
                print "listens\\n";
                while (my $c = $l->accept) { syswrite $c, "hello"; close $c }
                """;
        Container container = Container.builder()
                .command("perl", "-e", server)
                .publish(PortMapping.parse("127.0.0.1::8080"))
                .build();
        ContainerHandle desk = containers()
                .start(container, ContainerDescription.of(List.of("perl")).withName("web"), Lifetime.DETACHED);
        try (ContainerLog log = desk.log()) {
            assertThat(new String(log.follow().orElseThrow().text(), UTF_8)).isEqualTo("listens\n");
        }
        String port = desk.record().run().orElseThrow().ports().get(0).replaceAll(".*:", "");
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), Integer.parseInt(port))) {
            assertThat(new String(socket.getInputStream().readAllBytes(), UTF_8))
                    .isEqualTo("hello");
        }
        desk.remove(true);
        Eventually.holds("nobody listens any more", SOON, () -> {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), Integer.parseInt(port))) {
                return false;
            } catch (IOException refused) {
                return true;
            }
        });
    }

    @Test
    void whatTakesAJvmIsRefused() {
        Container container = Container.builder()
                .command("true")
                .timeout(Duration.ofSeconds(10))
                .build();
        assertThatThrownBy(() ->
                        containers().start(container, ContainerDescription.of(List.of("true")), Lifetime.DETACHED))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("has no timeout, which is the work of a JVM");
    }
}

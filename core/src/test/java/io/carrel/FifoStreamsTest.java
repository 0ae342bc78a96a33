package io.carrel;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carrel.linux.Errno;
import io.carrel.linux.SetupException;
import io.carrel.outcome.ExitStatus;
import io.carrel.testing.Eventually;
import io.carrel.testing.Footprint;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Streams that lead to FIFOs, whose other ends are opened late or never. */
@Tag("kernel")
class FifoStreamsTest {

    private static final Duration SHORT = Duration.ofMillis(200);

    @TempDir
    private Path directory;

    private Path fifo;

    @BeforeEach
    void makeFifo() throws Exception {
        fifo = directory.resolve("fifo");
        assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor())
                .isZero();
    }

    private ContainerBuilder redirected(int stream) {
        ContainerBuilder builder = Container.builder();
        return switch (stream) {
            case 0 -> builder.redirectInput(Redirect.from(fifo.toFile())).command("cat");
            case 1 -> builder.redirectOutput(Redirect.appendTo(fifo.toFile())).command("echo", "to the fifo");
            default -> builder.redirectError(Redirect.to(fifo.toFile())).command("sh", "-c", "echo to the fifo >&2");
        };
    }

    private Process shell(String script) throws Exception {
        return new ProcessBuilder("sh", "-c", script, "sh", fifo.toString()).start();
    }

    private static void awaitWait(Thread thread) {
        Eventually.holds("it waits", Duration.ofSeconds(20), () -> thread.getState() == Thread.State.TIMED_WAITING);
    }

    private static String output(Process process) throws Exception {
        return new String(process.getInputStream().readAllBytes(), UTF_8);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void aFifoThatNobodyElseOpensEndsARunInTime(int stream) throws Exception {
        ContainerResult result = redirected(stream).timeout(SHORT).build().run();
        assertThat(result.exitStatus()).isEqualTo(new ExitStatus.TimedOut(SHORT));
        assertThat(result.stdout() + result.stderr()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void aStartSaysWhatItWaitedFor(int stream) {
        Container container = redirected(stream).timeout(SHORT).build();
        Footprint before = Footprint.now();
        assertThatThrownBy(container::start)
                .isInstanceOfSatisfying(
                        SetupException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ETIMEDOUT))
                .hasMessageContaining(fifo.toString())
                .hasMessageContaining("Nobody has opened it for " + (stream == 0 ? "writing" : "reading"));
        assertThat(before.children()).containsAll(Footprint.now().children());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void anInterruptEndsTheWait(int stream) throws Exception {
        FutureTask<Boolean> wait = new FutureTask<>(() -> {
            assertThatThrownBy(() -> redirected(stream).build().run()).isInstanceOf(InterruptedException.class);
            assertThatThrownBy(() -> {
                        Thread.currentThread().interrupt();
                        redirected(stream).build().start();
                    })
                    .isInstanceOfSatisfying(
                            SetupException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EINTR));
            return Thread.interrupted();
        });
        Thread waiting = new Thread(wait);
        waiting.start();
        awaitWait(waiting);
        waiting.interrupt();
        assertThat(wait.get()).as("still interrupted").isTrue();
    }

    @Test
    void theWaitIsPartOfTheTime() throws Exception {
        Duration all = Eventually.patience(Duration.ofSeconds(2));
        Process writer = shell("sleep %s; exec sleep 1000 > $1".formatted(all.toMillis() * 0.9 / 1000));
        long begin = System.nanoTime();
        ContainerResult result = redirected(0).timeout(all).build().run();
        Duration took = Duration.ofNanos(System.nanoTime() - begin);
        writer.destroyForcibly();
        assertThat(result.exitStatus()).isEqualTo(new ExitStatus.TimedOut(all));
        assertThat(took).isBetween(all, all.multipliedBy(9).dividedBy(5));
    }

    @Test
    void whatIsWrittenLaterIsRead() throws Exception {
        FutureTask<String> run =
                new FutureTask<>(() -> redirected(0).build().run().stdout());
        Thread thread = new Thread(run);
        thread.start();
        awaitWait(thread);
        assertThat(shell("{ echo first; echo second; } > $1").waitFor()).isZero();
        assertThat(run.get()).isEqualTo("first\nsecond\n");
    }

    @Test
    void aWriterWhoHasNotWrittenYetIsEnough() throws Exception {
        Process writer = shell("exec 3> $1; read line; echo \"$line\" >&3");
        try (ContainerProcess cat = redirected(0).build().start()) {
            assertThat(cat.isAlive()).as("it reads a FIFO that blocks").isTrue();
            try (OutputStream line = writer.getOutputStream()) {
                line.write("late\n".getBytes(UTF_8));
            }
            assertThat(new String(cat.getInputStream().readAllBytes(), UTF_8)).isEqualTo("late\n");
            assertThat(cat.awaitExit()).isEqualTo(new ExitStatus.Exited(0));
        }
    }

    @Test
    void aWriterWhoHasGoneIsTheEnd() throws Exception {
        CompletableFuture<Process> writer = shell(": > $1").onExit();
        assertThat(redirected(0)
                        .timeout(Eventually.patience(Duration.ofSeconds(20)))
                        .build()
                        .run()
                        .exitStatus())
                .isEqualTo(new ExitStatus.Exited(0));
        assertThat(writer.get().exitValue()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void aReaderGetsTheOutput(int stream) throws Exception {
        Process reader = shell("cat $1");
        assertThat(redirected(stream).build().run().exitStatus()).isEqualTo(new ExitStatus.Exited(0));
        assertThat(output(reader)).isEqualTo("to the fifo\n");
    }

    @Test
    void aSocketIsRefusedAtOnce() throws Exception {
        Path socket = directory.resolve("socket");
        try (ServerSocketChannel listening = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            listening.bind(UnixDomainSocketAddress.of(socket));
            Container container = Container.builder()
                    .redirectOutput(Redirect.to(socket.toFile()))
                    .command("true")
                    .build();
            assertThatThrownBy(container::run)
                    .hasMessageContaining("Cannot write standard output")
                    .hasMessageContaining("ENXIO");
        }
    }
}

package io.carrel.linux.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.carrel.linux.Descriptor;
import io.carrel.linux.Errno;
import io.carrel.linux.SetupException;
import io.carrel.linux.SyscallException;
import io.carrel.linux.binding.Kernel;
import io.carrel.linux.binding.TransferCalls;
import io.carrel.linux.program.StepTable;
import io.carrel.linux.program.SyscallProgram;
import io.carrel.linux.testing.Proc;
import io.carrel.linux.uapi.Fcntl;
import io.carrel.testing.ChildJvm;
import io.carrel.testing.Eventually;
import io.carrel.testing.Footprint;
import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What the init of a container is asked for that goes on without the JVM. */
@Tag("kernel")
class DetachedSocketTest {

    private static final Duration SOON = Duration.ofSeconds(20);

    @TempDir
    private Path directory;

    private Detached container = new Detached(Path.of(""), 0, address -> Optional.empty());

    private void start(String script) {
        container = Detached.shell(directory, script);
    }

    @AfterEach
    void end() {
        if (container.pid() != 0) {
            container.end();
        }
    }

    private void say(String text) {
        try (ControlSocket socket = container.connect();
                Descriptor input = socket.attach()) {
            TransferCalls.write(input, text.getBytes(StandardCharsets.UTF_8));
        }
    }

    @Test
    void whoeverAttachesWritesToStandardInput() throws Exception {
        start("while read line; do echo got $line; done; exit 8");
        say("one\n");
        say("two\n");
        try (ControlSocket socket = container.connect();
                Descriptor input = socket.attach()) {
            socket.endInput();
            TransferCalls.write(input, "three\n".getBytes(StandardCharsets.UTF_8));
        }
        assertThat(container.text(1)).isEqualTo("got one\ngot two\ngot three\n");
        assertThat(container.exit().orElseThrow().waitStatus()).isEqualTo(8 << 8);
    }

    @Test
    void whatIsExecutedHasItsStreamsAndItsEnd() throws Exception {
        start("read end");
        try (ControlSocket socket = container.connect()) {
            ExecProcess process = Detached.start(socket, "sh", "-c", "cat; echo $$ >&2; kill -9 $$");
            process.getOutputStream().write("hello".getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().close();
            assertThat(process.waitFor()).isEqualTo(137);
            assertThat(process.inputReader().readLine()).isEqualTo("hello");
            assertThat(process.errorReader().readLine()).isEqualTo("3");
            process.close();
        }
    }

    @Test
    void whatCannotBeExecutedIsNamed() throws Exception {
        start("read end");
        try (ControlSocket socket = container.connect()) {
            for (int i = 0; i < 3; i++) {
                assertThatThrownBy(() -> Detached.start(socket, "no-such-program"))
                        .isInstanceOfSatisfying(
                                SetupException.class,
                                failure -> assertThat(failure.errno()).isEqualTo(Errno.ENOENT))
                        .hasMessageContaining("Cannot execute \"no-such-program\" in the container: execve(");
            }
            assertThat(container.execute("exit 5")).isEqualTo("5");
        }
    }

    /** Another JVM has not made the program. */
    @Test
    void whatCannotBeExecutedIsNamedByWhatIsWrittenOfTheProgram() throws Exception {
        start("read end");
        assertThatThrownBy(this::executeNowhere)
                .hasMessageStartingWith(
                        "Cannot execute \"true\" in the container: unknown call([true]) failed with ENOENT (2).");
        ControlSocket.writeSteps(directory, (SyscallProgram) container.steps());
        assertThatThrownBy(this::executeNowhere)
                .hasMessageStartingWith("Cannot execute \"true\" in the container: enter the working directory:"
                        + " chdir(\"/no/where\") failed with ENOENT (2).");
    }

    private void executeNowhere() {
        ExecCommand nowhere = new ExecCommand(List.of("true"), Map.of("PATH", "/bin"), "/no/where");
        try (ControlSocket socket = ControlSocket.connect(directory, container.pid(), StepTable.UNKNOWN);
                StandardStreams.Open open = StandardStreams.PIPES.open()) {
            ExecProcess.start(socket, nowhere, open, List.of()).close();
        }
    }

    @Test
    void manyAskAtTheSameTimeAndNothingIsLeft() throws Exception {
        start("read end");
        ThreadPoolExecutor threads = new ThreadPoolExecutor(8, 8, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>());
        threads.prestartAllCoreThreads();
        try {
            container.execute("true");
            Footprint before = Footprint.now();
            List<Future<String>> outputs = IntStream.range(0, 100)
                    .mapToObj(i -> threads.submit(() -> container.execute("echo %d; exit %d".formatted(i, i))))
                    .toList();
            for (int i = 0; i < outputs.size(); i++) {
                assertThat(outputs.get(i).get()).isEqualTo(i + "\n" + i);
            }
            before.assertNothingAdded();
            Eventually.holds(
                    "none is left but the command",
                    SOON,
                    () -> Proc.children(container.pid()).size() == 1);
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void moreThanThereAreSlotsForAreRefused() throws Exception {
        start("read end");
        StandardStreams streams = new StandardStreams(
                ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()),
                ProcessBuilder.Redirect.DISCARD,
                ProcessBuilder.Redirect.DISCARD,
                false);
        ExecCommand sleep = new ExecCommand(List.of("/bin/sleep", "1000"), Map.of(), "/");
        List<ExecProcess> running = new ArrayList<>();
        try (ControlSocket socket = container.connect();
                StandardStreams.Open open = streams.open()) {
            for (int i = 0; i < ExecArea.SLOTS; i++) {
                running.add(ExecProcess.start(socket, sleep, open, List.of()));
            }
            assertThatThrownBy(() -> ExecProcess.start(socket, sleep, open, List.of()))
                    .isInstanceOf(SetupException.class)
                    .hasMessageContaining("EAGAIN")
                    .hasMessageContaining("As many commands run in the container as can at a time.");
            running.get(200).close();
            running.add(ExecProcess.start(socket, sleep, open, List.of()));
            socket.end();
            for (ExecProcess process : running) {
                assertThat(process.waitFor()).isEqualTo(137);
            }
        }
    }

    static List<Arguments> malformed() {
        byte[] good = new ExecCommand(List.of("/bin/true"), Map.of(), "/").encode(0, Long.MAX_VALUE - 1);
        return List.of(
                Arguments.of("empty", new byte[0], 0),
                Arguments.of("of one byte", new byte[] {77}, 1),
                Arguments.of("of no known kind", new byte[1000], 5),
                Arguments.of("cut", Arrays.copyOf(good, good.length - 1), 4),
                Arguments.of("without a whole header", Arrays.copyOf(good, 71), 4),
                Arguments.of("longer than the area", Arrays.copyOf(good, 66_000), 4),
                Arguments.of("without descriptors", good, 0),
                Arguments.of("without a socket for answers", good, 3),
                Arguments.of("with other descriptors than a socket", good, 4),
                Arguments.of("with too many descriptors", good, 200),
                Arguments.of("an attachment without a socket", new byte[] {ExecArea.ATTACH}, 0),
                Arguments.of("an attachment with many", new byte[] {ExecArea.ATTACH}, 9),
                Arguments.of("the end of input with descriptors", new byte[] {ExecArea.END_INPUT}, 9));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void malformed(String how, byte[] message, int descriptors) throws Exception {
        start("sleep 1000");
        try (ControlSocket socket = container.connect();
                Descriptor nothing = Kernel.open("Cannot open", "/dev/null", Fcntl.O_RDWR)) {
            for (int i = 0; i < 20; i++) {
                socket.send("Cannot ask for what is " + how, message, Collections.nCopies(descriptors, nothing));
            }
            assertThat(container.execute("echo next; exit 1")).isEqualTo("next\n1");
        }
    }

    @Test
    void whoIsGoneBeforeTheEndOrTheAnswerHindersNobody() throws Exception {
        start("read end");
        try (ControlSocket socket = container.connect();
                Descriptor nothing = Kernel.open("Cannot open", "/dev/null", Fcntl.O_RDWR)) {
            byte[] message = new ExecCommand(List.of("/bin/true"), Map.of(), "/").encode(0, Long.MAX_VALUE - 1);
            for (int i = 0; i < 60; i++) {
                List<Descriptor> pair = Kernel.socketPair("answers");
                try (Descriptor theirs = pair.get(1)) {
                    pair.get(0).close();
                    socket.send("Cannot ask", message, List.of(nothing, nothing, nothing, theirs));
                }
            }
            assertThat(container.execute("echo next; exit 1")).isEqualTo("next\n1");
        }
    }

    /** Its client ended while the init was stopped, and may have been asked again since. */
    @Test
    void whatNobodyWaitsForAnyMoreIsNotExecuted() throws Exception {
        start("read end");
        Path mark = directory.resolve("executed");
        byte[] message = new ExecCommand(List.of("/usr/bin/touch", mark.toString()), Map.of(), "/")
                .encode(0, Long.MAX_VALUE - 1);
        signal("STOP");
        try (ControlSocket socket = container.connect();
                Descriptor nothing = Kernel.open("Cannot open", "/dev/null", Fcntl.O_RDWR)) {
            List<Descriptor> pair = Kernel.socketPair("answers");
            try (Descriptor theirs = pair.get(1)) {
                socket.send("Cannot ask", message, List.of(nothing, nothing, nothing, theirs));
            }
            pair.get(0).close();
        } finally {
            signal("CONT");
        }
        assertThat(container.execute("exit 1")).isEqualTo("1");
        assertThat(mark).doesNotExist();
    }

    @Test
    void whatWasGivenUpIsNotExecuted() throws Exception {
        start("read end");
        Path mark = directory.resolve("executed");
        ExecCommand touch = new ExecCommand(List.of("/usr/bin/touch", mark.toString()), Map.of(), "/");
        signal("STOP");
        try (ControlSocket socket = container.connect();
                Descriptor nothing = Kernel.open("Cannot open", "/dev/null", Fcntl.O_RDWR)) {
            CompletableFuture<Exec> answer = socket.execute(touch, List.of(nothing, nothing, nothing));
            assertThat(answer.cancel(false)).isTrue();
        } finally {
            signal("CONT");
        }
        assertThat(container.execute("exit 1")).isEqualTo("1");
        assertThat(mark).doesNotExist();
    }

    private void signal(String name) throws Exception {
        assertThat(new ProcessBuilder("kill", "-" + name, Integer.toString(container.pid()))
                        .start()
                        .waitFor())
                .isZero();
    }

    @Test
    void onlyItsOwnerMayAsk() throws Exception {
        start("read end");
        Path file = directory.resolve("socket");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void oneThatHasEndedIsNotReached() throws Exception {
        start("exit 0");
        container.awaitEnd();
        assertThatThrownBy(() -> container.connect())
                .isInstanceOfSatisfying(
                        SyscallException.class,
                        failure -> assertThat(failure.errno()).isEqualTo(Errno.named("ECONNREFUSED")));
    }

    @Test
    void signalsAreForwarded() throws Exception {
        start("trap 'echo got it; exit 3' TERM; echo ready; while :; do sleep 0.01; done");
        Eventually.holds("it is ready", SOON, () -> container.log().next().isPresent());
        signal("TERM");
        assertThat(container.text(1)).isEqualTo("ready\ngot it\n");
        assertThat(container.exit().orElseThrow().waitStatus()).isEqualTo(3 << 8);
    }

    @Test
    void orphansAreReaped() throws Exception {
        start("for i in 1 2 3 4 5 6 7 8 9; do (true &); done; read end; exit 4");
        Eventually.holds(
                "none is left but the command",
                SOON,
                () -> Proc.children(container.pid()).size() == 1);
        say("end\n");
        container.awaitEnd();
        assertThat(container.exit().orElseThrow().waitStatus()).isEqualTo(4 << 8);
    }

    @Test
    void dirtiesFewPages() throws Exception {
        start("seq 200000; read end");
        for (int i = 0; i < 20; i++) {
            assertThat(container.execute("exit 2")).isEqualTo("2");
        }
        try (ControlSocket socket = container.connect()) {
            Detached.start(socket, "true", "x".repeat(60_000)).close();
        }
        assertThat(container.execute("exit 2")).isEqualTo("2");
        long own = Proc.memoryKibibytes(container.pid(), "Private_Dirty")
                + Proc.memoryKibibytes(container.pid(), "Private_Clean");
        assertThat(own).as("KiB of its own").isBetween(4L, 80L);
    }

    @Test
    void aKilledInitIsNoEnd() throws Exception {
        start("read end");
        signal("KILL");
        container.awaitEnd();
        assertThat(container.exit()).isEmpty();
        assertThat(container.text(1)).isEmpty();
    }

    @Test
    @Tag("long") // it starts a JVM
    void itGoesOnWhenTheJvmIsKilledAndTheNextOneHasIt() throws Exception {
        Process jvm = ChildJvm.by()
                .option("-Djava.io.tmpdir=" + directory)
                .start(
                        DetachedMain.class,
                        directory.toString(),
                        "echo out; while read line; do echo got $line; done; exit 9");
        BufferedReader output = jvm.inputReader();
        int pid = Integer.parseInt(output.readLine());
        jvm.destroyForcibly().onExit().join();

        container = new Detached(directory, pid, address -> Optional.empty());
        assertThat(container.isRunning()).isTrue();
        assertThat(container.execute("exit 3")).isEqualTo("3");
        say("something\n");
        try (ControlSocket socket = container.connect()) {
            assertThat(catchThrowable(() -> Detached.start(socket, "no-such-program")))
                    .isInstanceOf(SetupException.class);
            socket.endInput();
        }
        assertThat(container.text(1)).isEqualTo("out\ngot something\n");
        assertThat(container.exit().orElseThrow().waitStatus()).isEqualTo(9 << 8);
    }
}

package io.carrel.linux.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.carrel.linux.Descriptor;
import io.carrel.linux.Errno;
import io.carrel.linux.SetupException;
import io.carrel.linux.binding.Kernel;
import io.carrel.linux.program.Step;
import io.carrel.linux.program.SyscallProgram;
import io.carrel.linux.testing.Proc;
import io.carrel.linux.uapi.Fcntl;
import io.carrel.testing.Eventually;
import io.carrel.testing.Footprint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What an init executes besides its command. */
@Tag("kernel")
class ExecProcessTest {

    private static final Duration SOON = Duration.ofSeconds(20);
    /** Where one of these fails, the init ends, and all with it: it can tell nobody of what it executes. */
    private static final List<String> FATAL = List.of(
            "tell that it runs",
            "give up its standard streams",
            "give up what came with them",
            "tell that it has ended");
    /** Where it fails, there is an execution all the same. */
    private static final String HARMLESS = "give back the memory of what was executed";
    /** Only after another failure. */
    private static final List<String> NOT_REACHED =
            List.of("drop what is to be executed", "tell that it does not run", "end what was not executed");

    /** These are reached in a container that has terminals of its own, as TerminalTest has one. */
    private static final Pattern OF_TERMINALS = Pattern.compile("\\bterminal\\b|make it a standard stream");

    private static ExecProcess start(Started container, String... words) {
        try (StandardStreams.Open open = StandardStreams.PIPES.open()) {
            return ExecProcess.start(
                    container.process().child(),
                    new ExecCommand(List.of(words), Map.of("PATH", "/nowhere:/usr/bin:/bin", "LC_ALL", "C"), "/"),
                    open,
                    List.of());
        }
    }

    private static String output(ExecProcess process) throws IOException {
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.close();
        return output;
    }

    @Test
    void executesACommandInTheContainer() throws Exception {
        try (Started container = Started.cat(Shape.INIT)) {
            ExecProcess process = start(container, "sh", "-c", "echo $$; cat; exit 3");
            process.getOutputStream().write("hello\n".getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().close();
            assertThat(process.waitFor()).isEqualTo(3);
            assertThat(output(process)).isEqualTo("3\nhello\n");
        }
    }

    @Test
    void theSupervisingLauncherExecutesNothing() throws Exception {
        try (Started container = Started.cat(Shape.COMMAND_IS_INIT)) {
            assertThatThrownBy(() -> start(container, "true")).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void twoHundredFromEightThreadsAreAllThereAndLeaveNothing() throws Exception {
        ThreadPoolExecutor threads = new ThreadPoolExecutor(8, 8, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>());
        threads.prestartAllCoreThreads();
        try (Started container = Started.cat(Shape.INIT)) {
            output(start(container, "true"));
            long init = container.process().pid();
            Footprint before = Footprint.now();
            List<Future<String>> outputs = IntStream.range(0, 200)
                    .mapToObj(i -> threads.submit(() -> {
                        ExecProcess process = start(container, "sh", "-c", "echo %d; exit %d".formatted(i, i % 100));
                        String end = " " + process.waitFor();
                        return output(process).strip() + end;
                    }))
                    .toList();
            for (int i = 0; i < 200; i++) {
                assertThat(outputs.get(i).get()).isEqualTo(i + " " + i % 100);
            }
            before.assertNothingAdded();
            Eventually.holds(
                    "none is left but the command",
                    SOON,
                    () -> Proc.children(init).size() == 1);
        } finally {
            threads.shutdownNow();
        }
    }

    /** Root alone may look: the init is not dumpable in the real world, and here others' anyway. */
    @Test
    void theInitKeepsNoDescriptorButTheChannel() throws Exception {
        try (Started container = Started.cat(Shape.INIT)) {
            ExecProcess running = start(container, "cat");
            start(container, "true").close();
            assertThat(catchThrowable(() -> start(container, "no-such-program")))
                    .isInstanceOf(SetupException.class);
            Path descriptors =
                    Path.of("/proc/%d/fd".formatted(container.process().pid()));
            Eventually.holds("only the channel is open", SOON, () -> {
                try (Stream<Path> open = Files.list(descriptors)) {
                    return open.map(path -> path.getFileName().toString())
                            .toList()
                            .equals(List.of("3"));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            running.close();
        }
    }

    @Test
    void dirtiesFewPages() throws Exception {
        try (Started container = Started.cat(Shape.INIT)) {
            for (int i = 0; i < 20; i++) {
                output(start(container, "true"));
            }
            long init = container.process().pid();
            long own = Proc.memoryKibibytes(init, "Private_Dirty") + Proc.memoryKibibytes(init, "Private_Clean");
            assertThat(own).as("KiB of its own").isBetween(4L, 72L);
            start(container, "true", "x".repeat(60_000)).close();
            own = Proc.memoryKibibytes(init, "Private_Dirty") + Proc.memoryKibibytes(init, "Private_Clean");
            assertThat(own).as("KiB of its own after a long one").isBetween(4L, 72L);
        }
    }

    @Test
    void orphansOfTheCommandsAreNoneOfThem() throws Exception {
        try (Started container =
                Started.shell(Shape.INIT, "echo x; for i in 1 2 3 4 5 6 7 8 9; do (true &); done; echo y; cat")) {
            container.readLine();
            ExecProcess process = start(container, "sh", "-c", "read line; exit 4");
            assertThat(container.readLine()).isEqualTo("y");
            process.getOutputStream().close();
            assertThat(process.waitFor()).isEqualTo(4);
            process.close();
        }
    }

    @Test
    void moreThanThereAreSlotsForAreRefused() throws Exception {
        try (Started container = Started.cat(Shape.INIT)) {
            List<ExecProcess> running = new ArrayList<>();
            StandardStreams streams = new StandardStreams(
                    ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()),
                    ProcessBuilder.Redirect.DISCARD,
                    ProcessBuilder.Redirect.DISCARD,
                    false);
            ExecCommand sleep = new ExecCommand(List.of("/bin/sleep", "1000"), Map.of(), "/");
            try (StandardStreams.Open open = streams.open()) {
                for (int i = 0; i < ExecArea.SLOTS; i++) {
                    running.add(ExecProcess.start(container.process().child(), sleep, open, List.of()));
                }
                assertThatThrownBy(() -> ExecProcess.start(container.process().child(), sleep, open, List.of()))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("511 commands run");
                running.get(200).close();
                running.add(ExecProcess.start(container.process().child(), sleep, open, List.of()));
            }
            container.process().destroyForcibly();
            for (ExecProcess process : running) {
                assertThat(process.waitFor()).isEqualTo(137);
            }
        }
    }

    static List<Arguments> malformed() {
        byte[] good = new ExecCommand(List.of("/bin/true"), Map.of(), "/").encode(0, Long.MAX_VALUE - 1);
        byte[] cut = Arrays.copyOf(good, good.length - 1);
        byte[] header = Arrays.copyOf(good, 71);
        byte[] long1 = Arrays.copyOf(good, ExecArea.HEADER_SIZE + ExecArea.BLOCK_SIZE + 1);
        return List.of(
                Arguments.of("cut", cut, 3),
                Arguments.of("without a whole header", header, 3),
                Arguments.of("longer than the area", long1, 3),
                Arguments.of("without descriptors", good, 0),
                Arguments.of("with too few descriptors", good, 2),
                Arguments.of("with too many descriptors", good, 9));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void malformed(String how, byte[] message, int descriptors) throws Exception {
        try (Started container = Started.cat(Shape.INIT);
                Descriptor nothing = Kernel.open("Cannot open", "/dev/null", Fcntl.O_RDWR)) {
            List<Descriptor> passed = Collections.nCopies(descriptors, nothing);
            assertThatThrownBy(() -> container
                            .process()
                            .child()
                            .executeMessage(new ExecCommand(List.of("x"), Map.of(), "/"), message, passed)
                            .join())
                    .hasCauseInstanceOf(SetupException.class)
                    .hasMessageContaining("EBADMSG")
                    .hasMessageContaining("refuses the message");
            assertThat(output(start(container, "echo", "next"))).isEqualTo("next\n");
        }
    }

    static List<Arguments> steps() {
        List<Arguments> found = new ArrayList<>();
        List<Step> steps = Shape.INIT.program("/bin/true").steps();
        int first = steps.stream().map(Step::reason).toList().indexOf("make room for what is to be executed");
        for (int i = 0; i < steps.size(); i++) {
            String reason = steps.get(i).reason();
            boolean isServing = i >= first && !steps.get(i).process().equals("failure");
            boolean isReached = !NOT_REACHED.contains(reason)
                    && !OF_TERMINALS.matcher(reason).find();
            if ((isServing || reason.equals("tell that it has ended")) && isReached) {
                found.add(Arguments.of(reason, i));
            }
        }
        return found;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("steps")
    void eachStepFailsOnce(String reason, int index) throws Exception {
        SyscallProgram program =
                Shape.INIT.program("/bin/sh", "-c", "echo x; read never").withFailingStep(index);
        Footprint before = Footprint.now();
        try (Started container = Started.of(program)) {
            container.readLine();
            if (FATAL.contains(reason)) {
                Throwable failure = catchThrowable(() -> {
                    ExecProcess process = start(container, "true");
                    assertThat(process.waitFor()).isNotNegative();
                    process.close();
                });
                assertThat(failure)
                        .satisfiesAnyOf(
                                none -> assertThat(none).isNull(),
                                ended -> assertThat(ended).isInstanceOf(IllegalStateException.class));
                assertThat(container.process().waitFor()).isNotZero();
            } else if (reason.equals(HARMLESS)) {
                assertThat(output(start(container, "echo", "it"))).isEqualTo("it\n");
            } else {
                for (int i = 0; i < 2; i++) {
                    Throwable failure = catchThrowable(() -> start(container, "true"));
                    assertThat(failure).isInstanceOf(SetupException.class);
                    assertThat(((SetupException) failure).errno()).isEqualTo(Errno.ENOSYS);
                    assertThat(failure).hasMessageContaining(reason.equals("execute it") ? "execute \"true\"" : reason);
                }
                assertThat(container.process().isAlive()).isTrue();
            }
        }
        before.assertNothingAdded();
    }
}

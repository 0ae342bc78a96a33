package io.carrel.linux.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.carrel.linux.Descriptor;
import io.carrel.linux.Errno;
import io.carrel.linux.SetupException;
import io.carrel.linux.SyscallException;
import io.carrel.linux.binding.TransferCalls;
import io.carrel.linux.log.ExitRecord;
import io.carrel.linux.program.Step;
import io.carrel.linux.program.SyscallProgram;
import io.carrel.linux.testing.Golden;
import io.carrel.testing.Footprint;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The steps of an init that goes on without the JVM, each of which fails once. */
class DetachedStepsTest {

    private static final String FIRST = "await what it needs without the JVM";
    private static final String LAST = "report that it goes on without the JVM";
    /** Where one of these fails, the init ends, and all with it, without a record of that. */
    private static final List<String> FATAL = List.of(
            "await what the command says, requests, and signals",
            "reap a process",
            "see what is asked for",
            "drop what nobody understands",
            "give up where it has answered",
            "give up its standard streams",
            "give up what came with them",
            "write how the command ended");

    /** Only where the command has not ended by itself. */
    private static final String NOT_ALWAYS_REACHED = "await the command's end";

    @TempDir
    private Path directory;

    private static SyscallProgram program() {
        return Shape.INIT.detached(
                Shape::nothing, "/bin/sh", "-c", "(true &); echo out; echo error >&2; read never; exit 3");
    }

    private static int index(String reason) {
        return program().steps().stream().map(Step::reason).toList().indexOf(reason);
    }

    @Test
    void theProgramIsAsListed() throws Exception {
        Golden.assertMatches("process-tree-detached.txt", program().toString());
    }

    static Stream<Arguments> takingOver() {
        List<Step> steps = program().steps();
        return IntStream.rangeClosed(index(FIRST), index(LAST))
                .mapToObj(i -> Arguments.of(steps.get(i).reason(), i));
    }

    @Tag("kernel")
    @ParameterizedTest(name = "{0}")
    @MethodSource("takingOver")
    void aStartThatFailsLeavesNothing(String reason, int index) throws Exception {
        Detached warmUp = Detached.shell(directory, "true");
        warmUp.awaitEnd();
        Footprint before = Footprint.now();
        assertThatThrownBy(() -> Detached.start(directory, 1, 1000, program().withFailingStep(index)))
                .isInstanceOfSatisfying(SetupException.class, failure -> {
                    assertThat(failure.step()).isEqualTo(reason);
                    assertThat(failure.errno()).isEqualTo(Errno.ENOSYS);
                });
        before.assertNothingAdded();
        assertThat(ExitRecord.read(Detached.exit(directory))).isEmpty();
    }

    static Stream<Arguments> goingOn() {
        List<Step> steps = program().steps();
        return IntStream.range(index(LAST) + 1, steps.size())
                .filter(i -> !steps.get(i).process().equals("failure"))
                .mapToObj(i -> Arguments.of(steps.get(i).reason(), i));
    }

    /** Whatever fails, all who ask get an answer, and the container ends. */
    @Tag("kernel")
    @ParameterizedTest(name = "{0}")
    @MethodSource("goingOn")
    void oneThatGoesOnAndFailsKeepsNobodyWaiting(String reason, int index) throws Exception {
        Detached container = Detached.start(directory, 2, 20, program().withFailingStep(index));
        for (int i = 0; i < 2; i++) {
            Throwable failure =
                    catchThrowable(() -> assertThat(container.execute("exit 7")).isIn("7", "137"));
            if (failure != null) {
                assertThat(failure)
                        .isInstanceOfAny(SetupException.class, IllegalStateException.class, SyscallException.class);
            }
        }
        Throwable failure = catchThrowable(() -> use(container));
        if (failure != null) {
            assertThat(failure).isInstanceOfAny(IllegalStateException.class, SyscallException.class);
        }
        container.end();
        if (!reason.equals(NOT_ALWAYS_REACHED)) {
            assertThat(container.exit().isPresent()).isEqualTo(!FATAL.contains(reason));
        }
    }

    private static void use(Detached container) {
        try (ControlSocket socket = container.connect()) {
            socket.send("Cannot ask for nonsense", new byte[] {99}, List.of());
            try (Descriptor input = socket.attach()) {
                socket.endInput();
                TransferCalls.write(input, "never\n".getBytes(StandardCharsets.UTF_8));
            }
        }
    }
}

package io.carrel.linux.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.carrel.linux.Errno;
import io.carrel.linux.SetupException;
import io.carrel.linux.program.Step;
import io.carrel.linux.program.SyscallProgram;
import io.carrel.testing.Footprint;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Starts that fail: each is an exception that says what failed, and leaves nothing. */
@Tag("kernel")
class SetupFailureTest {

    /** A kernel without keyrings has none to keep from the command. */
    private static final List<String> MAY_FAIL = List.of(
            "await that the command is executed",
            "leave the session keyring of the JVM",
            "give the command a session keyring of its own");

    @BeforeAll
    static void startTheEventLoop() throws Exception {
        try (Started warmUp = Started.shell(Shape.INIT, "exit 0")) {
            assertThat(warmUp.process().waitFor()).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aMissingCommandIsNamed(Shape shape) {
        SetupException failure = fail(shape.program("/no/such/command", "x"));
        assertThat(failure.step()).isEqualTo("execute the command");
        assertThat(failure.call()).isEqualTo("execve");
        assertThat(failure.errno()).isEqualTo(Errno.ENOENT);
        assertThat(failure)
                .hasMessage("Cannot execute the command: execve(\"/no/such/command\", [\"/no/such/command\", \"x\"],"
                        + " [\"PATH=/usr/bin:/bin\", \"LC_ALL=C\"]) failed with ENOENT (2).\n"
                        + "The command, or the interpreter or dynamic loader it names, does not exist inside the"
                        + " container.");
    }

    @ParameterizedTest
    @EnumSource
    void aDirectoryIsNoCommand(Shape shape, @TempDir Path directory) {
        assertThat(fail(shape.program(directory.toString())).errno()).isEqualTo(Errno.EACCES);
    }

    @ParameterizedTest
    @EnumSource
    void aFailedStartLeavesNothing(Shape shape) {
        SyscallProgram program = shape.program("/no/such/command");
        Footprint before = Footprint.now();
        for (int i = 0; i < 20; i++) {
            fail(program);
        }
        before.assertNothingAdded();
    }

    /** The steps up to the one that announces the command: where one of them fails, there must be no command. */
    static List<Arguments> steps() {
        List<Arguments> found = new ArrayList<>();
        for (Shape shape : Shape.values()) {
            List<Step> steps = shape.program("/bin/true").steps();
            for (int i = 0; i < indexOfAnnouncement(shape); i++) {
                if (!MAY_FAIL.contains(steps.get(i).reason())) {
                    found.add(Arguments.of(shape, steps.get(i).reason(), i));
                }
            }
        }
        return found;
    }

    private static int indexOfAnnouncement(Shape shape) {
        return shape.program("/bin/true").steps().stream()
                .map(Step::reason)
                .toList()
                .indexOf("report that the command runs");
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("steps")
    void everyStepThatFailsIsNamedAndLeavesNothing(Shape shape, String reason, int index) {
        SyscallProgram program = shape.program("/bin/sh", "-c", "read never").withFailingStep(index);
        Footprint before = Footprint.now();
        SetupException failure = fail(program);
        before.assertNothingAdded();
        assertThat(failure.step()).isEqualTo(reason);
        assertThat(failure.errno()).isEqualTo(Errno.ENOSYS);
    }

    @ParameterizedTest
    @EnumSource
    void aCommandThatCannotBeAnnouncedIsEnded(Shape shape) {
        SyscallProgram program = shape.program("/bin/sh", "-c", "read never");
        Footprint before = Footprint.now();
        SetupException failure = fail(program.withFailingStep(indexOfAnnouncement(shape)));
        before.assertNothingAdded();
        assertThat(failure.step()).isEqualTo("report that the command runs");
    }

    /** Fails closed: nobody supervised the command, so nobody knows that it was successful. */
    @ParameterizedTest
    @EnumSource
    void aSupervisorThatFailsIsNoSuccess(Shape shape) throws Exception {
        SyscallProgram program = shape.program("/bin/sh", "-c", "read never");
        assertThat(program.steps().get(indexOfAnnouncement(shape) + 1).reason())
                .isEqualTo("give up the standard streams");
        try (Started started = Started.of(program.withFailingStep(indexOfAnnouncement(shape) + 1))) {
            assertThat(started.process().waitFor()).isNotZero();
        }
    }

    @ParameterizedTest
    @EnumSource
    void theHostsFailureIsPassedOnAndLeavesNothing(Shape shape) {
        SyscallProgram program = shape.programThatWaitsForTheHost("/bin/true");
        IllegalStateException refusal = new IllegalStateException("the host refuses");
        Footprint before = Footprint.now();
        assertThatThrownBy(() -> Started.of(program, StandardStreams.PIPES, List.of(), (need, pid) -> {
                    throw refusal;
                }))
                .isSameAs(refusal);
        before.assertNothingAdded();
    }

    private static SetupException fail(SyscallProgram program) {
        SetupException failure = catchThrowableOfType(
                SetupException.class, () -> Started.of(program).close());
        assertThat(failure).as("failure of the start").isNotNull();
        return failure;
    }
}

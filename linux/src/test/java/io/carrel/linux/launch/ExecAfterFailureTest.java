package io.carrel.linux.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.carrel.linux.Errno;
import io.carrel.linux.SetupException;
import io.carrel.linux.program.Step;
import io.carrel.linux.program.SyscallProgram;
import io.carrel.testing.Footprint;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The steps by which an init tells that something was not executed fail as well; {@link ExecProcessTest} has all
 * others.
 */
@Tag("kernel")
class ExecAfterFailureTest {

    private static final String MARK = "mark what belongs to it";

    /** The last first, as a call that no kernel knows is no step any more. */
    private static SyscallProgram failing(String first, String last) {
        SyscallProgram program = Shape.INIT.program("/bin/sh", "-c", "echo x; read never");
        List<String> steps = program.steps().stream().map(Step::reason).toList();
        assertThat(steps).containsSubsequence(first, last);
        return program.withFailingStep(steps.indexOf(last)).withFailingStep(steps.indexOf(first));
    }

    /** Opens what stays open as long as the JVM. */
    @BeforeAll
    static void warmUp() throws Exception {
        try (Started container = Started.cat(Shape.INIT)) {
            start(container).close();
        }
    }

    private static ExecProcess start(Started container) {
        try (StandardStreams.Open open = StandardStreams.PIPES.open()) {
            return ExecProcess.start(
                    container.process().child(),
                    new ExecCommand(List.of("true"), Map.of("PATH", "/usr/bin:/bin"), "/"),
                    open,
                    List.of());
        }
    }

    /** What was not taken stays in front of all that comes later: the end must come without being told. */
    @Test
    void whatCannotBeDroppedHoldsUpNobody() throws Exception {
        Footprint before = Footprint.now();
        try (Started container =
                Started.of(failing("make room for what is to be executed", "drop what is to be executed"))) {
            container.readLine();
            SetupException failure = catchThrowableOfType(SetupException.class, () -> start(container));
            assertThat(failure.errno()).isEqualTo(Errno.ENOSYS);
            container.process().destroyForcibly();
            assertThat(container.process().waitFor()).isNotZero();
        }
        before.assertNothingAdded();
    }

    /** An init that the JVM cannot hear would be asked in vain for ever. */
    @Test
    void anInitThatCannotTellItEndsAll() throws Exception {
        Footprint before = Footprint.now();
        try (Started container = Started.of(failing(MARK, "tell that it does not run"))) {
            container.readLine();
            assertThat(catchThrowable(() -> start(container)))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("has ended");
            assertThat(container.process().waitFor()).isNotZero();
        }
        before.assertNothingAdded();
    }

    /** The timer ends it: until then the init waits, as for a process that cannot be executed for so long. */
    @Test
    @Tag("long")
    void whatDoesNotEndIsEnded() throws Exception {
        Footprint before = Footprint.now();
        try (Started container = Started.of(failing(MARK, "end what was not executed"))) {
            container.readLine();
            SetupException failure = catchThrowableOfType(SetupException.class, () -> start(container));
            assertThat(failure.errno()).isEqualTo(Errno.ENOSYS);
            assertThat(container.process().isAlive()).isTrue();
        }
        before.assertNothingAdded();
    }
}

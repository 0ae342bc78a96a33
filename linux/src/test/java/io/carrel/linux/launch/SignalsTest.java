package io.carrel.linux.launch;

import static org.assertj.core.api.Assertions.assertThat;

import io.carrel.linux.Signal;
import io.carrel.linux.testing.Proc;
import io.carrel.testing.Eventually;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Signals that this JVM sends to what it started. */
@Tag("kernel")
class SignalsTest {

    /**
     * A shell may miss a signal right before it reads or sleeps, but not before it waits. Its child ends with the
     * input, so none is left.
     */
    private static final String UNTIL_SIGNALLED = " exec 3<&0; cat <&3 & while :; do wait; done";

    private static final Duration SOON = Duration.ofSeconds(20);

    @ParameterizedTest
    @EnumSource
    void destroyAsksTheCommandToEnd(Shape shape) throws Exception {
        try (Started shell = Started.shell(shape, "trap 'echo asked; exit 3' TERM; echo ready;" + UNTIL_SIGNALLED)) {
            assertThat(shell.readLine()).isEqualTo("ready");
            shell.process().destroy();
            assertThat(shell.readLine()).isEqualTo("asked");
            assertThat(shell.process().waitFor()).isEqualTo(3);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"INIT", "NO_PID_NAMESPACE"})
    void destroyEndsACommandThatDoesNotListen(Shape shape) throws Exception {
        try (Started cat = Started.cat(shape)) {
            cat.process().destroy();
            assertThat(cat.process().waitFor()).isEqualTo(143);
        }
    }

    @ParameterizedTest
    @CsvSource({"INIT, HUP", "INIT, USR1", "INIT, CONT", "INIT, WINCH", "COMMAND_IS_INIT, INT", "NO_PID_NAMESPACE, USR2"
    })
    void otherSignalsAreForwarded(Shape shape, Signal signal) throws Exception {
        String script = "trap 'echo caught; exit 4' " + signal + "; echo ready;" + UNTIL_SIGNALLED;
        try (Started shell = Started.shell(shape, script)) {
            assertThat(shell.readLine()).isEqualTo("ready");
            assertThat(shell.process().child().signal(signal)).isTrue();
            assertThat(shell.readLine()).isEqualTo("caught");
            assertThat(shell.process().waitFor()).isEqualTo(4);
        }
    }

    @ParameterizedTest
    @EnumSource
    void signalsComeOneAfterTheOther(Shape shape) throws Exception {
        String script = "trap 'echo caught' USR1; trap 'exit 9' TERM; echo ready;" + UNTIL_SIGNALLED;
        try (Started shell = Started.shell(shape, script)) {
            assertThat(shell.readLine()).isEqualTo("ready");
            for (int i = 0; i < 5; i++) {
                shell.process().child().signal(Signal.USR1);
                assertThat(shell.readLine()).isEqualTo("caught");
            }
            shell.process().destroy();
            assertThat(shell.process().waitFor()).isEqualTo(9);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aSignalToAnEndedCommandIsNoError(Shape shape) throws Exception {
        try (Started shell = Started.shell(shape, "exit 0")) {
            shell.process().waitFor();
            assertThat(shell.process().child().signal(Signal.TERM)).isFalse();
        }
    }

    @ParameterizedTest
    @EnumSource
    void destroyForciblyEndsTheCommand(Shape shape) throws Exception {
        try (Started cat = Started.cat(shape)) {
            long command = shape.command(cat.process());
            cat.process().destroyForcibly();
            assertThat(cat.process().waitFor()).isEqualTo(137);
            Eventually.holds("the command is gone", SOON, () -> !Proc.isRunning(command));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"INIT", "COMMAND_IS_INIT"})
    void destroyForciblyEndsTheWholePidNamespace(Shape shape) throws Exception {
        String script = "trap '' TERM HUP INT; (sleep 1000 & sleep 1000; :) & echo ready; wait";
        try (Started shell = Started.shell(shape, script)) {
            assertThat(shell.readLine()).isEqualTo("ready");
            long command = shape.command(shell.process());
            long subshell = Proc.children(command).get(0);
            Eventually.holds(
                    "the subshell has started both",
                    SOON,
                    () -> Proc.children(subshell).size() == 2);
            long grandchild = Proc.children(subshell).get(0);
            assertThat(Proc.isRunning(grandchild)).isTrue();

            shell.process().destroyForcibly();
            assertThat(shell.process().waitFor(20, TimeUnit.SECONDS)).isTrue();
            Eventually.holds("the grandchild is gone", SOON, () -> !Proc.isRunning(grandchild));
            assertThat(shell.reader().readLine())
                    .as("nobody has the pipe any more")
                    .isNull();
        }
    }
}

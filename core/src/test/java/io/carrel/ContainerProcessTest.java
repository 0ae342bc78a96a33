package io.carrel;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.carrel.linux.Signal;
import io.carrel.outcome.ExitStatus;
import io.carrel.testing.Eventually;
import io.carrel.testing.Footprint;
import io.carrel.testing.Outside;
import java.io.BufferedReader;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A container is a {@link Process}, and more. */
@Tag("kernel")
class ContainerProcessTest {

    private static final Duration SOON = Duration.ofSeconds(5);

    private static ContainerProcess start(boolean init, String... command) {
        return Container.builder().init(init).command(command).build().start();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void isAliveUntilTheCommandEnds(boolean init) throws Exception {
        try (ContainerProcess process = start(init, "sh", "-c", "read line; exit 3")) {
            assertThat(process.isAlive()).isTrue();
            assertThat(process.toHandle().isAlive()).isTrue();
            assertThatExceptionOfType(IllegalThreadStateException.class).isThrownBy(process::exitValue);
            assertThatExceptionOfType(IllegalThreadStateException.class).isThrownBy(process::exitStatus);
            assertThatExceptionOfType(IllegalThreadStateException.class).isThrownBy(process::usage);
            assertThat(process.waitFor(10, TimeUnit.MILLISECONDS)).isFalse();

            process.getOutputStream().close();

            assertThat(process.waitFor(5, TimeUnit.SECONDS)).isTrue();
            assertThat(process.waitFor()).isEqualTo(3);
            assertThat(process.exitValue()).isEqualTo(3);
            assertThat(process.exitStatus()).isEqualTo(new ExitStatus.Exited(3));
            assertThat(process.awaitExit()).isEqualTo(new ExitStatus.Exited(3));
            assertThat(process.usage().orElseThrow().maxResidentBytes()).isPositive();
            assertThat(process.isAlive()).isFalse();
        }
    }

    @Test
    void thePidIsTheHostsAndTheHandleKnowsTheProcess() {
        try (ContainerProcess process = start(true, "cat")) {
            assertThat(Outside.children(ProcessHandle.current().pid())).contains(process.pid());
            assertThat(process.toHandle().pid()).isEqualTo(process.pid());
            assertThat(process.info()).isNotNull();
            assertThat(process.descendants()).hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void onExitIsCompletedWithTheContainer(boolean init) throws Exception {
        try (ContainerProcess process = start(init, "sh", "-c", "read line; exit 4")) {
            var exit = process.onExit();
            assertThat(exit).isNotDone();
            process.getOutputStream().close();
            assertThat(exit.get(5, TimeUnit.SECONDS)).isSameAs(process);
            assertThat(process.onExit().get(5, TimeUnit.SECONDS).exitValue()).isEqualTo(4);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void destroySendsTheCommandATermination(boolean init) throws Exception {
        try (ContainerProcess process = start(
                        init, "sh", "-c", "trap 'echo bye; exit 5' TERM; echo ready; while :; do sleep 0.1; done");
                BufferedReader output = process.inputReader(UTF_8)) {
            assertThat(output.readLine()).isEqualTo("ready");
            assertThat(process.supportsNormalTermination()).isTrue();
            process.destroy();
            assertThat(output.readLine()).isEqualTo("bye");
            assertThat(process.awaitExit()).isEqualTo(new ExitStatus.Exited(5));
        }
    }

    @Test
    void aCommandThatDoesNotHandleTheTerminationEndsByIt() throws Exception {
        try (ContainerProcess process = start(true, "cat")) {
            process.destroy();
            assertThat(process.awaitExit()).isEqualTo(new ExitStatus.Signaled(15));
            assertThat(process.exitValue()).isEqualTo(143);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"HUP", "INT", "QUIT", "USR1", "USR2", "WINCH", "CONT"})
    void otherSignalsReachTheCommandToo(Signal signal) throws Exception {
        String script = "trap 'echo got; exit 0' %s; echo ready; while :; do sleep 0.1; done".formatted(signal);
        try (ContainerProcess process = start(true, "sh", "-c", script);
                BufferedReader output = process.inputReader(UTF_8)) {
            assertThat(output.readLine()).isEqualTo("ready");
            assertThat(process.signal(signal)).isTrue();
            assertThat(output.readLine()).isEqualTo("got");
            process.waitFor();
            assertThat(process.signal(signal)).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void destroyForciblyEndsAllOfIt(boolean init) throws Exception {
        String seconds = Outside.unmistakableSeconds();
        String script = "trap '' TERM; setsid sleep %1$s & sleep %1$s".formatted(seconds);
        try (ContainerProcess process = start(init, "sh", "-c", script)) {
            Eventually.holds(
                    "both sleep",
                    SOON,
                    () -> Outside.processesCalledWith(seconds).size() >= 2);
            assertThat(process.destroyForcibly()).isSameAs(process);
            assertThat(process.awaitExit()).isEqualTo(new ExitStatus.Signaled(9));
            Eventually.holds(
                    "all are gone",
                    SOON,
                    () -> Outside.processesCalledWith(seconds).isEmpty());
        }
    }

    /**
     * Checked without a delay and several times, as close() is to wait for the command, not only for its supervisor.
     */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void closeEndsAllOfItAndWaits(boolean init) {
        String seconds = Outside.unmistakableSeconds();
        for (int i = 0; i < 20; i++) {
            try (ContainerProcess process = start(init, "sleep", seconds)) {
                Eventually.holds(
                        "the command is seen",
                        SOON,
                        () -> !Outside.processesCalledWith(seconds).isEmpty());
                assertThat(process.isAlive()).isTrue();
            }
            assertThat(Outside.processesCalledWith(seconds)).isEmpty();
        }
    }

    @Test
    void closeIsIdempotent() throws Exception {
        Container container = Container.builder().command("cat").build();
        container.start().close();
        Footprint before = Footprint.now();
        ContainerProcess process = container.start();
        process.close();
        process.close();
        before.assertNothingAdded();
        assertThat(process.exitStatus()).isEqualTo(new ExitStatus.Signaled(9));
        assertThat(process.signal(Signal.TERM)).isFalse();
        process.destroy();
        assertThat(process.isAlive()).isFalse();
    }

    @Test
    void closeAfterTheEndKeepsTheStatus() throws Exception {
        ContainerProcess process = start(true, "sh", "-c", "exit 6");
        process.waitFor();
        process.close();
        assertThat(process.exitStatus()).isEqualTo(new ExitStatus.Exited(6));
    }

    /** What nobody will read any more must not turn the end of a try block into a failure. */
    @Test
    void closeDropsInputThatTheCommandDidNotTake() throws Exception {
        try (ContainerProcess process = start(true, "true")) {
            process.getOutputStream().write("never read".getBytes(UTF_8));
            process.waitFor();
        }
    }

    @Test
    void aProcessThatIsClosedByAnotherThreadEndsTheWaiting() throws Exception {
        ContainerProcess process = start(true, "cat");
        Thread closer = new Thread(process::close);
        closer.start();
        assertThat(process.awaitExit()).isEqualTo(new ExitStatus.Signaled(9));
        closer.join();
    }

    @Test
    void anInterruptedWaitLeavesTheContainerAlone() throws Exception {
        try (ContainerProcess process = start(true, "cat")) {
            Thread.currentThread().interrupt();
            assertThatExceptionOfType(InterruptedException.class).isThrownBy(process::waitFor);
            assertThat(process.isAlive()).isTrue();
        }
    }

    @Test
    void aStoppedContainerGoesOn() throws Exception {
        try (ContainerProcess process = start(true, "cat");
                BufferedReader output = process.inputReader(UTF_8)) {
            process.signal(Signal.STOP);
            process.signal(Signal.CONT);
            process.getOutputStream().write("through\n".getBytes(UTF_8));
            process.getOutputStream().close();
            assertThat(output.readLine()).isEqualTo("through");
            assertThat(process.awaitExit().success()).isTrue();
        }
    }
}

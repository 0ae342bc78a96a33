package io.carrel;

import static io.carrel.testing.IdleContainer.start;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carrel.fs.RootFs;
import io.carrel.linux.SetupException;
import io.carrel.linux.Signal;
import io.carrel.linux.TerminalSize;
import io.carrel.linux.program.Step;
import io.carrel.outcome.ExitStatus;
import io.carrel.testing.Footprint;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ProcessBuilder.Redirect;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Terminals of a container's own. */
@Tag("kernel")
class TerminalTest {

    private static final TerminalSize SIZE = new TerminalSize(24, 80);

    private static final String TERMINAL_STEPS = ".*\\bterminal\\b.*|make it a standard stream";

    private static ContainerBuilder shell(String script) {
        return Container.builder().terminal(SIZE).command("sh", "-c", script);
    }

    private static String all(Process process) throws IOException {
        return new String(process.getInputStream().readAllBytes(), UTF_8);
    }

    /** Reads up to and with the text. */
    private static String until(InputStream output, String text) throws IOException {
        StringBuilder read = new StringBuilder();
        while (read.indexOf(text) < 0) {
            int next = output.read();
            assertThat(next)
                    .as("the end instead of \"%s\" after:%n%s", text, read)
                    .isNotNegative();
            read.append((char) next);
        }
        return read.toString();
    }

    private static void type(Process process, String text) throws IOException {
        process.getOutputStream().write(text.getBytes(UTF_8));
        process.getOutputStream().flush();
    }

    @Test
    void aCommandHasATerminalOfTheSizeFromItsFirstLineOn() throws Exception {
        try (ContainerProcess process =
                shell("stty size; tty; ls /dev/pts; echo error >&2").build().start()) {
            assertThat(all(process)).isEqualTo("24 80\r\n/dev/pts/0\r\n0  ptmx\r\nerror\r\n");
            assertThat(process.getErrorStream().readAllBytes()).isEmpty();
            assertThat(process.awaitExit().success()).isTrue();
        }
    }

    @Test
    void itIsTheControllingTerminalOfItsSession() throws Exception {
        String script = "test $(ps -o tty= -p $$) = pts/0 && test $(ps -o sid= -p $$) = $$; echo $? > /dev/tty";
        try (ContainerProcess process = shell(script).build().start()) {
            assertThat(all(process)).isEqualTo("0\r\n");
        }
    }

    @Test
    void itBelongsToTheCommandsUserAndNothingElseIsOpen() throws Exception {
        try (ContainerProcess process = shell("test $(stat -c %u /dev/pts/0) = $(id -u) && ls -l /proc/self/fd | wc -l")
                .build()
                .start()) {
            // A line with the total, three streams, and the directory itself.
            assertThat(all(process)).isEqualTo("5\r\n");
        }
    }

    @Test
    void controlCInterruptsAndControlDIsTheEnd() throws Exception {
        try (ContainerProcess process = shell("trap 'echo int' INT; cat; echo rest; cat; echo end")
                .build()
                .start()) {
            type(process, "there\n");
            until(process.getInputStream(), "there\r\nthere\r\n");
            type(process, "\003");
            until(process.getInputStream(), "int\r\nrest\r\n");
            type(process, "line\n\004");
            until(process.getInputStream(), "line\r\nline\r\nend");
            assertThat(process.awaitExit().success()).isTrue();
        }
    }

    @Test
    void anotherSizeIsToldByASignal() throws Exception {
        try (ContainerProcess process = shell("trap 'stty size' WINCH; echo ready; while :; do read line; done")
                .build()
                .start()) {
            until(process.getInputStream(), "ready");
            process.resize(new TerminalSize(50, 132));
            until(process.getInputStream(), "50 132");
        }
    }

    @Test
    void allOfTheOutputIsThereAfterTheEnd() throws Exception {
        String script = "stty -opost; head -c 7000 /dev/zero | tr '\\0' x";
        try (ContainerProcess process = shell(script).build().start()) {
            assertThat(process.awaitExit().success()).isTrue();
            assertThat(all(process)).isEqualTo("x".repeat(7000));
        }
    }

    @Test
    void executedCommandsHaveTerminalsOfTheirOwn() throws Exception {
        try (ContainerProcess container = start();
                ContainerExec first =
                        container.execBuilder("cat").terminal(SIZE).start();
                ContainerExec second = container
                        .execBuilder("sh", "-c", "stty size; tty; test -t 2; echo $?; read line; stty size")
                        .terminal(new TerminalSize(5, 7))
                        .start()) {
            until(second.getInputStream(), "5 7\r\n/dev/pts/1\r\n0\r\n");
            second.resize(new TerminalSize(9, 11));
            type(second, "\n");
            until(second.getInputStream(), "9 11\r\n");
            assertThat(second.getInputStream().read()).isNegative();
            assertThat(first.isAlive()).isTrue();
        }
    }

    @Test
    void aHangupEndsTheCommand() throws Exception {
        try (ContainerProcess process = shell("echo ready; cat").build().start()) {
            until(process.getInputStream(), "ready");
            process.getOutputStream().close();
            process.getInputStream().close();
            process.signal(Signal.HUP);
            assertThat(process.awaitExit()).isEqualTo(new ExitStatus.Signaled(Signal.HUP.number()));
        }
    }

    @Test
    void aCommandWithoutInitHasOne() throws Exception {
        try (ContainerProcess process =
                shell("stty size; tty").init(false).build().start()) {
            assertThat(all(process)).isEqualTo("24 80\r\n/dev/pts/0\r\n");
        }
    }

    @Test
    void itIsRefusedWhereTheTerminalsAreTheHosts() {
        assertThatThrownBy(() -> shell("tty").root(RootFs.host()).build())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(
                        "a terminal(...) is made where the container has terminals of its own on /dev/pts");
        assertThatThrownBy(() ->
                        Container.unconfined().command("tty").terminal(SIZE).build())
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> shell("tty").redirectOutput(Redirect.DISCARD).build())
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the streams of a command with a terminal(...) lead there, and cannot be redirected");
    }

    /**
     * What is asked of each step of the container's start is in FailingStepsTest; this is about those that it has not.
     */
    @Test
    void eachStepIsNamedWhenItFails() {
        Plan plan = shell("tty").build().plan();
        List<Step> steps = plan.program().steps();
        int failed = 0;
        for (int i = 0; i < steps.size(); i++) {
            Step step = steps.get(i);
            if (step.process().equals("command") && step.reason().matches(TERMINAL_STEPS)) {
                Plan failing = plan.withFailingCall(i);
                Footprint before = Footprint.now();
                assertThatThrownBy(failing::start)
                        .isInstanceOf(SetupException.class)
                        .hasMessageContaining("Cannot " + step.reason())
                        .hasMessageContaining("ENOSYS");
                before.assertNothingAdded();
                failed++;
            }
        }
        assertThat(failed).isEqualTo(9);
    }

    @Test
    void eachStepOfAnExecIsNamedWhenItFails() throws Exception {
        Plan plan = Container.builder()
                .command("sh", "-c", "echo ready; cat")
                .build()
                .plan();
        List<Step> steps = plan.program().steps();
        int failed = 0;
        for (int i = 0; i < steps.size(); i++) {
            Step step = steps.get(i);
            if (step.process().equals("exec") && step.reason().matches(TERMINAL_STEPS)) {
                try (ContainerProcess container = plan.withFailingCall(i).start()) {
                    Footprint before = Footprint.now();
                    assertThatThrownBy(() ->
                                    container.execBuilder("tty").terminal(SIZE).start())
                            .isInstanceOf(SetupException.class)
                            .hasMessageContaining(step.reason())
                            .hasMessageContaining("ENOSYS");
                    before.assertNothingAdded();
                }
                failed++;
            }
        }
        assertThat(failed).isEqualTo(9);
    }

    @Test
    void whatIsNotExecutedLeavesNoTerminal() throws Exception {
        try (ContainerProcess container = start()) {
            Footprint before = Footprint.now();
            for (int i = 0; i < 3; i++) {
                assertThatThrownBy(() -> container
                                .execBuilder("no-such-program")
                                .terminal(SIZE)
                                .start())
                        .isInstanceOf(SetupException.class);
            }
            before.assertNothingAdded();
        }
    }
}

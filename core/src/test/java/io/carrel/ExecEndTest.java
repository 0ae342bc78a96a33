package io.carrel;

import static io.carrel.testing.IdleContainer.output;
import static io.carrel.testing.IdleContainer.start;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.carrel.cgroups.limits.Limits;
import io.carrel.linux.Errno;
import io.carrel.linux.ResourceUsage;
import io.carrel.linux.SetupException;
import io.carrel.linux.Signal;
import io.carrel.outcome.ExitStatus;
import io.carrel.testing.ChildJvm;
import io.carrel.testing.Eventually;
import io.carrel.testing.NeedsController;
import io.carrel.testing.Outside;
import java.io.BufferedReader;
import java.lang.ProcessBuilder.Redirect;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** How what a running container executes besides its command ends. */
@Tag("kernel")
class ExecEndTest {

    private static final Duration SOON = Duration.ofSeconds(15);

    private final String seconds = Outside.unmistakableSeconds();

    @AfterEach
    void nobodyIsLeft() {
        Eventually.holds(
                "nobody is left",
                SOON,
                () -> Outside.processesCalledWith(seconds).isEmpty());
    }

    @Test
    void itsEndIsItsOwn() throws Exception {
        try (ContainerProcess container = start();
                ContainerExec three = container.exec("sh", "-c", "exit 3");
                ContainerExec killed = container.exec("sh", "-c", "kill -USR1 $$")) {
            assertThat(three.awaitExit()).isEqualTo(new ExitStatus.Exited(3));
            assertThat(three.exitValue()).isEqualTo(3);
            assertThat(killed.awaitExit()).isEqualTo(new ExitStatus.Signaled(Signal.USR1.number()));
            assertThat(container.isAlive()).isTrue();
        }
    }

    @Test
    void itTellsWhatItUsed() throws Exception {
        try (ContainerProcess container = start();
                ContainerExec exec = container.exec("sh", "-c", "i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done")) {
            assertThat(exec.awaitExit()).isEqualTo(new ExitStatus.Exited(0));
            ResourceUsage usage = exec.usage().orElseThrow();
            assertThat(usage.userTime().plus(usage.systemTime())).isPositive();
            assertThat(usage.maxResidentBytes()).isPositive();
        }
    }

    @Test
    void signalsReachIt() throws Exception {
        try (ContainerProcess container = start();
                ContainerExec exec = container.exec(
                        "sh", "-c", "trap 'echo asked; exit 5' TERM; echo x; while :; do sleep 0.01; done")) {
            assertThat(exec.getInputStream().read()).isEqualTo('x');
            exec.destroy();
            assertThat(exec.awaitExit()).isEqualTo(new ExitStatus.Exited(5));
            assertThat(exec.signal(Signal.TERM)).isFalse();
        }
    }

    @Test
    void whatItLeftInTheBackgroundEndsWithClose() throws Exception {
        String daemons = "sleep %1$s & setsid sleep %1$s & (setsid sh -c 'sleep %1$s & sleep %1$s' &); echo done"
                .formatted(seconds);
        try (ContainerProcess container = start()) {
            ContainerExec exec = container
                    .execBuilder("sh", "-c", daemons)
                    .redirectError(Redirect.DISCARD)
                    .start();
            exec.awaitExit();
            Eventually.holds(
                    "all run", SOON, () -> Outside.processesCalledWith(seconds).size() >= 4);
            exec.close();
            Eventually.holds(
                    "all have ended",
                    SOON,
                    () -> Outside.processesCalledWith(seconds).isEmpty());
            assertThat(container.isAlive()).isTrue();
        }
    }

    @Test
    void closeSparesOthers() throws Exception {
        try (ContainerProcess container = start();
                ContainerExec one = container.exec("sleep", seconds);
                ContainerExec other = container.exec("cat")) {
            one.close();
            assertThat(one.exitStatus()).isEqualTo(new ExitStatus.Signaled(9));
            assertThat(other.isAlive()).isTrue();
            assertThat(container.isAlive()).isTrue();
        }
    }

    @Test
    void itsTimeIsUp() throws Exception {
        Duration limit = Duration.ofMillis(200);
        try (ContainerProcess container = start();
                ContainerExec exec = container
                        .execBuilder("sh", "-c", "sleep %1$s & exec sleep %1$s".formatted(seconds))
                        .timeout(limit)
                        .start()) {
            assertThat(exec.awaitExit()).isEqualTo(new ExitStatus.TimedOut(limit));
            Eventually.holds(
                    "all have ended",
                    SOON,
                    () -> Outside.processesCalledWith(seconds).isEmpty());
        }
    }

    @Test
    void itEndsWithTheContainer() throws Exception {
        ContainerProcess container = start();
        ContainerExec exec = container.exec("sleep", seconds);
        container.close();
        assertThat(exec.awaitExit()).isEqualTo(new ExitStatus.Signaled(9));
        exec.close();
        container = start();
        try (ContainerExec other = container.exec("sleep", seconds)) {
            container.getOutputStream().close();
            assertThat(container.awaitExit().success()).isTrue();
            assertThat(other.awaitExit()).isEqualTo(new ExitStatus.Signaled(9));
        }
    }

    @Test
    void afterTheEndThereIsNone() throws Exception {
        ContainerProcess container = start();
        container.close();
        assertThatThrownBy(() -> container.exec("true"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("has ended");
    }

    @Test
    void withoutAnInitThereIsNone() throws Exception {
        try (ContainerProcess container = start(Container.builder().init(false))) {
            assertThatThrownBy(() -> container.exec("true"))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("init(false)");
        }
    }

    @Test
    @Tag("root")
    @NeedsController("pids")
    void theLimitOfProcessesHolds() throws Exception {
        try (ContainerProcess container = start(
                        Container.builder().limits(Limits.builder().pids(5).build()));
                ContainerExec one = container.exec("cat");
                ContainerExec two = container.exec("cat")) {
            SetupException tooMany = catchThrowableOfType(SetupException.class, () -> container.exec("cat"));
            assertThat(tooMany.errno()).isEqualTo(Errno.EAGAIN);
            assertThat(tooMany).hasMessageContaining("pids.max");
            one.close();
            assertThat(output(container.exec("echo", "again"))).isEqualTo("again\n");
            assertThat(two.isAlive()).isTrue();
        }
    }

    /** Executes something that does not end by itself. */
    static final class Executing {
        public static void main(String[] arguments) throws Exception {
            try (ContainerProcess container = start();
                    ContainerExec exec = container.exec("sh", "-c", "setsid sleep $0 & exec sleep $0", arguments[0])) {
                System.out.println(exec.pid());
                exec.waitFor();
            }
        }
    }

    @Test
    void itEndsWithTheJvm() throws Exception {
        Process jvm = ChildJvm.by().start(Executing.class, seconds);
        try (BufferedReader output = jvm.inputReader(UTF_8)) {
            assertThat(Long.parseLong(output.readLine())).isPositive();
            Eventually.holds(
                    "both run", SOON, () -> Outside.processesCalledWith(seconds).size() >= 2);
            jvm.destroyForcibly().waitFor();
            Eventually.holds(
                    "both have ended",
                    SOON,
                    () -> Outside.processesCalledWith(seconds).isEmpty());
        }
    }
}

package io.carrel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.carrel.linux.RLimit;
import io.carrel.linux.SetupException;
import io.carrel.outcome.ExitStatus;
import io.carrel.testing.Eventually;
import io.carrel.testing.Inside;
import io.carrel.testing.Outside;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Time, output, interrupts, and the kernel's limits of each process. */
@Tag("kernel")
class LimitsTest {

    private static final Duration SOON = Duration.ofSeconds(5);

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aContainerWhoseTimeIsUpIsEnded(boolean init) throws Exception {
        Duration limit = Duration.ofMillis(100);
        String seconds = Outside.unmistakableSeconds();
        long start = System.nanoTime();
        ContainerResult result = Inside.attempt(
                Container.builder().init(init).timeout(limit),
                "trap '' TERM; sleep %1$s & sleep %1$s".formatted(seconds));
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        assertThat(result.exitStatus()).isEqualTo(new ExitStatus.TimedOut(limit));
        assertThat(took).isBetween(limit, Eventually.patience(SOON));
        assertThat(Outside.processesCalledWith(seconds)).isEmpty();
    }

    @Test
    void theKernelKillsTheContainerBeforeTheJvm() throws Exception {
        int own = Integer.parseInt(
                Outside.lines(Path.of("/proc/self/oom_score_adj")).get(0));
        for (ContainerBuilder builder :
                List.of(Container.builder(), Container.builder().init(false))) {
            assertThat(Inside.run(builder, "cat /proc/self/oom_score_adj"))
                    .isEqualTo(Integer.toString(Math.min(own + 500, 1000)));
        }
        assertThat(Outside.lines(Path.of("/proc/self/oom_score_adj"))).containsExactly(Integer.toString(own));
    }

    @Test
    void aStartedContainerWhoseTimeIsUpIsEnded() throws Exception {
        Duration limit = Duration.ofMillis(50);
        try (ContainerProcess process =
                Container.builder().timeout(limit).command("cat").build().start()) {
            assertThat(process.awaitExit()).isEqualTo(new ExitStatus.TimedOut(limit));
            assertThat(process.exitValue()).isEqualTo(137);
        }
    }

    @Test
    void aContainerThatEndsInTimeIsNotTimedOut() throws Exception {
        assertThat(Inside.attempt(Container.builder().timeout(Duration.ofMinutes(1)), "kill -9 $$")
                        .exitStatus())
                .isEqualTo(new ExitStatus.Signaled(9));
    }

    @Test
    void outputBeforeTheEndOfTimeIsKept() throws Exception {
        ContainerResult result =
                Inside.attempt(Container.builder().timeout(Duration.ofMillis(500)), "echo so far; exec sleep 1000");
        assertThat(result.exitStatus()).isInstanceOf(ExitStatus.TimedOut.class);
        assertThat(result.stdout()).isEqualTo("so far\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"yes", "yes >&2", "yes & yes >&2"})
    void aContainerThatPrintsTooMuchIsEnded(String script) throws Exception {
        ContainerResult result = Inside.attempt(Container.builder().outputLimit(1000), script);
        assertThat(result.exitStatus()).isEqualTo(new ExitStatus.OutputLimit(1000));
        assertThat(Math.max(result.stdoutBytes().length, result.stderrBytes().length))
                .isEqualTo(1000);
    }

    @Test
    void outputUpToTheLimitIsFine() throws Exception {
        ContainerResult result = Inside.attempt(Container.builder().outputLimit(1000), "head -c 1000 /dev/zero");
        assertThat(result.exitStatus()).isEqualTo(new ExitStatus.Exited(0));
        assertThat(result.stdoutBytes()).hasSize(1000);
        assertThat(Inside.attempt(Container.builder().outputLimit(0), "true")
                        .exitStatus()
                        .success())
                .isTrue();
    }

    @Test
    void anInterruptEndsTheContainer() throws Exception {
        String seconds = Outside.unmistakableSeconds();
        Container container = Container.builder().command("sleep", seconds).build();
        AtomicReference<@Nullable Throwable> thrown = new AtomicReference<>();
        Thread runner = new Thread(() -> {
            try {
                container.run();
            } catch (InterruptedException e) {
                thrown.set(e);
            }
        });
        runner.start();
        Eventually.holds(
                "the command runs",
                SOON,
                () -> !Outside.processesCalledWith(seconds).isEmpty());
        runner.interrupt();
        runner.join();
        assertThat(thrown.get()).isInstanceOf(InterruptedException.class);
        assertThat(Outside.processesCalledWith(seconds)).isEmpty();
    }

    @Test
    void runReturnsThoughSomebodyHoldsTheOutputOpen() throws Exception {
        String seconds = Outside.unmistakableSeconds();
        String untilItSleeps = "while [ \"$(cat /proc/$!/comm)\" != sleep ]; do :; done";
        ContainerResult result =
                Inside.attempt(Container.unconfined(), "sleep %s & %s; echo done".formatted(seconds, untilItSleeps));
        assertThat(result.stdout()).isEqualTo("done\n");
        Eventually.holds(
                "the sleeper is seen",
                SOON,
                () -> !Outside.processesCalledWith(seconds).isEmpty());
        for (long pid : Outside.processesCalledWith(seconds)) {
            CompletableFuture<ProcessHandle> gone =
                    ProcessHandle.of(pid).orElseThrow().onExit();
            ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
            gone.get();
        }
    }

    @Test
    void nothingOutlivesTheCommand() throws Exception {
        String seconds = Outside.unmistakableSeconds();
        ContainerResult result = Inside.attempt(
                Container.builder(), "(setsid sleep %s > /dev/null 2>&1 < /dev/null &); echo done".formatted(seconds));
        assertThat(result.stdout()).isEqualTo("done\n");
        assertThat(Outside.processesCalledWith(seconds)).isEmpty();
    }

    @Test
    void limitsOfTheKernelHold() throws Exception {
        ContainerBuilder builder = Container.builder()
                .rlimit(RLimit.of(RLimit.Resource.NOFILE, 16))
                .rlimit(new RLimit(RLimit.Resource.FSIZE, 1024, 4096))
                .rlimit(RLimit.of(RLimit.Resource.CORE, 0));
        assertThat(Inside.lines(builder, "grep -E 'open files|file size|core file' /proc/self/limits | tr -s ' '"))
                .containsExactlyInAnyOrder(
                        "Max file size 1024 4096 bytes", "Max core file size 0 0 bytes", "Max open files 16 16 files");
        assertThat(Inside.attempt(
                                Container.builder().rlimit(RLimit.of(RLimit.Resource.FSIZE, 1024)),
                                "head -c 2000 /dev/zero > /tmp/f")
                        .exitStatus()
                        .success())
                .isFalse();
    }

    @Test
    void aCommandThatUsesItsCpuTimeIsKilled() throws Exception {
        ContainerResult result = Container.builder()
                .rlimit(RLimit.of(RLimit.Resource.CPU, 1))
                .command("sh", "-c", "while :; do :; done")
                .build()
                .run();
        assertThat(result.exitStatus()).isEqualTo(new ExitStatus.Signaled(9));
        assertThat(result.usage()
                        .orElseThrow()
                        .userTime()
                        .plus(result.usage().orElseThrow().systemTime()))
                .isGreaterThan(Duration.ofMillis(500));
    }

    @Test
    void aHardLimitCannotBeRaised() throws Exception {
        Inside.attempt(Container.builder(), "true");
        SetupException failure = catchThrowableOfType(
                SetupException.class,
                () -> Container.builder()
                        .rlimit(RLimit.of(RLimit.Resource.NOFILE, 1L << 40))
                        .command("true")
                        .build()
                        .start());
        assertThat(failure.step()).isEqualTo("limit RLIMIT_NOFILE");
        assertThat(failure.call()).isEqualTo("prlimit64");
        assertThat(failure.arguments()).contains("RLIMIT_NOFILE", "{1099511627776, 1099511627776}");
        assertThat(failure.errno().symbol()).isEqualTo("EPERM");
        assertThat(failure.remedy()).hasValueSatisfying(text -> assertThat(text).contains("ulimit -H"));
    }
}

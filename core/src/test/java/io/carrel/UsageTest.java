package io.carrel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.carrel.cgroups.limits.Bytes;
import io.carrel.cgroups.limits.Limits;
import io.carrel.cgroups.usage.Usage;
import io.carrel.linux.ResourceUsage;
import io.carrel.outcome.ExitStatus;
import io.carrel.testing.NeedsController;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a container has used, however it ended. Each works for more than a tenth of a second of CPU time. */
@Tag("kernel")
class UsageTest {

    private static final String WORK = "i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done;";
    private static final Duration AT_LEAST = Duration.ofMillis(100);

    private static void assertThatWorkIsIn(Optional<ResourceUsage> usage) {
        assertThat(usage).hasValueSatisfying(used -> {
            assertThat(used.userTime().plus(used.systemTime())).isGreaterThan(AT_LEAST);
            assertThat(used.maxResidentBytes()).isGreaterThan(100_000);
        });
    }

    private static ContainerBuilder shell(String script) {
        return Container.builder().command("sh", "-c", script);
    }

    @Test
    void whatCarrelKilledHasUsedWhatItHas() throws Exception {
        try (ContainerProcess process =
                shell(WORK + "echo done; sleep 1000").build().start()) {
            awaitALine(process);
            process.destroyForcibly();
            assertThat(process.awaitExit()).isEqualTo(new ExitStatus.Signaled(9));
            assertThatWorkIsIn(process.usage());
        }
    }

    private static void awaitALine(ContainerProcess process) throws IOException {
        awaitALine(process, 'd');
    }

    private static void awaitALine(ContainerProcess process, char first) throws IOException {
        assertThat(process.getInputStream().read()).isEqualTo(first);
    }

    @Test
    void soHasWhatPrintedTooMuch() throws Exception {
        ContainerResult result =
                shell(WORK + "yes & yes").outputLimit(1000).build().run();
        assertThat(result.exitStatus()).isInstanceOf(ExitStatus.OutputLimit.class);
        assertThatWorkIsIn(result.usage());
    }

    @Test
    void soHasWhatHadNoMoreTime() throws Exception {
        ContainerResult result = shell(WORK + "sleep 1000")
                .timeout(Duration.ofSeconds(6))
                .build()
                .run();
        assertThat(result.exitStatus()).isInstanceOf(ExitStatus.TimedOut.class);
        assertThatWorkIsIn(result.usage());
    }

    @Test
    void whatNobodyWaitedForIsCounted() throws Exception {
        ContainerResult result = shell("(" + WORK + "echo > /tmp/done; sleep 1000) &"
                        + " until [ -e /tmp/done ]; do sleep 0.2; done; exit 3")
                .build()
                .run();
        assertThat(result.exitStatus()).isEqualTo(new ExitStatus.Exited(3));
        assertThatWorkIsIn(result.usage());
    }

    @Test
    void whatIsNotKnownIsEmpty() throws Exception {
        try (ContainerProcess process =
                shell(WORK + "echo done; sleep 1000").build().start()) {
            awaitALine(process);
            process.toHandle().destroyForcibly();
            process.awaitExit();
            assertThat(process.usage()).isEmpty();
            assertThat(process.cpuTime()).isEqualTo(counted(process.cgroupUsage()));
            assertThat(process.wallTime()).isGreaterThan(Duration.ZERO);
        }
    }

    private static Optional<Duration> counted(Optional<Usage> group) {
        OptionalLong micros = group.map(usage -> usage.cpu().usageMicros()).orElseGet(OptionalLong::empty);
        return micros.isPresent() ? Optional.of(Duration.ofNanos(micros.getAsLong() * 1000)) : Optional.empty();
    }

    @Test
    void theWallTimeIsThatOfTheRun() throws Exception {
        Duration timeout = Duration.ofMillis(400);
        long begin = System.nanoTime();
        ContainerResult result = shell("sleep 1000").timeout(timeout).build().run();
        assertThat(result.wallTime()).isBetween(timeout, Duration.ofNanos(System.nanoTime() - begin));
        assertThat(result.cpuTime()).hasValueSatisfying(time -> assertThat(time).isLessThan(timeout));
    }

    @Test
    void itGoesOnUntilTheEnd() throws Exception {
        try (ContainerProcess process = shell("echo; read line").build().start()) {
            awaitALine(process, '\n');
            Duration before = process.wallTime();
            assertThatIllegalThreadState(process::cpuTime);
            process.getOutputStream().close();
            process.awaitExit();
            Duration all = process.wallTime();
            assertThat(all).isGreaterThan(before);
            assertThat(process.wallTime()).isEqualTo(all);
        }
    }

    private static void assertThatIllegalThreadState(ThrowingCallable call) {
        assertThatExceptionOfType(IllegalThreadStateException.class).isThrownBy(call);
    }

    /** A group has counted also what its first process could not tell of any more, and who was not waited for. */
    @Test
    @Tag("root")
    @NeedsController("memory")
    void aGroupTellsWhoeverEndedIt() throws Exception {
        String work = "trap '' CHLD; (" + WORK + ") & " + WORK + "wait; echo done; sleep 1000";
        try (ContainerProcess process = shell(work)
                .limits(Limits.builder().memory(Bytes.mebibytes(64)).build())
                .build()
                .start()) {
            awaitALine(process);
            process.toHandle().destroyForcibly();
            assertThat(process.awaitExit()).isEqualTo(new ExitStatus.Signaled(9));
            assertThat(process.usage()).isEmpty();
            assertThat(process.cpuTime())
                    .hasValueSatisfying(time -> assertThat(time).isGreaterThan(AT_LEAST));
            assertThat(process.peakMemory())
                    .isEqualTo(process.cgroupUsage().orElseThrow().memory().peak());
        }
    }

    @Test
    @Tag("root")
    @NeedsController("memory")
    void whoRanOutOfMemoryHasUsedWhatItHas() throws Exception {
        long limit = 32L << 20;
        ContainerResult result = shell(WORK + "exec tail /dev/zero")
                .limits(Limits.builder().memory(Bytes.of(limit)).build())
                .build()
                .run();
        assertThat(result.exitStatus()).isInstanceOf(ExitStatus.OutOfMemory.class);
        assertThat(result.cpuTime()).hasValueSatisfying(time -> assertThat(time).isGreaterThan(AT_LEAST));
        result.peakMemory().ifPresent(peak -> assertThat(peak).isBetween(limit / 2, 2 * limit));
        assertThat(result.wallTime()).isGreaterThan(Duration.ZERO);
    }

    @Test
    @Tag("root")
    void theGroupsFiguresOutliveTheGroup() throws Exception {
        ContainerBuilder builder =
                shell(WORK + "exit 3").limits(Limits.builder().pids(50).build());
        try (ContainerProcess process = builder.build().start()) {
            process.awaitExit();
            assertThat(process.cgroup().orElseThrow().usage())
                    .isEqualTo(process.cgroupUsage().orElseThrow());
            assertThat(process.cgroup().orElseThrow().usage().pids().current()).isPresent();
        }
        assertThat(builder.build().run().cgroupUsage())
                .hasValueSatisfying(usage -> assertThat(usage.pids().current()).isPresent());
    }
}

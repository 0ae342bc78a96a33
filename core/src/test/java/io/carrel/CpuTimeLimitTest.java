package io.carrel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.carrel.cgroups.limits.Limits;
import io.carrel.outcome.ExitStatus;
import io.carrel.testing.NeedsController;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a container's processes may compute together. */
@Tag("kernel")
class CpuTimeLimitTest {

    private static final Duration LIMIT = Duration.ofMillis(300);
    private static final ExitStatus EXCEEDED = new ExitStatus.CpuTimeExceeded(LIMIT);
    private static final String SHORT = "i=0; while [ $i -lt 5000 ]; do i=$((i+1)); done;";

    private static ContainerBuilder shell(String script) {
        return Container.builder().command("sh", "-c", script).timeout(Duration.ofSeconds(60));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "while :; do :; done",
                "(while :; do :; done) & (while :; do :; done) & sleep 1000",
                "(setsid sh -c 'while :; do :; done' &) & sleep 1000",
                "while :; do (" + SHORT + "); done",
                "trap '' TERM XCPU INT; while :; do :; done"
            })
    void whoComputesLongerIsEnded(String script) throws Exception {
        ContainerResult result = shell(script).cpuTimeLimit(LIMIT).build().run();
        assertThat(result.exitStatus()).isEqualTo(EXCEEDED);
        assertThat(result.exitStatus().code()).isEqualTo(137);
        assertThat(result.cpuTime()).hasValueSatisfying(time -> assertThat(time).isGreaterThanOrEqualTo(LIMIT));
    }

    @Test
    void withoutAnInitToo() throws Exception {
        ContainerResult result = shell("(while :; do :; done) & sleep 1000")
                .init(false)
                .cpuTimeLimit(LIMIT)
                .build()
                .run();
        assertThat(result.exitStatus()).isEqualTo(EXCEEDED);
    }

    @Test
    void whatIsExecutedBesidesCounts() throws Exception {
        try (ContainerProcess process =
                        shell("sleep 1000").cpuTimeLimit(LIMIT).build().start();
                ContainerExec exec = process.exec("sh", "-c", "while :; do :; done")) {
            assertThat(process.awaitExit()).isEqualTo(EXCEEDED);
            assertThat(exec.awaitExit()).isEqualTo(new ExitStatus.Signaled(9));
        }
    }

    @Test
    void sleepDoesNotCount() throws Exception {
        ContainerResult result =
                shell("sleep 0.5; exit 3").cpuTimeLimit(LIMIT).build().run();
        assertThat(result.exitStatus()).isEqualTo(new ExitStatus.Exited(3));
    }

    @Test
    void whoEndedSoonerThanAnybodyLookedHasExceededItAllTheSame() throws Exception {
        Duration least = Duration.ofNanos(1);
        try (ContainerProcess process =
                shell("exit 0").cpuTimeLimit(least).build().start()) {
            assertThat(process.awaitExit()).isEqualTo(new ExitStatus.CpuTimeExceeded(least));
            assertThat(process.exitStatus()).isEqualTo(new ExitStatus.CpuTimeExceeded(least));
        }
    }

    /** With SIGCHLD ignored, the kernel adds a child's times to nobody's but the group's. */
    @Test
    @Tag("root")
    @NeedsController("pids")
    void inAGroupAlsoThoseCountThatNobodyWaitsFor() throws Exception {
        ContainerResult result = shell("trap '' CHLD; while :; do (" + SHORT + "); done")
                .limits(Limits.builder().pids(50).build())
                .cpuTimeLimit(LIMIT)
                .build()
                .run();
        assertThat(result.exitStatus()).isEqualTo(EXCEEDED);
        assertThat(result.cpuTime()).hasValueSatisfying(time -> assertThat(time).isGreaterThanOrEqualTo(LIMIT));
    }

    @Test
    void isRefusedWhereNobodyCounts() {
        ContainerBuilder plain = Container.unconfined().command("true").cpuTimeLimit(LIMIT);
        assertThatIllegalStateException().isThrownBy(plain::build).withMessageContaining("PID namespace");
        assertThat(plain.limits(Limits.builder().pids(50).build()).build()).isNotNull();
    }

    @Test
    void isMoreThanNothing() {
        assertThatIllegalArgumentException().isThrownBy(() -> shell("").cpuTimeLimit(Duration.ZERO));
    }
}

package io.carrel;

import static org.assertj.core.api.Assertions.assertThat;

import io.carrel.cgroups.limits.Limits;
import io.carrel.linux.ResourceUsage;
import io.carrel.outcome.ExitStatus;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
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
        assertThat(process.getInputStream().read()).isEqualTo('d');
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
        }
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

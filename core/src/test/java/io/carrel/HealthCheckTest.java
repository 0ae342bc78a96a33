package io.carrel;

import static io.carrel.testing.IdleContainer.output;
import static io.carrel.testing.IdleContainer.start;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.carrel.cgroups.limits.Limits;
import io.carrel.fs.RootFs;
import io.carrel.fs.Storage;
import io.carrel.health.Health;
import io.carrel.health.HealthCheck;
import io.carrel.health.HealthResult;
import io.carrel.health.HealthState;
import io.carrel.health.NotHealthyException;
import io.carrel.health.NotHealthyException.Reason;
import io.carrel.images.ImageHealthCheck;
import io.carrel.images.ImageStore;
import io.carrel.images.NewImage;
import io.carrel.images.Reference;
import io.carrel.testing.Eventually;
import io.carrel.testing.KernelFeature;
import io.carrel.testing.Layers;
import io.carrel.testing.NeedsController;
import io.carrel.testing.NeedsKernel;
import io.carrel.testing.NeedsProgram;
import io.carrel.testing.Outside;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A command tells whether a container works. */
@Tag("kernel")
class HealthCheckTest {

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final Duration OFTEN = Duration.ofMillis(5);

    private static ContainerProcess started(HealthCheck check) throws Exception {
        return start(Container.builder().healthCheck(check.withInterval(OFTEN)));
    }

    private static NotHealthyException unhealthy(ContainerProcess container) {
        return catchThrowableOfType(NotHealthyException.class, () -> container.awaitHealthy(SOON));
    }

    private static void touch(ContainerProcess container, String file) throws Exception {
        assertThat(output(container.exec("touch", file))).isEmpty();
    }

    @Test
    void itIsHealthyWhenACheckSucceeds() throws Exception {
        try (ContainerProcess container =
                started(HealthCheck.shell("cat /tmp/ok 2>&1; [ -e /tmp/ok ]").withRetries(100_000))) {
            assertThat(container.health().orElseThrow().state()).isEqualTo(HealthState.STARTING);
            Eventually.holds(
                    "a check has failed",
                    SOON,
                    () -> container.health().orElseThrow().failures() > 0);
            touch(container, "/tmp/ok");
            Health health = container.awaitHealthy(SOON);
            assertThat(health.state()).isEqualTo(HealthState.HEALTHY);
            assertThat(health.failures()).isZero();
            assertThat(health.last().orElseThrow().isSuccess()).isTrue();
            assertThat(container.awaitHealthy(Duration.ZERO).state()).isEqualTo(HealthState.HEALTHY);
        }
    }

    @Test
    void itIsUnhealthyAfterSomeFailures() throws Exception {
        try (ContainerProcess container =
                started(HealthCheck.shell("echo out; echo error >&2; exit 3").withRetries(2))) {
            NotHealthyException failure = unhealthy(container);
            assertThat(failure.reason()).isEqualTo(Reason.UNHEALTHY);
            assertThat(failure).hasMessageContaining("ended with 3: out\nerror");
            HealthResult last = failure.health().last().orElseThrow();
            assertThat(last.exitCode()).isEqualTo(3);
            assertThat(last.output()).isEqualTo("out\nerror\n");
            assertThat(last.ended()).isAfter(last.begun());
            assertThat(container.isAlive()).isTrue();
        }
    }

    @Test
    void itRecovers() throws Exception {
        try (ContainerProcess container =
                started(HealthCheck.shell("[ -e /tmp/ok ]").withRetries(1))) {
            assertThat(unhealthy(container).reason()).isEqualTo(Reason.UNHEALTHY);
            touch(container, "/tmp/ok");
            Eventually.holds(
                    "it is healthy",
                    SOON,
                    () -> container.health().orElseThrow().state() == HealthState.HEALTHY);
        }
    }

    @Test
    void failuresOfTheStartPeriodDoNotCount() throws Exception {
        HealthCheck check = HealthCheck.shell("[ -e /tmp/ok ]")
                .withRetries(1)
                .withStartPeriod(Duration.ofHours(1))
                .withStartInterval(OFTEN);
        try (ContainerProcess container =
                start(Container.builder().healthCheck(check.withInterval(Duration.ofHours(1))))) {
            Eventually.holds(
                    "two have failed",
                    SOON,
                    () -> container.health().orElseThrow().results().size() >= 2);
            assertThat(container.health().orElseThrow().state()).isEqualTo(HealthState.STARTING);
            touch(container, "/tmp/ok");
            assertThat(container.awaitHealthy(SOON).state()).isEqualTo(HealthState.HEALTHY);
        }
    }

    @Test
    void aCheckThatTakesTooLongHasFailedAndIsEnded() throws Exception {
        String seconds = Outside.unmistakableSeconds();
        HealthCheck check = HealthCheck.shell("echo begun; setsid sleep %1$s & sleep %1$s".formatted(seconds));
        try (ContainerProcess container =
                started(check.withTimeout(Duration.ofMillis(300)).withRetries(1))) {
            HealthResult result = unhealthy(container).health().last().orElseThrow();
            assertThat(result.exitCode()).isEqualTo(-1);
            assertThat(result.output()).startsWith("Health check exceeded timeout (PT0.3S)");
            container.destroyForcibly();
        }
        Eventually.holds(
                "nobody is left",
                SOON,
                () -> Outside.processesCalledWith(seconds).isEmpty());
    }

    /** What holds its output open would otherwise make the next check wait. */
    @Test
    void whatItLeavesInTheBackgroundEnds() throws Exception {
        String seconds = Outside.unmistakableSeconds();
        HealthCheck check = HealthCheck.shell("setsid sleep %s & echo yes".formatted(seconds));
        try (ContainerProcess container =
                start(Container.builder().healthCheck(check.withInterval(OFTEN).withStartInterval(OFTEN)))) {
            Eventually.holds(
                    "three have succeeded",
                    SOON,
                    () -> container.health().orElseThrow().results().size() >= 3);
            assertThat(container.awaitHealthy(SOON).last().orElseThrow().output())
                    .isEqualTo("yes\n");
            assertThat(Outside.processesCalledWith(seconds)).hasSizeLessThan(3);
        }
    }

    @Test
    void ofItsOutputTheBeginningIsKept() throws Exception {
        try (ContainerProcess container = started(HealthCheck.shell("head -c 300000 /dev/zero | tr '\\0' x"))) {
            assertThat(container.awaitHealthy(SOON).last().orElseThrow().output())
                    .isEqualTo("x".repeat(4096));
        }
    }

    @Test
    void whatIsNotThereFails() throws Exception {
        try (ContainerProcess container =
                started(HealthCheck.of("nowhere-to-be-found").withRetries(1))) {
            HealthResult result = unhealthy(container).health().last().orElseThrow();
            assertThat(result.exitCode()).isEqualTo(-1);
            assertThat(result.output()).contains("nowhere-to-be-found", "ENOENT");
        }
    }

    @Test
    void nobodyWaitsForOneThatHasEnded() throws Exception {
        HealthCheck check = HealthCheck.shell("touch /tmp/checked; exit 1").withRetries(100_000);
        try (ContainerProcess container = Container.builder()
                .healthCheck(check.withInterval(OFTEN))
                .command("sh", "-c", "until [ -e /tmp/checked ]; do sleep 0.01; done")
                .build()
                .start()) {
            assertThat(unhealthy(container).reason()).isEqualTo(Reason.ENDED);
            assertThat(container.awaitExit().success()).isTrue();
            assertThat(unhealthy(container).reason()).isEqualTo(Reason.ENDED);
        }
    }

    @Test
    void nobodyWaitsLongerThanHeWants() throws Exception {
        try (ContainerProcess container = start(Container.builder().healthCheck(HealthCheck.of("true")))) {
            NotHealthyException failure =
                    catchThrowableOfType(NotHealthyException.class, () -> container.awaitHealthy(Duration.ofMillis(1)));
            assertThat(failure.reason()).isEqualTo(Reason.TIMED_OUT);
            assertThat(failure.health()).isEqualTo(Health.UNKNOWN);
        }
    }

    @Test
    void withoutACheckThereIsNoHealth() throws Exception {
        try (ContainerProcess container = start()) {
            assertThat(container.health()).isEmpty();
            assertThatIllegalStateException()
                    .isThrownBy(() -> container.awaitHealthy(SOON))
                    .withMessageContaining("no health check");
        }
        assertThatIllegalStateException()
                .isThrownBy(() -> Container.builder()
                        .init(false)
                        .healthCheck(HealthCheck.of("true"))
                        .command("true")
                        .build())
                .withMessageContaining("init(false)");
    }

    /** Then the first process does not answer, and the container is not ill. */
    @Test
    @Tag("root")
    @NeedsController("pids")
    void oneThatIsPausedIsNotChecked() throws Exception {
        try (ContainerProcess container = start(Container.builder()
                .limits(Limits.builder().pids(50).build())
                .healthCheck(HealthCheck.of("true").withInterval(OFTEN).withRetries(1)))) {
            container.awaitHealthy(SOON);
            container.cgroup().orElseThrow().freezer().freeze();
            Health paused = container.health().orElseThrow();
            container.cgroup().orElseThrow().freezer().thaw();
            assertThat(paused.state()).isEqualTo(HealthState.HEALTHY);
            Eventually.holds(
                    "it is checked again",
                    SOON,
                    () -> container
                            .health()
                            .orElseThrow()
                            .last()
                            .orElseThrow()
                            .begun()
                            .isAfter(paused.last().orElseThrow().ended()));
            assertThat(container.health().orElseThrow().state()).isEqualTo(HealthState.HEALTHY);
        }
    }

    @Test
    @NeedsProgram("busybox")
    @NeedsKernel(KernelFeature.LAYERS)
    void anImageSaysHow(@TempDir Path directory) throws Exception {
        Storage storage = new Storage(directory.resolve("storage"));
        ImageHealthCheck check = new ImageHealthCheck(
                List.of("CMD-SHELL", "echo $A"), OFTEN, Duration.ZERO, Duration.ZERO, Duration.ZERO, 0);
        ImageStore.open(storage)
                .importRoot(
                        Layers.in(directory).busybox(),
                        NewImage.of()
                                .named(Reference.parse("checked"))
                                .change(defaults -> defaults.with(check).withEnvironment("A", "mine")));
        ContainerBuilder builder =
                Container.builder().root(RootFs.image("checked").in(storage));
        try (ContainerProcess container = start(builder)) {
            assertThat(container.awaitHealthy(SOON).last().orElseThrow().output())
                    .isEqualTo("mine\n");
        }
        ContainerBuilder unchecked =
                Container.builder().root(RootFs.image("checked").in(storage)).healthCheck(HealthCheck.NONE);
        try (ContainerProcess container = start(unchecked)) {
            assertThat(container.health()).isEmpty();
        }
        ContainerBuilder withoutInit =
                Container.builder().root(RootFs.image("checked").in(storage)).init(false);
        try (ContainerProcess container = start(withoutInit)) {
            assertThat(container.health()).isEmpty();
        }
    }
}

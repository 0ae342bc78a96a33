package io.carrel.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class HealthTest {

    private static HealthResult result(int exitCode) {
        return new HealthResult(Instant.EPOCH, Instant.EPOCH, exitCode, "");
    }

    @Test
    void oneSuccessIsEnoughAndSomeFailuresAreToo() {
        Health health = Health.UNKNOWN.after(result(1), true, 3).after(result(1), true, 3);
        assertThat(health.state()).isEqualTo(HealthState.STARTING);
        assertThat(health.after(result(-1), true, 3).state()).isEqualTo(HealthState.UNHEALTHY);
        Health healthy = health.after(result(0), true, 3);
        assertThat(healthy.state()).isEqualTo(HealthState.HEALTHY);
        assertThat(healthy.failures()).isZero();
        assertThat(healthy.after(result(1), true, 3).after(result(1), true, 3).state())
                .isEqualTo(HealthState.HEALTHY);
    }

    @Test
    void someFailuresDoNotCount() {
        Health health = Health.UNKNOWN.after(result(1), false, 1);
        assertThat(health.state()).isEqualTo(HealthState.STARTING);
        assertThat(health.failures()).isZero();
        assertThat(health.last()).contains(result(1));
    }

    @Test
    void theLastFiveResultsAreKept() {
        Health health = Health.UNKNOWN;
        for (int code = 1; code <= 7; code++) {
            health = health.after(result(code), true, 100);
        }
        assertThat(health.results()).extracting(HealthResult::exitCode).containsExactly(3, 4, 5, 6, 7);
        assertThat(health.failures()).isEqualTo(7);
    }

    @Test
    void aCheckIsChecked() {
        assertThatIllegalArgumentException().isThrownBy(HealthCheck::of);
        assertThatIllegalArgumentException().isThrownBy(() -> HealthCheck.of(""));
        HealthCheck check = HealthCheck.shell("exit 1");
        assertThat(check.command()).containsExactly("/bin/sh", "-c", "exit 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> check.withInterval(Duration.ZERO))
                .withMessage("the interval of a health check is at least PT0.001S, was PT0S");
        assertThatIllegalArgumentException().isThrownBy(() -> check.withTimeout(Duration.ofNanos(1)));
        assertThatIllegalArgumentException().isThrownBy(() -> check.withStartPeriod(Duration.ofSeconds(-1)));
        assertThatIllegalArgumentException().isThrownBy(() -> check.withRetries(0));
    }

    @Test
    void messagesSayWhatTheLastCheckSaid() {
        Health health =
                Health.UNKNOWN.after(new HealthResult(Instant.EPOCH, Instant.EPOCH, 7, "no\u001b[2J route\n"), true, 1);
        assertThat(new NotHealthyException(NotHealthyException.Reason.UNHEALTHY, health))
                .hasMessage(
                        "the container is not healthy: too many checks in a row have failed: 1. The last check ended with 7: "
                                + "no\\x1b[2J route");
        assertThat(new NotHealthyException(NotHealthyException.Reason.ENDED, Health.UNKNOWN))
                .hasMessage("the container is not healthy: it has ended");
    }
}

package io.carrel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AgeTest {

    @ParameterizedTest
    @CsvSource({
        "PT0.9S, Less than a second",
        "PT1.9S, 1 second",
        "PT2S, 2 seconds",
        "PT59S, 59 seconds",
        "PT60S, About a minute",
        "PT2M, 2 minutes",
        "PT59M, 59 minutes",
        "PT60M, About an hour",
        "PT89M, About an hour",
        "PT90M, 2 hours",
        "PT47H, 47 hours",
        "PT48H, 2 days",
        "P13D, 13 days",
        "P14D, 2 weeks",
        "P59D, 8 weeks",
        "P60D, 2 months",
        "P729D, 24 months",
        "P730D, 2 years"
    })
    void durationsAreInDockersWords(Duration duration, String expected) {
        assertThat(Age.text(duration)).isEqualTo(expected);
    }

    @Test
    void whatIsNotKnownIsNotMadeUp() {
        Instant now = Instant.parse("2026-11-30T00:00:00Z");
        assertThat(Age.ago(null, now)).isEqualTo("N/A");
        assertThat(Age.ago(Instant.EPOCH, now)).isEqualTo("N/A");
        assertThat(Age.ago(now.minusSeconds(3), now)).isEqualTo("3 seconds ago");
    }
}

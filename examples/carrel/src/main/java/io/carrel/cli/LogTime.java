package io.carrel.cli;

import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Locale;

/**
 * A time in a log, as docker takes it: a date and a time with its zone, seconds since 1970, or how long ago, as in
 * {@code 10m} and {@code 1h30m}.
 *
 * @param time the time
 */
record LogTime(Instant time) {

    /**
     * Reads it.
     *
     * @throws IllegalArgumentException if it is something else
     */
    static LogTime parse(String text) {
        try {
            if (text.matches("\\d+(\\.\\d+)?")) {
                return new LogTime(Instant.EPOCH.plusNanos((long) (Double.parseDouble(text) * 1e9)));
            }
            return new LogTime(
                    text.matches("(\\d+(\\.\\d+)?[hms])+")
                            ? Instant.now().minus(Duration.parse("PT" + text.toUpperCase(Locale.ROOT)))
                            : OffsetDateTime.parse(text).toInstant());
        } catch (DateTimeParseException | ArithmeticException e) {
            throw new IllegalArgumentException(
                    "not a time, as in 2026-01-02T03:04:05Z, 1767323045 or 10m: \"%s\"".formatted(text), e);
        }
    }
}

package io.carrel.cli;

import static com.google.common.base.Preconditions.checkArgument;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;

/** Times as options have them. */
final class Seconds {

    private static final int NANOS_DIGITS = 9;

    private Seconds() {}

    /** Reads a positive number of seconds, such as {@code 30} or {@code 0.5}. */
    static Duration parse(String text) {
        try {
            BigDecimal nanos = new BigDecimal(text).movePointRight(NANOS_DIGITS);
            checkArgument(nanos.signum() > 0, "a time must be positive, was \"%s\"", text);
            checkArgument(
                    nanos.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) <= 0,
                    "a time is at most %s seconds, was \"%s\"",
                    Duration.ofNanos(Long.MAX_VALUE).toSeconds(),
                    text);
            return Duration.ofNanos(nanos.setScale(0, RoundingMode.UP).longValueExact());
        } catch (NumberFormatException | ArithmeticException e) {
            throw new IllegalArgumentException("not a number of seconds: \"%s\"".formatted(text), e);
        }
    }
}

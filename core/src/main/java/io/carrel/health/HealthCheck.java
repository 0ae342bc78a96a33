package io.carrel.health;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableList;
import java.time.Duration;
import java.util.List;

/**
 * A command that tells whether a container works: it does if the command exits with 0. Executed inside, as the
 * container's command is, again and again; the words and the defaults are those of {@code HEALTHCHECK} in a Dockerfile.
 * Immutable.
 *
 * @param command the program and its arguments; empty for no check
 * @param interval how long after one check the next begins; 30 s by default, at least 1 ms
 * @param timeout how long a check may take, which then has failed; 30 s by default, at least 1 ms
 * @param startPeriod for how long after the container's start failures do not count; 0 by default
 * @param startInterval the interval in that time, until a check succeeds; 5 s by default, at least 1 ms
 * @param retries after how many failures in a row the container is unhealthy; 3 by default, at least 1
 * @see <a href="https://docs.docker.com/reference/dockerfile/#healthcheck">Dockerfile reference, HEALTHCHECK</a>
 */
public record HealthCheck(
        List<String> command,
        Duration interval,
        Duration timeout,
        Duration startPeriod,
        Duration startInterval,
        int retries) {

    /** Before {@link #NONE}, which is checked by it. */
    private static final Duration SHORTEST = Duration.ofMillis(1);

    /** No check, also where the image has one. */
    public static final HealthCheck NONE = new HealthCheck(
            List.of(), Duration.ofSeconds(30), Duration.ofSeconds(30), Duration.ZERO, Duration.ofSeconds(5), 3);

    /**
     * Copies the command.
     *
     * @throws IllegalArgumentException if a time or the number is less than it may be
     */
    public HealthCheck {
        command = ImmutableList.copyOf(command);
        checkArgument(
                command.isEmpty() || !command.get(0).isEmpty(),
                "a health check needs a program's name, or no word at all");
        check("interval", interval, SHORTEST);
        check("timeout", timeout, SHORTEST);
        check("start period", startPeriod, Duration.ZERO);
        check("start interval", startInterval, SHORTEST);
        checkArgument(retries >= 1, "the retries of a health check are at least 1, was %s", retries);
    }

    private static void check(String what, Duration time, Duration least) {
        checkArgument(time.compareTo(least) >= 0, "the %s of a health check is at least %s, was %s", what, least, time);
    }

    /**
     * Creates a check by a command, with the usual times.
     *
     * @throws IllegalArgumentException if there is no program
     */
    public static HealthCheck of(String... command) {
        checkArgument(command.length > 0, "a health check needs a command");
        return NONE.with(List.of(command));
    }

    /** Creates a check by what {@code /bin/sh} makes of a text, with the usual times. */
    public static HealthCheck shell(String text) {
        return of("/bin/sh", "-c", text);
    }

    /** Returns a copy with another command. */
    public HealthCheck with(List<String> other) {
        return new HealthCheck(other, interval, timeout, startPeriod, startInterval, retries);
    }

    /** Returns a copy with another interval. */
    public HealthCheck withInterval(Duration time) {
        return new HealthCheck(command, time, timeout, startPeriod, startInterval, retries);
    }

    /** Returns a copy with another timeout. */
    public HealthCheck withTimeout(Duration time) {
        return new HealthCheck(command, interval, time, startPeriod, startInterval, retries);
    }

    /** Returns a copy with another start period. */
    public HealthCheck withStartPeriod(Duration time) {
        return new HealthCheck(command, interval, timeout, time, startInterval, retries);
    }

    /** Returns a copy with another interval in the start period. */
    public HealthCheck withStartInterval(Duration time) {
        return new HealthCheck(command, interval, timeout, startPeriod, time, retries);
    }

    /** Returns a copy with another number of failures. */
    public HealthCheck withRetries(int number) {
        return new HealthCheck(command, interval, timeout, startPeriod, startInterval, number);
    }

    /** Returns whether there is nothing to check. */
    public boolean isNone() {
        return command.isEmpty();
    }
}

package io.carrel.cgroups;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * How much waiting within a window of time is too much. Immutable.
 *
 * @param resource what is waited for
 * @param all whether all processes have to wait at once; otherwise one is enough
 * @param stall how much waiting, more than zero and at most the window
 * @param window 500 ms to 10 s; without {@code CAP_SYS_RESOURCE} a multiple of 2 s (Linux 6.5)
 * @see <a href="https://docs.kernel.org/accounting/psi.html">PSI</a>
 */
public record PressureTrigger(Resource resource, boolean all, Duration stall, Duration window) {

    private static final Duration SHORTEST = Duration.ofMillis(500);
    private static final Duration LONGEST = Duration.ofSeconds(10);

    /**
     * Checks the times.
     *
     * @throws IllegalArgumentException if the window or the stall is out of its range
     */
    public PressureTrigger {
        requireNonNull(resource, "resource");
        checkArgument(
                window.compareTo(SHORTEST) >= 0 && window.compareTo(LONGEST) <= 0,
                "a window for pressure must be 500 ms to 10 s, was %s",
                window);
        checkArgument(
                !stall.isNegative() && !stall.isZero() && stall.compareTo(window) <= 0,
                "the waiting must be more than nothing and at most the window %s, was %s",
                window,
                stall);
    }

    /**
     * Creates a trigger for which it is enough that one process waits.
     *
     * @param stall how much waiting, more than zero and at most the window
     * @param window 500 ms to 10 s; without {@code CAP_SYS_RESOURCE} a multiple of 2 s (Linux 6.5)
     * @throws IllegalArgumentException if the window or the stall is out of its range
     */
    public static PressureTrigger some(Resource resource, Duration stall, Duration window) {
        return new PressureTrigger(resource, false, stall, window);
    }

    /** The text for the kernel. */
    String format() {
        return "%s %d %d".formatted(all ? "full" : "some", stall.toNanos() / 1000, window.toNanos() / 1000);
    }
}

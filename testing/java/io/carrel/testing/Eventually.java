package io.carrel.testing;

import static org.assertj.core.api.Assertions.fail;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** For what the kernel tells nobody: looks again and again until it is so, or a deadline passes. */
public final class Eventually {

    private static final long PAUSE_NANOS = 2_000_000;

    private Eventually() {}

    /**
     * A bound as it is on this machine: an emulated one is slower, by the factor in the property {@code carrel.slow}.
     */
    public static Duration patience(Duration usual) {
        return usual.multipliedBy(Integer.getInteger("carrel.slow", 1));
    }

    /** Returns as soon as the condition holds. */
    public static void holds(String description, Duration atMost, BooleanSupplier condition) {
        long end = System.nanoTime() + patience(atMost).toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                fail("not within %s: %s", patience(atMost), description);
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }
}

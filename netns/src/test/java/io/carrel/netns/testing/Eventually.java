package io.carrel.netns.testing;

import static org.assertj.core.api.Assertions.fail;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for what nobody tells of. */
public final class Eventually {

    private static final long PAUSE_NANOS = 1_000_000;

    private Eventually() {}

    /** Returns as soon as the condition holds. */
    public static void holds(String description, Duration atMost, BooleanSupplier condition) {
        long end = System.nanoTime() + atMost.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                fail("not within %s: %s", atMost, description);
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }
}

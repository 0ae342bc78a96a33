package io.carrel.cgroups.limits;

import static com.google.common.base.Preconditions.checkArgument;

/**
 * The most processes and threads that the group has: {@code pids.max}. Immutable.
 *
 * @param count the number, not negative; {@link Long#MAX_VALUE} is no limit, and with 0 nobody in the group can start
 *     another process
 */
public record PidsMax(long count) implements Limit {

    /**
     * Checks the number.
     *
     * @throws IllegalArgumentException if it is negative
     */
    public PidsMax {
        checkArgument(count >= 0, "a limit of pids must not be negative, was %s", count);
    }

    @Override
    public Controller controller() {
        return Controller.PIDS;
    }

    @Override
    public String toString() {
        return "pids.max=" + Maximum.text(count);
    }
}

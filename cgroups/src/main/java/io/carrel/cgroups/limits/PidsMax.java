package io.carrel.cgroups.limits;

import static com.google.common.base.Preconditions.checkArgument;

/**
 * The most processes and threads that the group has.
 *
 * @param count {@link Long#MAX_VALUE} is no limit; with 0 nobody in the group can start another process
 */
public record PidsMax(long count) implements Limit {

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

package io.carrel.cgroups.limits;

import static com.google.common.base.Preconditions.checkArgument;

/**
 * How much of the CPU time that earlier periods left unused may be used on top of the quota: {@code cpu.max.burst}
 * (Linux 5.14). Immutable.
 *
 * @param micros microseconds, 0 up to the quota
 */
public record CpuBurst(long micros) implements Limit {

    /**
     * Checks the time.
     *
     * @throws IllegalArgumentException if it is negative
     */
    public CpuBurst {
        checkArgument(micros >= 0, "a CPU burst must not be negative, was %s", micros);
    }

    @Override
    public Controller controller() {
        return Controller.CPU;
    }

    @Override
    public String toString() {
        return "cpu.max.burst=" + micros;
    }
}

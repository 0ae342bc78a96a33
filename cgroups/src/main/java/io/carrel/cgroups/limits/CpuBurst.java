package io.carrel.cgroups.limits;

import static com.google.common.base.Preconditions.checkArgument;

/**
 * How much of the CPU time that earlier periods left may be used on top of the quota (Linux 5.14).
 *
 * @param micros microseconds, at most the quota
 */
public record CpuBurst(long micros) implements Limit {

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

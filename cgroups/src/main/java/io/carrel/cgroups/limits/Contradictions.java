package io.carrel.cgroups.limits;

import static com.google.common.base.Preconditions.checkArgument;

import io.carrel.cgroups.limits.MemoryLimit.Kind;
import java.util.List;

/** Limits that cannot hold together. */
final class Contradictions {

    private Contradictions() {}

    /**
     * Checks limits against each other.
     *
     * @throws IllegalArgumentException if one contradicts another
     */
    static void check(Limits limits) {
        Bytes most = limits.memory().orElse(Bytes.MAX);
        for (Kind kind : List.of(Kind.HIGH, Kind.LOW, Kind.MIN)) {
            limits.memory(kind)
                    .filter(amount -> !amount.isMax())
                    .ifPresent(amount -> checkArgument(
                            amount.compareTo(most) <= 0,
                            "%s is above memory.max %s",
                            new MemoryLimit(kind, amount),
                            most));
        }
        long quota = limits.cpu().map(CpuMax::quotaMicros).orElse(Long.MAX_VALUE);
        limits.find(CpuBurst.class)
                .forEach(burst -> checkArgument(
                        burst.micros() <= quota, "%s is above the quota of %s microseconds", burst, quota));
    }
}

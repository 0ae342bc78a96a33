package io.carrel.cgroups.limits;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import java.util.Locale;

/**
 * The CPUs or the memory nodes that the group's processes run on (v2: Linux 5.0). Immutable. See cpuset(7).
 *
 * @param kind whether the numbers are CPUs or memory nodes
 * @param numbers which ones, at least one
 */
public record Cpuset(Kind kind, NumberSet numbers) implements Limit {

    /** What the numbers count. */
    public enum Kind {
        /** CPUs. */
        CPUS,
        /** Memory nodes. */
        MEMS;

        /** Returns the kernel's name, {@code cpuset.cpus} or {@code cpuset.mems}. */
        @Override
        public String toString() {
            return "cpuset." + name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * Checks that there is a number.
     *
     * @throws IllegalArgumentException if there is none
     */
    public Cpuset {
        requireNonNull(kind, "kind");
        checkArgument(!numbers.isEmpty(), "%s must name at least one", kind);
    }

    @Override
    public Controller controller() {
        return Controller.CPUSET;
    }

    @Override
    public String toString() {
        return kind + "=" + numbers;
    }
}

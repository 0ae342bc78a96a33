package io.carrel.cgroups.limits;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import java.util.Locale;

/**
 * The CPUs or the memory nodes that the group's processes run on.
 *
 * @param kind which of both
 * @param numbers which ones, at least one
 */
public record Cpuset(Kind kind, NumberSet numbers) implements Limit {

    /** What the numbers count. */
    public enum Kind {
        CPUS,
        MEMS;

        /** Returns the kernel's name, {@code cpuset.cpus} or {@code cpuset.mems}. */
        @Override
        public String toString() {
            return "cpuset." + name().toLowerCase(Locale.ROOT);
        }
    }

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

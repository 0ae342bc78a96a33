package io.carrel.cgroups.limits;

import static java.util.Objects.requireNonNull;

import java.util.Locale;

/**
 * An amount of memory that is the most, or the least, that a group has. Immutable. See
 * Documentation/admin-guide/cgroup-v2.rst, "Memory Interface Files".
 *
 * @param kind what happens at the amount
 * @param amount how much; {@link Bytes#MAX} is no limit, or full protection
 */
public record MemoryLimit(Kind kind, Bytes amount) implements Limit {

    /** What happens at the amount. */
    public enum Kind {
        /** A process is killed if the group cannot stay below. On v1 {@code memory.limit_in_bytes}. */
        MAX,
        /** Above it the group is slowed down and has to give memory back. v2 only. */
        HIGH,
        /** Below it memory is taken from the group last. On v1 {@code memory.soft_limit_in_bytes}. */
        LOW,
        /** Below it memory is never taken from the group. v2 only. */
        MIN;

        /** Returns the kernel's name on v2, for example {@code memory.max}. */
        @Override
        public String toString() {
            return "memory." + name().toLowerCase(Locale.ROOT);
        }
    }

    /** Checks that nothing is null. */
    public MemoryLimit {
        requireNonNull(kind, "kind");
        requireNonNull(amount, "amount");
    }

    @Override
    public Controller controller() {
        return Controller.MEMORY;
    }

    @Override
    public String toString() {
        return kind + "=" + amount;
    }
}

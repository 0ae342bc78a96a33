package io.carrel.cgroups.limits;

import static java.util.Objects.requireNonNull;

/**
 * The most swap space that a group uses, apart from its memory: {@code memory.swap.max}. v1 limits the sum of both,
 * {@code memory.memsw.limit_in_bytes}, so there memory has to be limited as well. Immutable.
 *
 * @param amount how much; {@link Bytes#MAX} is no limit, 0 forbids swap
 */
public record SwapMax(Bytes amount) implements Limit {

    /** Checks that nothing is null. */
    public SwapMax {
        requireNonNull(amount, "amount");
    }

    @Override
    public Controller controller() {
        return Controller.MEMORY;
    }

    @Override
    public String toString() {
        return "memory.swap.max=" + amount;
    }
}

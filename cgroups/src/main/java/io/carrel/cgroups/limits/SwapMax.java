package io.carrel.cgroups.limits;

import static java.util.Objects.requireNonNull;

/**
 * The most swap space that a group uses, apart from its memory. v1 limits the sum of both, {@code memory.memsw.limit_in_bytes},
 * so there the memory has to be limited together with it.
 *
 * @param amount how much; {@link Bytes#MAX} is no limit
 */
public record SwapMax(Bytes amount) implements Limit {

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

package io.carrel.cgroups.limits;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import io.carrel.cgroups.limits.MemoryLimit.Kind;
import java.util.List;

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
    public List<Setting> settings(CgroupVersion version, Limits all) {
        if (version == CgroupVersion.V2) {
            return List.of(Setting.of(controller(), "memory.swap.max", Versions.text(amount.value(), version)));
        }
        Bytes memory = all.memory(Kind.MAX).orElse(Bytes.MAX);
        checkArgument(
                amount.isMax() || !memory.isMax(),
                "cgroup v1 limits the sum of memory and swap: give a limit of memory together with swap %s",
                amount);
        long sum = amount.isMax() ? Long.MAX_VALUE : Math.addExact(memory.value(), amount.value());
        return List.of(Setting.of(controller(), "memory.memsw.limit_in_bytes", Versions.text(sum, version)));
    }

    @Override
    public String toString() {
        return "memory.swap.max=" + amount;
    }
}

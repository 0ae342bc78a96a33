package io.carrel.cgroups.limits;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * An amount of memory that is the most, or the least, that a group has.
 *
 * @param kind which
 * @param amount how much; {@link Bytes#MAX} is no limit, or full protection
 */
public record MemoryLimit(Kind kind, Bytes amount) implements Limit {

    /** What happens at the amount. */
    public enum Kind {
        /** A process is killed if the group cannot stay below. v1: {@code memory.limit_in_bytes}. */
        MAX("memory.max", "memory.limit_in_bytes"),
        /** Above it the group is slowed down and gives memory back. v2 only. */
        HIGH("memory.high", ""),
        /** Below it memory is taken from the group last. v1: {@code memory.soft_limit_in_bytes}. */
        LOW("memory.low", "memory.soft_limit_in_bytes"),
        /** Below it memory is never taken from the group. v2 only. */
        MIN("memory.min", "");

        private final String v2;
        private final String v1;

        Kind(String v2, String v1) {
            this.v2 = v2;
            this.v1 = v1;
        }

        String file(CgroupVersion version) {
            return version == CgroupVersion.V2 ? v2 : v1;
        }
    }

    public MemoryLimit {
        requireNonNull(kind, "kind");
        requireNonNull(amount, "amount");
    }

    @Override
    public Controller controller() {
        return Controller.MEMORY;
    }

    @Override
    public List<Setting> settings(CgroupVersion version, Limits all) {
        String file = kind.file(version);
        if (file.isEmpty()) {
            throw Versions.onlyV2(kind.v2);
        }
        return List.of(Setting.of(controller(), file, Versions.text(amount.value(), version)));
    }

    @Override
    public String toString() {
        return kind.v2 + "=" + amount;
    }
}

package io.carrel.cgroups.limits;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * The CPUs or the memory nodes that the group's processes run on.
 *
 * @param kind which of both
 * @param numbers which ones, at least one
 */
public record Cpuset(Kind kind, NumberSet numbers) implements Limit {

    /** What the numbers count. */
    public enum Kind {
        CPUS("cpuset.cpus"),
        MEMS("cpuset.mems");

        private final String file;

        Kind(String file) {
            this.file = file;
        }

        /** The file, the same on both versions. */
        public String file() {
            return file;
        }
    }

    public Cpuset {
        requireNonNull(kind, "kind");
        checkArgument(!numbers.isEmpty(), "%s must name at least one", kind.file);
    }

    @Override
    public Controller controller() {
        return Controller.CPUSET;
    }

    @Override
    public List<Setting> settings(CgroupVersion version, Limits all) {
        return List.of(Setting.of(controller(), kind.file, numbers.format()));
    }

    @Override
    public String toString() {
        return kind.file + "=" + numbers;
    }
}

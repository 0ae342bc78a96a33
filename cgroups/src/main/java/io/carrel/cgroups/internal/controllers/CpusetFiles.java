package io.carrel.cgroups.internal.controllers;

import io.carrel.cgroups.internal.hierarchy.GroupFile;
import io.carrel.cgroups.internal.hierarchy.Placement;
import io.carrel.cgroups.limits.CgroupVersion;
import io.carrel.cgroups.limits.Controller;
import io.carrel.cgroups.limits.Cpuset;
import io.carrel.cgroups.limits.Limit;
import io.carrel.cgroups.limits.Limits;
import io.carrel.cgroups.limits.NumberSet;
import java.util.List;
import java.util.function.Consumer;

/** CPUs and memory nodes: {@code cpuset.cpus} and {@code cpuset.mems} on both versions. */
final class CpusetFiles implements ControllerFiles {

    private static String file(Cpuset.Kind kind) {
        return kind == Cpuset.Kind.CPUS ? "cpuset.cpus" : "cpuset.mems";
    }

    /** What a group has of those above it, where it asks for none or too many. */
    private static String effective(Cpuset.Kind kind, CgroupVersion version) {
        return version == CgroupVersion.V2
                ? file(kind) + ".effective"
                : kind == Cpuset.Kind.CPUS ? "cpuset.effective_cpus" : "cpuset.effective_mems";
    }

    @Override
    public Controller controller() {
        return Controller.CPUSET;
    }

    @Override
    public List<Setting> written(Limit limit, CgroupVersion version, Limits all) {
        Cpuset set = (Cpuset) limit;
        return List.of(Setting.of(controller(), file(set.kind()), set.numbers().format()));
    }

    @Override
    public void read(Placement group, Consumer<Limit> found) {
        for (Cpuset.Kind kind : Cpuset.Kind.values()) {
            GroupFile.parseIfThere(group.file(file(kind)), NumberSet::parse)
                    .filter(numbers -> !numbers.isEmpty())
                    .ifPresent(numbers -> found.accept(new Cpuset(kind, numbers)));
        }
    }

    @Override
    public void checkAbove(Placement above, Limit limit) {
        if (limit instanceof Cpuset set) {
            GroupFile.parseIfThere(above.file(effective(set.kind(), above.version())), NumberSet::parse)
                    .ifPresent(all -> Checks.above(all.containsAll(set.numbers()), limit, above, all));
        }
    }
}

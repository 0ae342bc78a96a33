package io.carrel.cgroups.internal.controllers;

import io.carrel.cgroups.internal.hierarchy.GroupFile;
import io.carrel.cgroups.internal.hierarchy.Placement;
import io.carrel.cgroups.internal.text.FlatFile;
import io.carrel.cgroups.limits.CgroupVersion;
import io.carrel.cgroups.limits.Controller;
import io.carrel.cgroups.limits.CpuBurst;
import io.carrel.cgroups.limits.CpuMax;
import io.carrel.cgroups.limits.CpuShares;
import io.carrel.cgroups.limits.CpuWeight;
import io.carrel.cgroups.limits.Limit;
import io.carrel.cgroups.limits.Limits;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The CPU controller, and what counts CPU time: {@code cpuacct} on v1, every group on v2.
 *
 * @see <a href="https://docs.kernel.org/scheduler/sched-bwc.html">CFS Bandwidth Control</a>
 */
final class CpuFiles implements ControllerFiles {

    private static final String MAX = "cpu.max";
    private static final String V1_QUOTA = "cpu.cfs_quota_us";
    private static final String V1_PERIOD = "cpu.cfs_period_us";
    private static final NumberFile BURST = NumberFile.of(Controller.CPU, "cpu.max.burst", "cpu.cfs_burst_us", 0);
    private static final NumberFile WEIGHT =
            new NumberFile(Controller.CPU, "cpu.weight", "cpu.shares", CpuWeight.DEFAULT, CpuShares.DEFAULT);
    private static final String STAT = "cpu.stat";

    @Override
    public Controller controller() {
        return Controller.CPU;
    }

    @Override
    public List<Setting> written(Limit limit, CgroupVersion version, Limits all) {
        boolean v2 = version == CgroupVersion.V2;
        if (limit instanceof CpuMax max) {
            return max(max, version);
        } else if (limit instanceof CpuBurst burst) {
            return List.of(BURST.setting(version, burst.micros()));
        } else if (limit instanceof CpuShares shares) {
            return List.of(WEIGHT.setting(version, v2 ? shares.toWeight() : shares.shares()));
        }
        CpuWeight weight = (CpuWeight) limit;
        return List.of(WEIGHT.setting(version, v2 ? weight.weight() : weight.toShares()));
    }

    private static List<Setting> max(CpuMax max, CgroupVersion version) {
        if (version == CgroupVersion.V2) {
            return List.of(Setting.of(Controller.CPU, MAX, max.format()));
        }
        return List.of(
                Setting.of(Controller.CPU, V1_PERIOD, Long.toString(max.periodMicros()))
                        .initially(Long.toString(CpuMax.DEFAULT_PERIOD_MICROS)),
                Setting.of(Controller.CPU, V1_QUOTA, Versions.text(max.quotaMicros(), version)));
    }

    @Override
    public void read(Placement group, Consumer<Limit> found) {
        max(group).filter(max -> !max.isUnlimited()).ifPresent(found);
        BURST.limit(group).ifPresent(burst -> found.accept(new CpuBurst(burst)));
        // An idle group, which has no weight, shows 0.
        boolean v2 = group.version() == CgroupVersion.V2;
        WEIGHT.limit(group)
                .filter(weight -> !v2 || weight != 0)
                .ifPresent(weight -> found.accept(v2 ? new CpuWeight(weight) : new CpuShares(weight)));
    }

    private static Optional<CpuMax> max(Placement group) {
        if (group.version() == CgroupVersion.V2) {
            return GroupFile.parseIfThere(group.file(MAX), CpuMax::parse);
        }
        return GroupFile.parseIfThere(group.file(V1_QUOTA), FlatFile::number)
                .map(quota -> quota == Long.MAX_VALUE
                        ? CpuMax.unlimited()
                        : new CpuMax(
                                quota,
                                GroupFile.parse(
                                        group.file(V1_PERIOD),
                                        GroupFile.read(group.file(V1_PERIOD)),
                                        FlatFile::number)));
    }

    @Override
    public void checkAbove(Placement above, Limit limit) {
        if (limit instanceof CpuMax cpu) {
            max(above)
                    .ifPresent(
                            most -> Checks.above(cpu.isUnlimited() || cpu.cpus() <= most.cpus(), limit, above, most));
        }
    }

    @Override
    public void statistics(Placement group, boolean hasV2, Statistics files) {
        if (group.version() == CgroupVersion.V2) {
            files.add(STAT, (read, text, length) -> read.cpu.stat(text, length));
            return;
        }
        if (group.controls(Controller.CPU)) {
            files.add(STAT, (read, text, length) -> read.cpu.v1Stat(text, length));
        }
        if (group.controls(Controller.CPUACCT) && !hasV2) {
            files.add("cpuacct.usage", (read, text, length) -> read.cpu.v1Usage(text, length));
            files.add("cpuacct.stat", (read, text, length) -> read.cpu.v1Times(text, length));
        }
    }
}

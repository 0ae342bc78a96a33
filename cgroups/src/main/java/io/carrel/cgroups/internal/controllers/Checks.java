package io.carrel.cgroups.internal.controllers;

import static com.google.common.base.Preconditions.checkArgument;

import io.carrel.cgroups.internal.devices.DeviceController;
import io.carrel.cgroups.internal.devices.DevicePolicy;
import io.carrel.cgroups.internal.devices.LegacyDevices;
import io.carrel.cgroups.internal.devices.UnifiedDevices;
import io.carrel.cgroups.internal.hierarchy.GroupFile;
import io.carrel.cgroups.internal.hierarchy.Placement;
import io.carrel.cgroups.internal.text.FlatFile;
import io.carrel.cgroups.internal.tree.HostHierarchies;
import io.carrel.cgroups.limits.Bytes;
import io.carrel.cgroups.limits.CgroupVersion;
import io.carrel.cgroups.limits.CpuMax;
import io.carrel.cgroups.limits.Cpuset;
import io.carrel.cgroups.limits.Device;
import io.carrel.cgroups.limits.DeviceRules;
import io.carrel.cgroups.limits.Limit;
import io.carrel.cgroups.limits.Limits;
import io.carrel.cgroups.limits.MemoryLimit;
import io.carrel.cgroups.limits.NumberSet;
import io.carrel.cgroups.limits.PidsMax;
import io.carrel.cgroups.limits.Setting;
import io.carrel.linux.UnsupportedFeatureException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What the kernel would accept although it cannot hold, or would punish by killing: checked before anything is written. */
public final class Checks {

    private static final Path BLOCK_DEVICES = Path.of("/sys/dev/block");

    private Checks() {}

    /** All that can be known before the group is there, or before one of its files is written. */
    public static void beforeWriting(HostHierarchies host, List<Placement> parents, Limits limits) {
        for (Limit limit : limits.all()) {
            Placement parent = parents.stream()
                    .filter(placement -> placement.controls(limit.controller()))
                    .findFirst()
                    .orElseThrow(() -> host.missing(limit.controller()));
            parents(parent, limit);
            limit.settings(parent.version(), limits).forEach(setting -> hasFile(parent, setting));
            if (limit instanceof DeviceRules rules) {
                devices(parent).check(DevicePolicy.of(rules.rules()));
            }
        }
    }

    /** What puts rules about devices in force for a group. */
    public static DeviceController devices(Placement group) {
        return group.version() == CgroupVersion.V2
                ? new UnifiedDevices(group.directory())
                : new LegacyDevices(group.directory());
    }

    /** A group above has the same files, unless it is the root of all. */
    private static void hasFile(Placement parent, Setting setting) {
        boolean isRoot = parent.directory().equals(parent.hierarchy().mountPoint());
        if (!isRoot && file(parent, setting).isEmpty()) {
            throw new UnsupportedFeatureException(
                    setting.files().get(0),
                    "the %s controller here has no such file: this kernel is older or was built without it, or it is the other version's."
                            .formatted(setting.controller()));
        }
    }

    /** The file of a group that the setting is written into. */
    public static Optional<Path> file(Placement group, Setting setting) {
        return setting.files().stream().map(group::file).filter(Files::exists).findFirst();
    }

    /** The device must exist and be a whole disk. */
    public static void device(Device device) {
        Path directory = BLOCK_DEVICES.resolve(device.toString());
        checkArgument(Files.exists(directory), "this host has no block device %s", device);
        checkArgument(
                !Files.exists(directory.resolve("partition")),
                "block device %s is a partition; limits are for the whole disk %s",
                device,
                disk(directory));
    }

    private static String disk(Path partition) {
        return GroupFile.readIfThere(partition.resolve("../dev")).orElse("that it lies on");
    }

    /** A limit above that of a group above would never be reached. */
    private static void parents(Placement parent, Limit limit) {
        upwards(parent).forEach(above -> parent(above, limit));
    }

    /** The group, and those above it up to the mount. */
    private static List<Placement> upwards(Placement group) {
        List<Placement> found = new ArrayList<>();
        Path top = group.hierarchy().mountPoint();
        for (Path at = group.directory(); at != null && at.startsWith(top); at = at.getParent()) {
            found.add(new Placement(group.hierarchy(), at));
        }
        return found;
    }

    /** The least of the limits of a group and those above it. */
    public static Bytes effectiveMemory(Placement group) {
        long least = upwards(group).stream()
                .mapToLong(above -> number(above, memoryMax(above)))
                .min()
                .orElse(Long.MAX_VALUE);
        return least == Long.MAX_VALUE ? Bytes.MAX : Bytes.of(least);
    }

    private static String memoryMax(Placement group) {
        return group.version() == CgroupVersion.V2 ? "memory.max" : "memory.limit_in_bytes";
    }

    private static void parent(Placement above, Limit limit) {
        if (limit instanceof MemoryLimit memory && memory.kind() == MemoryLimit.Kind.MAX) {
            long most = number(above, memoryMax(above));
            check(memory.amount().isMax() || memory.amount().value() <= most, limit, above, most);
        } else if (limit instanceof PidsMax pids) {
            long most = number(above, "pids.max");
            check(pids.count() == Long.MAX_VALUE || pids.count() <= most, limit, above, most);
        } else if (limit instanceof CpuMax cpu) {
            cpuMax(above).ifPresent(most -> check(cpu.isUnlimited() || cpu.cpus() <= most.cpus(), limit, above, most));
        } else if (limit instanceof Cpuset set) {
            String file = above.version() == CgroupVersion.V2
                    ? set.kind().file() + ".effective"
                    : set.kind().file().replace("cpuset.", "cpuset.effective_");
            GroupFile.parseIfThere(above.file(file), NumberSet::parse)
                    .ifPresent(all -> check(all.containsAll(set.numbers()), limit, above, all));
        }
    }

    private static void check(boolean holds, Limit limit, Placement above, Object most) {
        checkArgument(holds, "%s is above what the group %s has: %s", limit, above, most);
    }

    private static long number(Placement group, String file) {
        return GroupFile.parseIfThere(group.file(file), FlatFile::number).orElse(Long.MAX_VALUE);
    }

    static Optional<CpuMax> cpuMax(Placement group) {
        if (group.version() == CgroupVersion.V2) {
            return GroupFile.parseIfThere(group.file("cpu.max"), CpuMax::parse);
        }
        return GroupFile.parseIfThere(group.file("cpu.cfs_quota_us"), FlatFile::number)
                .map(quota -> quota == Long.MAX_VALUE
                        ? CpuMax.unlimited()
                        : new CpuMax(quota, number(group, "cpu.cfs_period_us")));
    }

    /**
     * A limit below what is in use. The kernel would have v2 kill processes until it fits, and v1 try and fail; for pids it would
     * just never allow another. What it can take back, files in memory, does not count.
     */
    public static void use(Placement group, Limit limit) {
        if (limit instanceof PidsMax pids) {
            long current = number(group, "pids.current");
            checkArgument(
                    current == Long.MAX_VALUE || pids.count() >= current,
                    "%s is below what cgroup %s has now: %s processes and threads",
                    limit,
                    group,
                    current);
        } else if (limit instanceof MemoryLimit memory && memory.kind() == MemoryLimit.Kind.MAX) {
            long current =
                    number(group, group.version() == CgroupVersion.V2 ? "memory.current" : "memory.usage_in_bytes");
            if (current != Long.MAX_VALUE && memory.amount().value() < current) {
                long held = held(group);
                checkArgument(
                        memory.amount().value() >= held,
                        "%s is below what cgroup %s uses and cannot give back: %s bytes of %s in use",
                        limit,
                        group,
                        held,
                        current);
            }
        }
    }

    /** What is no file's content: the memory of processes, and of the kernel for them. */
    private static long held(Placement group) {
        Path file = group.file("memory.stat");
        String prefix = group.version() == CgroupVersion.V2 ? "" : "total_";
        return GroupFile.parse(
                file,
                GroupFile.read(file),
                stat -> Stream.of("inactive_anon", "active_anon", "unevictable")
                        .mapToLong(name -> FlatFile.value(stat, prefix + name)
                                .orElseThrow(() -> new IllegalArgumentException("it has no line " + prefix + name)))
                        .sum());
    }
}

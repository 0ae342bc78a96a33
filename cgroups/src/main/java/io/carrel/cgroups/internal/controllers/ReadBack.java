package io.carrel.cgroups.internal.controllers;

import com.google.common.collect.ImmutableList;
import io.carrel.cgroups.internal.hierarchy.GroupFile;
import io.carrel.cgroups.internal.hierarchy.Placement;
import io.carrel.cgroups.internal.text.FlatFile;
import io.carrel.cgroups.limits.Bytes;
import io.carrel.cgroups.limits.CgroupVersion;
import io.carrel.cgroups.limits.Controller;
import io.carrel.cgroups.limits.CpuBurst;
import io.carrel.cgroups.limits.CpuShares;
import io.carrel.cgroups.limits.CpuWeight;
import io.carrel.cgroups.limits.Cpuset;
import io.carrel.cgroups.limits.Device;
import io.carrel.cgroups.limits.DeviceRule;
import io.carrel.cgroups.limits.DeviceRules;
import io.carrel.cgroups.limits.DeviceType;
import io.carrel.cgroups.limits.HugetlbMax;
import io.carrel.cgroups.limits.IoMax;
import io.carrel.cgroups.limits.IoWeight;
import io.carrel.cgroups.limits.Limit;
import io.carrel.cgroups.limits.Limits;
import io.carrel.cgroups.limits.MemoryLimit;
import io.carrel.cgroups.limits.MemoryLimit.Kind;
import io.carrel.cgroups.limits.NetClass;
import io.carrel.cgroups.limits.NetPriority;
import io.carrel.cgroups.limits.NumberSet;
import io.carrel.cgroups.limits.OomGroup;
import io.carrel.cgroups.limits.PidsMax;
import io.carrel.cgroups.limits.RawFile;
import io.carrel.cgroups.limits.SwapMax;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.LongFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Reads the limits of a group from its files. What is as in a new group is left out. */
final class ReadBack {

    /** No limit, as most files of a new group say. */
    private static final long MAX = Long.MAX_VALUE;

    private static final String THROTTLE = "blkio.throttle.";

    private final List<Limit> limits = new ArrayList<>();

    private ReadBack() {}

    static Limits of(List<Placement> placements, Remembered remembered) {
        ReadBack reader = new ReadBack();
        for (Placement group : placements) {
            boolean v2 = group.version() == CgroupVersion.V2;
            reader.memory(group, v2);
            reader.cpu(group, v2);
            reader.number(group, "pids.max", MAX, PidsMax::new);
            reader.io(group, v2);
            reader.networks(group);
            reader.hugetlb(group, v2);
        }
        reader.devices(placements, remembered);
        remembered.files().forEach(file -> reader.raw(placements, file));
        return Limits.inForce(reader.limits);
    }

    private void memory(Placement group, boolean v2) {
        amount(group, v2 ? "memory.max" : "memory.limit_in_bytes", MAX, Kind.MAX);
        amount(group, v2 ? "memory.low" : "memory.soft_limit_in_bytes", v2 ? 0 : MAX, Kind.LOW);
        amount(group, "memory.high", MAX, Kind.HIGH);
        amount(group, "memory.min", 0, Kind.MIN);
        number(group, "memory.swap.max", MAX, swap -> new SwapMax(Bytes.of(swap)));
        number(group, "memory.memsw.limit_in_bytes", MAX)
                .ifPresent(sum -> number(group, "memory.limit_in_bytes", MAX)
                        .ifPresent(memory -> limits.add(new SwapMax(Bytes.of(Math.max(0, sum - memory))))));
        number(group, "memory.oom.group", 0, whole -> new OomGroup(true));
    }

    private void amount(Placement group, String file, long unset, Kind kind) {
        number(group, file, unset, amount -> new MemoryLimit(kind, Bytes.of(amount)));
    }

    private void cpu(Placement group, boolean v2) {
        if (!group.controls(Controller.CPU) && !group.controls(Controller.CPUSET)) {
            return;
        }
        Checks.cpuMax(group).filter(max -> !max.isUnlimited()).ifPresent(limits::add);
        number(group, v2 ? "cpu.max.burst" : "cpu.cfs_burst_us", 0, CpuBurst::new);
        // An idle group, which has no weight, shows 0.
        number(group, "cpu.weight", CpuWeight.DEFAULT)
                .filter(weight -> weight != 0)
                .ifPresent(weight -> limits.add(new CpuWeight(weight)));
        number(group, "cpu.shares", CpuShares.DEFAULT, CpuShares::new);
        cpuset(group, Cpuset.Kind.CPUS);
        cpuset(group, Cpuset.Kind.MEMS);
    }

    private void cpuset(Placement group, Cpuset.Kind kind) {
        GroupFile.parseIfThere(group.file(kind.file()), NumberSet::parse)
                .filter(numbers -> !numbers.isEmpty())
                .ifPresent(numbers -> limits.add(new Cpuset(kind, numbers)));
    }

    private void io(Placement group, boolean v2) {
        Map<Device, IoMax> devices = new TreeMap<>();
        if (v2) {
            lines(group, "io.max", IoMax::parse).forEach(max -> devices.put(max.device(), max));
        } else {
            for (String name : List.of("read_bps", "write_bps", "read_iops", "write_iops")) {
                lines(group, THROTTLE + name + "_device", line -> IoMax.parseThrottle(name, line))
                        .forEach(max -> devices.merge(max.device(), max, IoMax::and));
            }
        }
        devices.values().forEach(limits::add);
        lines(group, "io.weight", ReadBack::defaultWeight)
                .filter(weight -> weight.isPresent() && weight.getAsLong() != IoWeight.DEFAULT)
                .forEach(weight -> limits.add(new IoWeight(weight.getAsLong())));
    }

    private static OptionalLong defaultWeight(String line) {
        return FlatFile.value(line, "default");
    }

    private void networks(Placement group) {
        number(group, "net_cls.classid", 0, NetClass::new);
        lines(group, "net_prio.ifpriomap", NetPriority::parse)
                .filter(priority -> priority.priority() != 0)
                .forEach(limits::add);
    }

    private void hugetlb(Placement group, boolean v2) {
        if (!group.controls(Controller.HUGETLB)) {
            return;
        }
        Pattern limit = Pattern.compile("hugetlb\\.([^.]+)" + (v2 ? "\\.max" : "\\.limit_in_bytes"));
        for (String file : GroupFile.names(group.directory())) {
            Matcher size = limit.matcher(file);
            if (size.matches()) {
                String pageSize = size.toMatchResult().group(1);
                number(group, file, MAX, most -> new HugetlbMax(pageSize, Bytes.of(most)));
            }
        }
    }

    private void devices(List<Placement> placements, Remembered remembered) {
        List<DeviceRule> listed = Placement.of(placements, Controller.DEVICES).stream()
                .flatMap(group -> lines(group, "devices.list", DeviceRule::parse))
                .toList();
        if (listed.isEmpty() || listed.get(0).type() == DeviceType.ALL) {
            limits.addAll(remembered.devices());
            return;
        }
        limits.add(new DeviceRules(ImmutableList.<DeviceRule>builder()
                .add(DeviceRule.DENY_ALL)
                .addAll(listed)
                .build()));
    }

    /** A file that takes commands has nothing to read. */
    private void raw(List<Placement> placements, String file) {
        placements.stream()
                .map(group -> group.file(file))
                .filter(Files::isReadable)
                .findFirst()
                .flatMap(GroupFile::readIfThere)
                .flatMap(text -> text.lines().findFirst())
                .filter(line -> !line.isEmpty())
                .ifPresent(line -> limits.add(new RawFile(file, line)));
    }

    private static <T> Stream<T> lines(Placement group, String file, Function<String, T> format) {
        Path path = group.file(file);
        return GroupFile.readIfThere(path).stream()
                .flatMap(String::lines)
                .map(line -> GroupFile.parse(path, line, format));
    }

    /** Of a file that is there, unless it has the number of a new group. 0 is a limit, unless it is that number. */
    private static Optional<Long> number(Placement group, String file, long unset) {
        return GroupFile.parseIfThere(group.file(file), FlatFile::number).filter(number -> number != unset);
    }

    private void number(Placement group, String file, long unset, LongFunction<Limit> limit) {
        number(group, file, unset).ifPresent(number -> limits.add(limit.apply(number)));
    }
}

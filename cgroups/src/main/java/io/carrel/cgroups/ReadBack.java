package io.carrel.cgroups;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import io.carrel.cgroups.internal.FlatFile;
import io.carrel.cgroups.internal.GroupFile;
import io.carrel.cgroups.internal.Placement;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Reads the limits of a group from its files. What is as in a new group is left out. */
final class ReadBack {

    private static final Splitter WORDS = Splitter.on(' ').omitEmptyStrings();
    private static final String THROTTLE = "blkio.throttle.";

    private final Limits.Builder limits = Limits.builder();

    private ReadBack() {}

    static Limits of(List<Placement> placements, Remembered remembered) {
        ReadBack reader = new ReadBack();
        for (Placement group : placements) {
            boolean v2 = group.version() == CgroupVersion.V2;
            reader.memory(group, v2);
            reader.cpu(group, v2);
            number(group, "pids.max", reader.limits::pids);
            reader.io(group, v2);
            reader.networks(group);
            reader.hugetlb(group, v2);
        }
        reader.devices(placements, remembered);
        remembered.files().forEach(file -> reader.raw(placements, file));
        return reader.limits.build();
    }

    private void memory(Placement group, boolean v2) {
        number(group, v2 ? "memory.max" : "memory.limit_in_bytes", most -> limits.memory(Bytes.of(most)));
        number(group, v2 ? "memory.low" : "memory.soft_limit_in_bytes", low -> limits.memoryLow(Bytes.of(low)));
        number(group, "memory.high", high -> limits.memoryHigh(Bytes.of(high)));
        number(group, "memory.min", min -> limits.memoryMin(Bytes.of(min)));
        number(group, "memory.swap.max", swap -> limits.swap(Bytes.of(swap)));
        number(
                group,
                "memory.memsw.limit_in_bytes",
                sum -> number(
                        group, "memory.limit_in_bytes", memory -> limits.swap(Bytes.of(Math.max(0, sum - memory)))));
        number(group, "memory.oom.group", whole -> limits.oomGroup(whole == 1));
    }

    private void cpu(Placement group, boolean v2) {
        if (!group.controls(Controller.CPU) && !group.controls(Controller.CPUSET)) {
            return;
        }
        Checks.cpuMax(group).filter(max -> !max.isUnlimited()).ifPresent(limits::cpuMax);
        number(
                group,
                v2 ? "cpu.max.burst" : "cpu.cfs_burst_us",
                burst -> limits.cpuBurst(Duration.ofNanos(burst * 1000)));
        number(group, "cpu.weight", weight -> unless(weight, CpuWeight.DEFAULT, limits::cpuWeight));
        number(group, "cpu.shares", shares -> unless(shares, CpuShares.DEFAULT, limits::cpuShares));
        GroupFile.readIfThere(group.file("cpuset.cpus"))
                .filter(cpus -> !cpus.isEmpty())
                .ifPresent(limits::cpusetCpus);
        GroupFile.readIfThere(group.file("cpuset.mems"))
                .filter(mems -> !mems.isEmpty())
                .ifPresent(limits::cpusetMems);
    }

    private static void unless(long value, long usual, Consumer<Long> limit) {
        if (value != usual) {
            limit.accept(value);
        }
    }

    private void io(Placement group, boolean v2) {
        Map<Device, IoMax> devices = new TreeMap<>();
        if (v2) {
            lines(group, "io.max").forEach(line -> {
                List<String> words = WORDS.splitToList(line);
                IoMax max = IoMax.of(Device.parse(words.get(0)));
                for (String word : words.subList(1, words.size())) {
                    max = with(max, word.substring(0, word.indexOf('=')), word.substring(word.indexOf('=') + 1));
                }
                devices.put(max.device(), max);
            });
        } else {
            for (String file : List.of("read_bps", "write_bps", "read_iops", "write_iops")) {
                lines(group, THROTTLE + file + "_device").forEach(line -> {
                    List<String> words = WORDS.splitToList(line);
                    Device device = Device.parse(words.get(0));
                    devices.merge(
                            device,
                            with(IoMax.of(device), file, words.get(1)),
                            (old, also) -> with(old, file, words.get(1)));
                });
            }
        }
        devices.values().forEach(limits::io);
        lines(group, "io.weight")
                .filter(line -> line.startsWith("default "))
                .map(line -> FlatFile.number(line.substring("default ".length())))
                .forEach(weight -> unless(weight, IoWeight.DEFAULT, limits::ioWeight));
    }

    private static IoMax with(IoMax max, String name, String text) {
        long number = FlatFile.number(text);
        return switch (name) {
            case "rbps", "read_bps" -> max.withRead(Bytes.of(number));
            case "wbps", "write_bps" -> max.withWrite(Bytes.of(number));
            case "riops", "read_iops" -> max.withReadOperations(number);
            case "wiops", "write_iops" -> max.withWriteOperations(number);
            default -> max;
        };
    }

    private void networks(Placement group) {
        number(group, "net_cls.classid", id -> limits.netClass(id));
        lines(group, "net_prio.ifpriomap").forEach(line -> {
            List<String> words = WORDS.splitToList(line);
            unless(FlatFile.number(words.get(1)), 0, priority -> limits.netPriority(words.get(0), priority));
        });
    }

    private void hugetlb(Placement group, boolean v2) {
        if (!group.controls(Controller.HUGETLB)) {
            return;
        }
        Pattern limit = Pattern.compile("hugetlb\\.([^.]+)" + (v2 ? "\\.max" : "\\.limit_in_bytes"));
        for (String file : GroupFile.names(group.directory())) {
            Matcher size = limit.matcher(file);
            if (size.matches()) {
                GroupFile.readIfThere(group.file(file))
                        .map(FlatFile::number)
                        .filter(most -> most != Long.MAX_VALUE)
                        .ifPresent(most -> limits.hugetlb(size.toMatchResult().group(1), Bytes.of(most)));
            }
        }
    }

    private void devices(List<Placement> placements, Remembered remembered) {
        List<DeviceRule> listed = Placement.of(placements, Controller.DEVICES).stream()
                .flatMap(group -> lines(group, "devices.list"))
                .map(DeviceRule::parse)
                .toList();
        if (listed.isEmpty() || listed.get(0).type() == DeviceType.ALL) {
            remembered.devices().forEach(rules -> limits.devices(rules.rules()));
            return;
        }
        limits.devices(ImmutableList.<DeviceRule>builder()
                .add(DeviceRule.DENY_ALL)
                .addAll(listed)
                .build());
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
                .ifPresent(line -> limits.raw(file, line));
    }

    private static Stream<String> lines(Placement group, String file) {
        return GroupFile.readIfThere(group.file(file)).stream().flatMap(String::lines);
    }

    /** Of a file that is there, if it is neither 0 nor without a limit. */
    private static void number(Placement group, String file, Consumer<Long> limit) {
        GroupFile.readIfThere(group.file(file))
                .map(FlatFile::number)
                .filter(number -> number != Long.MAX_VALUE && number != 0)
                .ifPresent(limit);
    }
}

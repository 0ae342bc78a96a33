package io.carrel.cgroups.internal.controllers;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableMap;
import io.carrel.cgroups.internal.hierarchy.GroupFile;
import io.carrel.cgroups.internal.hierarchy.Placement;
import io.carrel.cgroups.internal.text.FlatFile;
import io.carrel.cgroups.limits.Bytes;
import io.carrel.cgroups.limits.CgroupVersion;
import io.carrel.cgroups.limits.Controller;
import io.carrel.cgroups.limits.Device;
import io.carrel.cgroups.limits.IoMax;
import io.carrel.cgroups.limits.IoWeight;
import io.carrel.cgroups.limits.Limit;
import io.carrel.cgroups.limits.Limits;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;

/**
 * What goes to and from disks: the controller {@code io} of v2, {@code blkio} of v1.
 *
 * @see <a href="https://docs.kernel.org/admin-guide/cgroup-v1/blkio-controller.html">Block IO Controller of v1</a>
 */
final class IoFiles implements ControllerFiles {

    private static final String MAX = "io.max";
    private static final String UNSET = "rbps=max wbps=max riops=max wiops=max";
    private static final String WEIGHT = "io.weight";
    private static final String WEIGHT_OF_ALL = "default";
    private static final List<String> V1_WEIGHTS = List.of("blkio.bfq.weight", "blkio.weight");
    private static final String V1_UNSET = "0";
    private static final Splitter WORDS = Splitter.on(' ').omitEmptyStrings();
    private static final Path BLOCK_DEVICES = Path.of("/sys/dev/block");

    /** Each limit of a device has a file of its own on v1. */
    private static final Map<String, ToLongFunction<IoMax>> THROTTLES = ImmutableMap.of(
            "read_bps", IoMax::readBytes,
            "write_bps", IoMax::writeBytes,
            "read_iops", IoMax::readOperations,
            "write_iops", IoMax::writeOperations);

    private static String throttle(String name) {
        return "blkio.throttle." + name + "_device";
    }

    @Override
    public Controller controller() {
        return Controller.IO;
    }

    @Override
    public List<Setting> written(Limit limit, CgroupVersion version, Limits all) {
        boolean v2 = version == CgroupVersion.V2;
        if (limit instanceof IoWeight weight) {
            return List.of(weight(weight.weight(), v2));
        }
        IoMax max = (IoMax) limit;
        return v2
                ? List.of(Setting.of(controller(), MAX, max.device().toString(), max.rates(), UNSET))
                : THROTTLES.entrySet().stream()
                        .map(entry -> throttled(
                                entry.getKey(), max.device(), entry.getValue().applyAsLong(max)))
                        .toList();
    }

    private static Setting throttled(String name, Device device, long number) {
        String value = number == Long.MAX_VALUE ? V1_UNSET : Long.toString(number);
        return Setting.of(Controller.IO, throttle(name), device.toString(), value, V1_UNSET);
    }

    /** v1 has 10 to 1000, and bfq 1 to 1000 on both. */
    private static Setting weight(long weight, boolean v2) {
        return v2
                ? Setting.of(
                        Controller.IO, WEIGHT, WEIGHT_OF_ALL, Long.toString(weight), Long.toString(IoWeight.DEFAULT))
                : new Setting(Controller.IO, V1_WEIGHTS, "", Long.toString(10 + (weight - 1) * 990 / 9_999), "");
    }

    @Override
    public void read(Placement group, Consumer<Limit> found) {
        Map<Device, IoMax> devices = new TreeMap<>();
        if (group.version() == CgroupVersion.V2) {
            GroupFile.lines(group.file(MAX), IoMax::parse).forEach(max -> devices.put(max.device(), max));
        } else {
            for (String name : THROTTLES.keySet()) {
                GroupFile.lines(group.file(throttle(name)), line -> throttle(name, line, devices))
                        .forEach(max -> devices.put(max.device(), max));
            }
        }
        devices.values().forEach(found);
        GroupFile.lines(group.file(WEIGHT), line -> FlatFile.value(line, WEIGHT_OF_ALL))
                .flatMapToLong(OptionalLong::stream)
                .filter(weight -> weight != IoWeight.DEFAULT)
                .forEach(weight -> found.accept(new IoWeight(weight)));
    }

    /** A line such as {@code 8:0 1048576} of one of v1's files, added to what the others say of the device. */
    private static IoMax throttle(String name, String line, Map<Device, IoMax> others) {
        List<String> words = WORDS.splitToList(line);
        checkArgument(words.size() == 2, "not a device and a number: \"%s\"", line);
        Device device = Device.parse(words.get(0));
        IoMax max = others.getOrDefault(device, IoMax.of(device));
        long number = FlatFile.number(words.get(1));
        return switch (name) {
            case "read_bps" -> max.withRead(Bytes.of(number));
            case "write_bps" -> max.withWrite(Bytes.of(number));
            case "read_iops" -> max.withReadOperations(number);
            default -> max.withWriteOperations(number);
        };
    }

    /** The device must exist and be a whole disk. */
    @Override
    public void checkHost(Limit limit) {
        if (limit instanceof IoMax max) {
            Path directory = BLOCK_DEVICES.resolve(max.device().toString());
            checkArgument(Files.exists(directory), "this host has no block device %s", max.device());
            checkArgument(
                    !Files.exists(directory.resolve("partition")),
                    "block device %s is a partition; limits are for the whole disk %s",
                    max.device(),
                    disk(directory));
        }
    }

    private static String disk(Path partition) {
        return GroupFile.readIfThere(partition.resolve("../dev")).orElse("that it lies on");
    }

    @Override
    public void statistics(Placement group, boolean hasV2, Statistics files) {
        if (!group.controls(controller())) {
            return;
        }
        if (group.version() == CgroupVersion.V2) {
            files.add("io.stat", (read, text, length) -> read.io.stat(text, length));
        } else {
            files.add("blkio.throttle.io_service_bytes_recursive", (read, text, length) -> read.io.v1(text, length, 0));
            files.add("blkio.throttle.io_serviced_recursive", (read, text, length) -> read.io.v1(text, length, 2));
        }
    }
}

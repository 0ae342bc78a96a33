package io.carrel.cli;

import static com.google.common.base.Preconditions.checkArgument;

import io.carrel.cgroups.limits.Bytes;
import io.carrel.cgroups.limits.Device;
import io.carrel.cgroups.limits.DeviceRule;
import io.carrel.cgroups.limits.IoMax;
import io.carrel.cgroups.limits.Limits;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of {@code carrel run}, {@code update} and {@code cgroup} that limit what a group may use. */
final class LimitOptions {

    @Option(
            names = {"-m", "--memory"},
            paramLabel = "BYTES",
            description = "The most memory, as 512m or 2g; beyond it the kernel kills.")
    private @Nullable Bytes memory;

    @Option(
            names = "--memory-swap",
            paramLabel = "BYTES",
            description = "The most of memory and swap space together, as docker has it; -1 for all swap space.")
    private @Nullable String memorySwap;

    @Option(
            names = "--memory-reservation",
            paramLabel = "BYTES",
            description = "Memory that is taken from it last (memory.low).")
    private @Nullable Bytes memoryReservation;

    @Option(names = "--cpus", paramLabel = "NUMBER", description = "The most CPU time, as 0.5 or 2.")
    private @Nullable Double cpus;

    @Option(
            names = "--cpu-weight",
            paramLabel = "WEIGHT",
            description = "The share of busy CPUs, 1 to 10000; 100 is usual.")
    private @Nullable Long cpuWeight;

    @Option(
            names = {"-c", "--cpu-shares"},
            paramLabel = "SHARES",
            description = "The same as docker has it, 2 to 262144; 1024 is usual.")
    private @Nullable Long cpuShares;

    @Option(names = "--cpuset-cpus", paramLabel = "CPUS", description = "The CPUs to run on, as 0-2,4.")
    private @Nullable String cpusetCpus;

    @Option(names = "--cpuset-mems", paramLabel = "NODES", description = "The memory nodes to use.")
    private @Nullable String cpusetMems;

    @Option(names = "--pids-limit", paramLabel = "NUMBER", description = "The most processes and threads.")
    private @Nullable Long pids;

    @Option(
            names = "--blkio-weight",
            paramLabel = "WEIGHT",
            description = "The share of busy disks, 1 to 10000; 100 is usual.")
    private @Nullable Long ioWeight;

    @Option(
            names = "--device-read-bps",
            paramLabel = "DEVICE=BYTES",
            description = "The most bytes read from a disk in a second; DEVICE:BYTES will do, too.")
    private String @Nullable [] readBytes;

    @Option(
            names = "--device-write-bps",
            paramLabel = "DEVICE=BYTES",
            description = "The most bytes written to a disk in a second.")
    private String @Nullable [] writeBytes;

    @Option(
            names = "--device-read-iops",
            paramLabel = "DEVICE=NUMBER",
            description = "The most reads from a disk in a second.")
    private String @Nullable [] reads;

    @Option(
            names = "--device-write-iops",
            paramLabel = "DEVICE=NUMBER",
            description = "The most writes to a disk in a second.")
    private String @Nullable [] writes;

    @Option(
            names = "--device-cgroup-rule",
            paramLabel = "RULE",
            description = "Allow a device, as 'c 1:3 rwm', beyond those that each container has; * is any number.")
    private List<DeviceRule> devices = List.of();

    /** What was asked for. */
    Limits limits() {
        Limits.Builder builder = Limits.builder();
        if (memory != null) {
            builder.memory(memory);
        }
        if (memorySwap != null) {
            builder.swap(swap(memorySwap));
        }
        if (memoryReservation != null) {
            builder.memoryLow(memoryReservation);
        }
        if (pids != null) {
            builder.pids(pids);
        }
        if (!devices.isEmpty()) {
            builder.devices(Stream.concat(DeviceRule.defaults().stream(), devices.stream())
                    .toList());
        }
        cpu(builder);
        io(builder);
        return builder.build();
    }

    /** Docker gives the sum, the kernel wants the swap space alone. */
    private Bytes swap(String sum) {
        if (sum.equals("-1")) {
            return Bytes.MAX;
        }
        checkArgument(memory != null, "--memory-swap is the sum of memory and swap space, so it needs --memory");
        long swap = Bytes.parse(sum).value() - memory.value();
        checkArgument(swap >= 0, "--memory-swap %s is less than --memory %s", sum, memory);
        return Bytes.of(swap);
    }

    private void cpu(Limits.Builder builder) {
        if (cpus != null) {
            builder.cpus(cpus);
        }
        if (cpuWeight != null) {
            builder.cpuWeight(cpuWeight);
        }
        if (cpuShares != null) {
            builder.cpuShares(cpuShares);
        }
        if (cpusetCpus != null) {
            builder.cpusetCpus(cpusetCpus);
        }
        if (cpusetMems != null) {
            builder.cpusetMems(cpusetMems);
        }
    }

    private void io(Limits.Builder builder) {
        if (ioWeight != null) {
            builder.ioWeight(ioWeight);
        }
        Map<Device, IoMax> devices = new LinkedHashMap<>();
        merge(devices, readBytes, (max, rate) -> max.withRead(Bytes.parse(rate)));
        merge(devices, writeBytes, (max, rate) -> max.withWrite(Bytes.parse(rate)));
        merge(devices, reads, (max, rate) -> max.withReadOperations(Long.parseLong(rate)));
        merge(devices, writes, (max, rate) -> max.withWriteOperations(Long.parseLong(rate)));
        devices.values().forEach(builder::io);
    }

    /** How a rate becomes part of the limits of a device. */
    private interface Rate {
        IoMax in(IoMax max, String rate);
    }

    private static void merge(Map<Device, IoMax> devices, String @Nullable [] options, Rate rate) {
        for (String option : options == null ? new String[0] : options) {
            int end = Math.max(option.lastIndexOf('='), option.lastIndexOf(':'));
            checkArgument(end > 0, "not a device and its rate, as /dev/sda=1m: \"%s\"", option);
            String name = option.substring(0, end);
            Device device = name.matches("\\d+:\\d+") ? Device.parse(name) : Device.of(Path.of(name));
            String value = option.substring(end + 1);
            devices.put(device, rate.in(devices.getOrDefault(device, IoMax.of(device)), value));
        }
    }
}

package io.carrel.cgroups.internal.controllers;

import io.carrel.cgroups.internal.text.Names;
import io.carrel.cgroups.internal.text.Scanner;
import io.carrel.cgroups.limits.Device;
import io.carrel.cgroups.usage.CpuUsage;
import io.carrel.cgroups.usage.IoUsage;
import io.carrel.cgroups.usage.MemoryUsage;
import io.carrel.cgroups.usage.PidsUsage;
import io.carrel.cgroups.usage.Pressure;
import io.carrel.cgroups.usage.Usage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Collects a {@link Usage} file by file; each method knows the format of one. Not thread-safe. */
final class Reading {

    private static final long UNKNOWN = Names.ABSENT;

    private static final Names CPU_STAT =
            new Names("usage_usec", "user_usec", "system_usec", "nr_periods", "nr_throttled", "throttled_usec");
    private static final Names V1_CPU_STAT = new Names("nr_periods", "nr_throttled", "throttled_time");
    private static final Names V1_CPU_TIMES = new Names("user", "system");
    private static final Names MEMORY_STAT = new Names("anon", "file", "kernel");
    private static final Names V1_MEMORY_STAT = new Names("total_rss", "total_cache", "total_swap");
    private static final Names MEMORY_EVENTS = new Names("low", "high", "max", "oom", "oom_kill", "oom_group_kill");
    private static final Names OOM_CONTROL = new Names("oom_kill");
    private static final Names PIDS_EVENTS = new Names("max");
    private static final long READ = Scanner.hash("Read");
    private static final long WRITE = Scanner.hash("Write");
    private static final long READ_BYTES = Scanner.hash("rbytes");
    private static final long WRITTEN_BYTES = Scanner.hash("wbytes");
    private static final long READS = Scanner.hash("rios");
    private static final long WRITES = Scanner.hash("wios");
    private static final long SOME = Scanner.hash("some");
    /** A tick of {@code USER_HZ}, the same on all processors that Carrel knows. */
    private static final long TICK_MICROS = 10_000;

    long cpuUsage = UNKNOWN;
    long memory = UNKNOWN;
    long memoryPeak = UNKNOWN;
    long kernel = UNKNOWN;
    long swap = UNKNOWN;
    long max = UNKNOWN;
    long pids = UNKNOWN;
    long pidsPeak = UNKNOWN;

    @Nullable Pressure cpuPressure;

    @Nullable Pressure memoryPressure;

    @Nullable Pressure ioPressure;

    private long user = UNKNOWN;
    private long system = UNKNOWN;
    private long periods = UNKNOWN;
    private long throttledPeriods = UNKNOWN;
    private long throttled = UNKNOWN;
    private long anon = UNKNOWN;
    private long file = UNKNOWN;
    private long low = UNKNOWN;
    private long high = UNKNOWN;
    private long oom = UNKNOWN;
    private long oomKill = UNKNOWN;
    private long oomGroupKill = UNKNOWN;
    private long pidsLimit = UNKNOWN;
    private final Map<Device, long[]> io = new LinkedHashMap<>(4);

    /** In a hybrid group only v1 knows of limits. */
    void cpuStat(byte[] text, int length) {
        long[] numbers = CPU_STAT.read(text, length);
        cpuUsage = numbers[0];
        user = numbers[1];
        system = numbers[2];
        if (numbers[3] != UNKNOWN) {
            periods = numbers[3];
            throttledPeriods = numbers[4];
            throttled = numbers[5];
        }
    }

    void v1CpuStat(byte[] text, int length) {
        long[] numbers = V1_CPU_STAT.read(text, length);
        periods = numbers[0];
        throttledPeriods = numbers[1];
        throttled = numbers[2] == UNKNOWN ? UNKNOWN : numbers[2] / 1000;
    }

    void v1CpuTimes(byte[] text, int length) {
        long[] numbers = V1_CPU_TIMES.read(text, length);
        user = numbers[0] * TICK_MICROS;
        system = numbers[1] * TICK_MICROS;
    }

    void memoryStat(byte[] text, int length) {
        long[] numbers = MEMORY_STAT.read(text, length);
        anon = numbers[0];
        file = numbers[1];
        kernel = numbers[2];
    }

    void v1MemoryStat(byte[] text, int length) {
        long[] numbers = V1_MEMORY_STAT.read(text, length);
        anon = numbers[0];
        file = numbers[1];
        swap = numbers[2];
    }

    void memoryEvents(byte[] text, int length) {
        long[] numbers = MEMORY_EVENTS.read(text, length);
        low = numbers[0];
        high = numbers[1];
        max = numbers[2];
        oom = numbers[3];
        oomKill = numbers[4];
        oomGroupKill = numbers[5];
    }

    void v1OomControl(byte[] text, int length) {
        oomKill = OOM_CONTROL.read(text, length)[0];
    }

    void pidsEvents(byte[] text, int length) {
        pidsLimit = PIDS_EVENTS.read(text, length)[0];
    }

    /** {@code 8:0 rbytes=1 wbytes=2 rios=3 wios=4 dbytes=0 dios=0}. */
    void ioStat(byte[] text, int length) {
        for (Scanner scanner = new Scanner(text, length); !scanner.isAtEnd(); scanner.nextLine()) {
            if (!scanner.isAtDigit()) { // "(unknown)", as some kernels name a disk that is gone
                continue;
            }
            long[] numbers = device(scanner);
            while (!scanner.isAtLineEnd()) {
                long name = scanner.word();
                int index = name == READ_BYTES
                        ? 0
                        : name == WRITTEN_BYTES ? 1 : name == READS ? 2 : name == WRITES ? 3 : -1;
                if (index >= 0) {
                    numbers[index] = scanner.number();
                } else if (!scanner.isAtLineEnd()) {
                    scanner.number();
                }
            }
        }
    }

    void v1IoBytes(byte[] text, int length) {
        v1Io(text, length, 0);
    }

    void v1IoOperations(byte[] text, int length) {
        v1Io(text, length, 2);
    }

    /** {@code 8:0 Read 1}, and a last line {@code Total 3}. */
    private void v1Io(byte[] text, int length, int index) {
        for (Scanner scanner = new Scanner(text, length); scanner.isAtDigit(); scanner.nextLine()) {
            long[] numbers = device(scanner);
            long name = scanner.word();
            if (name == READ || name == WRITE) {
                numbers[index + (name == READ ? 0 : 1)] = scanner.number();
            }
        }
    }

    private long[] device(Scanner scanner) {
        long major = scanner.number();
        return io.computeIfAbsent(new Device(major, scanner.number()), device -> new long[4]);
    }

    static long number(byte[] text, int length) {
        return new Scanner(text, length).number();
    }

    /** Of a file with nanoseconds. */
    static long micros(byte[] text, int length) {
        long nanos = number(text, length);
        return nanos == UNKNOWN ? UNKNOWN : nanos / 1000;
    }

    /** {@code some avg10=0.12 avg60=0.00 avg300=0.00 total=123} and the same with {@code full}. */
    static @Nullable Pressure pressure(byte[] text, int length) {
        Pressure.@Nullable Share some = null;
        Pressure.@Nullable Share full = null;
        for (Scanner scanner = new Scanner(text, length); !scanner.isAtEnd(); scanner.nextLine()) {
            boolean isSome = scanner.word() == SOME;
            double percent10 = percent(scanner);
            double percent60 = percent(scanner);
            double percent300 = percent(scanner);
            scanner.word();
            Pressure.Share share = new Pressure.Share(percent10, percent60, percent300, scanner.number());
            if (isSome) {
                some = share;
            } else {
                full = share;
            }
        }
        return some == null ? null : new Pressure(some, Optional.ofNullable(full));
    }

    /** Always with two digits behind the full stop. */
    private static double percent(Scanner scanner) {
        scanner.word();
        long whole = scanner.number();
        return whole + scanner.number() / 100.0;
    }

    Usage usage() {
        return new Usage(
                Instant.now(),
                System.nanoTime(),
                new CpuUsage(
                        known(cpuUsage),
                        known(user),
                        known(system),
                        known(periods),
                        known(throttledPeriods),
                        known(throttled)),
                new MemoryUsage(
                        known(memory),
                        known(memoryPeak),
                        known(anon),
                        known(file),
                        known(kernel),
                        known(swap),
                        new MemoryUsage.Events(
                                known(low), known(high), known(max), known(oom), known(oomKill), known(oomGroupKill))),
                new PidsUsage(known(pids), known(pidsPeak), known(pidsLimit)),
                devices(),
                new Usage.Pressures(
                        Optional.ofNullable(cpuPressure),
                        Optional.ofNullable(memoryPressure),
                        Optional.ofNullable(ioPressure)));
    }

    private List<IoUsage> devices() {
        List<IoUsage> devices = new ArrayList<>(io.size());
        io.forEach((device, n) -> devices.add(new IoUsage(device, n[0], n[1], n[2], n[3])));
        return devices;
    }

    private static OptionalLong known(long number) {
        return number < 0 ? OptionalLong.empty() : OptionalLong.of(number);
    }
}

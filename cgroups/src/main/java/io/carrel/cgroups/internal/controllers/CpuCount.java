package io.carrel.cgroups.internal.controllers;

import io.carrel.cgroups.internal.text.Names;
import io.carrel.cgroups.internal.text.Scanner;
import io.carrel.cgroups.usage.CpuUsage;

/** What was read of the CPU time. Not thread-safe. */
final class CpuCount {

    private static final Names V2_STAT =
            new Names("usage_usec", "user_usec", "system_usec", "nr_periods", "nr_throttled", "throttled_usec");
    private static final Names V1_STAT = new Names("nr_periods", "nr_throttled", "throttled_time");
    private static final Names V1_TIMES = new Names("user", "system");
    /** A tick of {@code USER_HZ}, the same on all processors that Carrel knows. */
    private static final long TICK_MICROS = 10_000;

    private long used = Names.ABSENT;
    private long user = Names.ABSENT;
    private long system = Names.ABSENT;
    private long periods = Names.ABSENT;
    private long throttledPeriods = Names.ABSENT;
    private long throttled = Names.ABSENT;

    /** In a hybrid group only v1 knows of limits. */
    void stat(byte[] text, int length) {
        long[] numbers = V2_STAT.read(text, length);
        used = numbers[0];
        user = numbers[1];
        system = numbers[2];
        if (numbers[3] != Names.ABSENT) {
            periods = numbers[3];
            throttledPeriods = numbers[4];
            throttled = numbers[5];
        }
    }

    void v1Stat(byte[] text, int length) {
        long[] numbers = V1_STAT.read(text, length);
        periods = numbers[0];
        throttledPeriods = numbers[1];
        throttled = micros(numbers[2]);
    }

    void v1Usage(byte[] text, int length) {
        used = micros(Scanner.number(text, length));
    }

    private static long micros(long nanos) {
        return nanos == Names.ABSENT ? nanos : nanos / 1000;
    }

    void v1Times(byte[] text, int length) {
        long[] numbers = V1_TIMES.read(text, length);
        user = numbers[0] * TICK_MICROS;
        system = numbers[1] * TICK_MICROS;
    }

    CpuUsage usage() {
        return new CpuUsage(
                Counters.known(used),
                Counters.known(user),
                Counters.known(system),
                Counters.known(periods),
                Counters.known(throttledPeriods),
                Counters.known(throttled));
    }
}

package io.carrel.cgroups.internal.controllers;

import io.carrel.cgroups.internal.text.Names;
import io.carrel.cgroups.usage.MemoryUsage;

/** What was read of memory. Not thread-safe. */
final class MemoryCount {

    private static final Names V2_STAT = new Names("anon", "file", "kernel");
    private static final Names V1_STAT = new Names("total_rss", "total_cache", "total_swap");
    private static final Names V2_EVENTS =
            new Names("low", "high", "max", "oom", MemoryFiles.OOM_KILL, "oom_group_kill");

    long current = Names.ABSENT;
    long peak = Names.ABSENT;
    private long anon = Names.ABSENT;
    private long file = Names.ABSENT;
    long kernel = Names.ABSENT;
    long swap = Names.ABSENT;
    long max = Names.ABSENT;
    long oomKill = Names.ABSENT;
    private long low = Names.ABSENT;
    private long high = Names.ABSENT;
    private long oom = Names.ABSENT;
    private long oomGroupKill = Names.ABSENT;

    void stat(byte[] text, int length) {
        long[] numbers = V2_STAT.read(text, length);
        anon = numbers[0];
        file = numbers[1];
        kernel = numbers[2];
    }

    void v1Stat(byte[] text, int length) {
        long[] numbers = V1_STAT.read(text, length);
        anon = numbers[0];
        file = numbers[1];
        swap = numbers[2];
    }

    void events(byte[] text, int length) {
        long[] numbers = V2_EVENTS.read(text, length);
        low = numbers[0];
        high = numbers[1];
        max = numbers[2];
        oom = numbers[3];
        oomKill = numbers[4];
        oomGroupKill = numbers[5];
    }

    MemoryUsage usage() {
        return new MemoryUsage(
                Counters.known(current),
                Counters.known(peak),
                Counters.known(anon),
                Counters.known(file),
                Counters.known(kernel),
                Counters.known(swap),
                new MemoryUsage.Events(
                        Counters.known(low),
                        Counters.known(high),
                        Counters.known(max),
                        Counters.known(oom),
                        Counters.known(oomKill),
                        Counters.known(oomGroupKill)));
    }
}

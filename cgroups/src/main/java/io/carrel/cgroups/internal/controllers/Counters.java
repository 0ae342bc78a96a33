package io.carrel.cgroups.internal.controllers;

import io.carrel.cgroups.usage.Usage;
import java.time.Instant;
import java.util.OptionalLong;

/** Collects a {@link Usage} file by file: what was read of each controller. Not thread-safe. */
final class Counters {

    final CpuCount cpu = new CpuCount();
    final MemoryCount memory = new MemoryCount();
    final PidsFiles.Count pids = new PidsFiles.Count();
    final IoCount io = new IoCount();
    final PressureFiles.Count pressure = new PressureFiles.Count();

    /** Takes the content of one file. */
    interface Reader {
        /** Only the first bytes are of the file. */
        void read(Counters read, byte[] text, int length);
    }

    Usage usage() {
        return new Usage(
                Instant.now(),
                System.nanoTime(),
                cpu.usage(),
                memory.usage(),
                pids.usage(),
                io.usage(),
                pressure.usage());
    }

    /** A number that was there. */
    static OptionalLong known(long number) {
        return number < 0 ? OptionalLong.empty() : OptionalLong.of(number);
    }
}

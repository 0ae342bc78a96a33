package io.carrel.cgroups.usage;

import com.google.common.collect.ImmutableList;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What a group uses and has used, at one moment. The same for v1 and v2; what the host does not count is empty. Immutable.
 *
 * @param time when it was read
 * @param nanoTime the same by {@link System#nanoTime()}, to compare with another
 * @param cpu CPU time
 * @param memory memory
 * @param pids processes and threads
 * @param io by device, those that were used
 * @param cpuPressure waiting for a CPU; empty where the kernel does not tell, as all that follow
 * @param memoryPressure waiting for memory
 * @param ioPressure waiting for devices
 */
public record Usage(
        Instant time,
        long nanoTime,
        CpuUsage cpu,
        MemoryUsage memory,
        PidsUsage pids,
        List<IoUsage> io,
        Optional<Pressure> cpuPressure,
        Optional<Pressure> memoryPressure,
        Optional<Pressure> ioPressure) {

    public Usage {
        io = ImmutableList.copyOf(io);
    }

    /** How many CPUs it has used on average since an earlier moment; empty if nobody counts, or no time has passed. */
    public OptionalDouble cpusSince(Usage earlier) {
        long nanos = nanoTime - earlier.nanoTime;
        if (nanos <= 0
                || cpu.usageMicros().isEmpty()
                || earlier.cpu.usageMicros().isEmpty()) {
            return OptionalDouble.empty();
        }
        long micros = cpu.usageMicros().getAsLong() - earlier.cpu.usageMicros().getAsLong();
        return OptionalDouble.of(Math.max(0, micros) * 1000.0 / nanos);
    }

    /** The time between an earlier moment and this one. */
    public Duration since(Usage earlier) {
        return Duration.ofNanos(nanoTime - earlier.nanoTime);
    }
}

package io.carrel.cgroups.usage;

import com.google.common.collect.ImmutableList;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What a group uses at one moment and has used until then. Means the same on v1 and v2; what the host does not count is
 * empty. Immutable.
 *
 * @param time when it was read
 * @param nanoTime the same by {@link System#nanoTime()}, to compare with another
 * @param cpu CPU time
 * @param memory memory
 * @param pids processes and threads
 * @param io reads and writes by device, for devices that were used
 * @param pressure how long processes have waited
 */
public record Usage(
        Instant time,
        long nanoTime,
        CpuUsage cpu,
        MemoryUsage memory,
        PidsUsage pids,
        List<IoUsage> io,
        Pressures pressure) {

    /**
     * How long processes have waited; empty where the kernel does not measure it, as on v1 (v2: Linux 4.20). Immutable.
     *
     * @param cpu for a CPU
     * @param memory for memory
     * @param io for devices
     */
    public record Pressures(Optional<Pressure> cpu, Optional<Pressure> memory, Optional<Pressure> io) {}

    /** Copies the devices. */
    public Usage {
        io = ImmutableList.copyOf(io);
    }

    /**
     * Returns how many CPUs the group has used on average since an earlier moment; empty if the host does not count, or
     * no time has passed.
     */
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

    /** Returns the time between an earlier moment and this one. */
    public Duration since(Usage earlier) {
        return Duration.ofNanos(nanoTime - earlier.nanoTime);
    }
}

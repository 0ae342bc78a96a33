package io.carrel.internal.run;

import io.carrel.cgroups.usage.Usage;
import io.carrel.linux.ResourceUsage;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * What a container that has ended has used. What nobody could tell is empty. Immutable.
 *
 * @param wallTime how long it ran
 * @param processes what its processes used, as the first of them told
 * @param group what its cgroup had counted
 * @param oomKills how many of its processes the kernel killed for want of memory
 */
public record Used(Duration wallTime, Optional<ResourceUsage> processes, Optional<Usage> group, OptionalLong oomKills) {

    private static final long NANOS = 1000;

    /** Of a container whose command has not begun. */
    public static final Used NOTHING =
            new Used(Duration.ZERO, Optional.empty(), Optional.empty(), OptionalLong.empty());

    /** The CPU time of all; where the group and the first process have counted, it is the greater one. */
    public Optional<Duration> cpuTime() {
        Optional<Duration> told = processes.map(used -> used.userTime().plus(used.systemTime()));
        return Stream.concat(told.stream(), counted().stream()).max(Duration::compareTo);
    }

    private Optional<Duration> counted() {
        OptionalLong micros = group.map(used -> used.cpu().usageMicros()).orElseGet(OptionalLong::empty);
        return micros.isPresent() ? Optional.of(Duration.ofNanos(micros.getAsLong() * NANOS)) : Optional.empty();
    }

    /** The most memory that all had together, in bytes; only a group can tell. */
    public OptionalLong peakMemory() {
        return group.map(used -> used.memory().peak()).orElseGet(OptionalLong::empty);
    }
}

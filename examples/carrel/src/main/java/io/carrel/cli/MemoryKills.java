package io.carrel.cli;

import io.carrel.cgroups.limits.Bytes;
import io.carrel.outcome.ExitStatus;
import java.util.Optional;
import java.util.OptionalLong;

/** What is said of processes that the kernel killed for want of memory: an exit code alone does not tell. */
final class MemoryKills {

    private MemoryKills() {}

    /** A line for people; empty if there were none. */
    static Optional<String> describe(ExitStatus status, OptionalLong kills) {
        if (status instanceof ExitStatus.OutOfMemory killed) {
            String limit = killed.limit().equals(Bytes.MAX)
                    ? "the host has no more, or a group above the container's"
                    : "the limit was " + killed.limit();
            return Optional.of("the kernel killed the command: out of memory, " + limit);
        }
        return kills.orElse(0) > 0
                ? Optional.of(
                        "the kernel killed %d of the container's processes: out of memory".formatted(kills.getAsLong()))
                : Optional.empty();
    }
}

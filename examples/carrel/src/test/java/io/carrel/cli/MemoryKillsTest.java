package io.carrel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.carrel.cgroups.limits.Bytes;
import io.carrel.outcome.ExitStatus;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class MemoryKillsTest {

    @Test
    void aKilledCommandIsToldWithItsLimit() {
        ExitStatus status = new ExitStatus.OutOfMemory(Bytes.mebibytes(64), OptionalLong.empty());
        assertThat(MemoryKills.describe(status, OptionalLong.of(1)))
                .hasValue("the kernel killed the command: out of memory, the limit was 64m");
        assertThat(MemoryKills.describe(
                        new ExitStatus.OutOfMemory(Bytes.MAX, OptionalLong.empty()), OptionalLong.of(1)))
                .hasValueSatisfying(
                        line -> assertThat(line).endsWith("the host has no more, or a group above the container's"));
    }

    @Test
    void processesBelowTheCommandAreCounted() {
        assertThat(MemoryKills.describe(new ExitStatus.Exited(2), OptionalLong.of(3)))
                .hasValue("the kernel killed 3 of the container's processes: out of memory");
    }

    @Test
    void elsewhereNothingIsSaid() {
        assertThat(MemoryKills.describe(new ExitStatus.Exited(2), OptionalLong.of(0)))
                .isEmpty();
        assertThat(MemoryKills.describe(new ExitStatus.Signaled(9), OptionalLong.empty()))
                .isEmpty();
    }
}

package io.carrel.cgroups.internal.controllers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.carrel.cgroups.limits.CgroupVersion;
import io.carrel.cgroups.usage.PidsUsage;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PidsFilesTest extends SampleFiles {

    private final PidsFiles files = new PidsFiles();

    @Test
    void bothVersionsWriteMax() {
        assertThat(v2(b -> b.pids(5))).containsExactly("pids.max = 5").isEqualTo(v1(b -> b.pids(5)));
        assertThat(v1(b -> b.pids(Long.MAX_VALUE))).containsExactly("pids.max = max");
    }

    @ParameterizedTest
    @EnumSource
    void zeroIsALimit(CgroupVersion version) {
        file("pids.max", "0");
        assertThat(read(version)).hasToString("pids.max=0");
        file("pids.max", "max");
        assertThat(read(version).isEmpty()).isTrue();
        isRefused(version, "pids.max", "banana");
    }

    @ParameterizedTest
    @EnumSource
    void moreThanAGroupAboveHasIsRefused(CgroupVersion version) {
        file("pids.max", "5");
        assertThatCode(() -> files.checkAbove(group(version), limit(b -> b.pids(5))))
                .doesNotThrowAnyException();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> files.checkAbove(group(version), limit(b -> b.pids(6))))
                .withMessageMatching("pids.max=6 is above what the group .* has: 5");
    }

    @ParameterizedTest
    @EnumSource
    void lessThanIsInUseIsRefused(CgroupVersion version) {
        file("pids.current", "3");
        assertThatCode(() -> files.checkUse(group(version), limit(b -> b.pids(3))))
                .doesNotThrowAnyException();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> files.checkUse(group(version), limit(b -> b.pids(2))))
                .withMessageContaining("has now: 3 processes and threads");
    }

    @ParameterizedTest
    @EnumSource
    void readsHowManyThereAre(CgroupVersion version) {
        file("pids.current", "3");
        file("pids.peak", "9");
        file("pids.events", "max 4\n");
        assertThat(usage(version).pids())
                .isEqualTo(new PidsUsage(OptionalLong.of(3), OptionalLong.of(9), OptionalLong.of(4)));
    }

    @ParameterizedTest
    @EnumSource
    void whatIsNotCountedIsUnknown(CgroupVersion version) {
        file("pids.current", "three");
        assertThat(usage(version).pids())
                .isEqualTo(new PidsUsage(OptionalLong.empty(), OptionalLong.empty(), OptionalLong.empty()));
    }
}

package io.carrel.cgroups.internal.controllers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.carrel.cgroups.limits.CgroupVersion;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class CpusetFilesTest extends SampleFiles {

    private final CpusetFiles files = new CpusetFiles();

    @Test
    void bothVersionsHaveTheSameFiles() {
        assertThat(v2(b -> b.cpusetCpus("2,0,1").cpusetMems("0")))
                .containsExactly("cpuset.cpus = 0-2", "cpuset.mems = 0")
                .isEqualTo(v1(b -> b.cpusetCpus("2,0,1").cpusetMems("0")));
    }

    @ParameterizedTest
    @EnumSource
    void limitsAreRead(CgroupVersion version) {
        file("cpuset.cpus", "0-2,7");
        file("cpuset.mems", "");
        assertThat(read(version)).hasToString("cpuset.cpus=0-2,7");
    }

    @ParameterizedTest
    @EnumSource
    void refusesWhatIsNoSet(CgroupVersion version) {
        isRefused(version, "cpuset.cpus", "all");
    }

    @ParameterizedTest
    @CsvSource({"V2, cpuset.cpus.effective", "V1, cpuset.effective_cpus"})
    void cpusThatAGroupAboveDoesNotHaveAreRefused(CgroupVersion version, String name) {
        file(name, "0-1");
        assertThatCode(() -> files.checkAbove(group(version), limit(b -> b.cpusetCpus("1"))))
                .doesNotThrowAnyException();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> files.checkAbove(group(version), limit(b -> b.cpusetCpus("1-2"))))
                .withMessageMatching("cpuset.cpus=1-2 is above what the group .* has: 0-1");
    }
}

package io.carrel.cgroups.internal.controllers;

import static org.assertj.core.api.Assertions.assertThat;

import io.carrel.cgroups.limits.Bytes;
import io.carrel.cgroups.limits.CgroupVersion;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HugetlbFilesTest extends SampleFiles {

    @Test
    void eachSizeHasAFile() {
        assertThat(v2(b -> b.hugetlb("2MB", Bytes.mebibytes(4)).hugetlb("1GB", Bytes.MAX)))
                .containsExactly("hugetlb.2MB.max = 4194304", "hugetlb.1GB.max = max");
        assertThat(v1(b -> b.hugetlb("2MB", Bytes.mebibytes(4)).hugetlb("1GB", Bytes.MAX)))
                .containsExactly("hugetlb.2MB.limit_in_bytes = 4194304", "hugetlb.1GB.limit_in_bytes = -1");
    }

    @ParameterizedTest
    @CsvSource({"V2, max, max", "V1, limit_in_bytes, 9223372036852678656"})
    void zeroIsALimit(CgroupVersion version, String name, String unlimited) {
        file("hugetlb.1GB." + name, unlimited);
        file("hugetlb.2MB." + name, "0");
        file("hugetlb.2MB.rsvd." + name, "5");
        assertThat(read(version)).hasToString("hugetlb.2MB.max=0");
        isRefused(version, "hugetlb.2MB." + name, "-7");
    }
}

package io.carrel.cgroups.internal.controllers;

import static org.assertj.core.api.Assertions.assertThat;

import io.carrel.cgroups.limits.CgroupVersion;
import io.carrel.cgroups.limits.Controller;
import io.carrel.cgroups.limits.Limits;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ReadBackTest extends SampleFiles {

    @Test
    void everyControllerHasItsFiles() {
        assertThat(Controllers.ALL.stream().map(ControllerFiles::controller).collect(Collectors.toList()))
                .containsExactlyInAnyOrder(Controller.values());
    }

    @Test
    void aRawFileIsWrittenAndReadAsItIs() {
        assertThat(v2(b -> b.raw("memory.zswap.max", "0"))).containsExactly("memory.zswap.max = 0");
        file("memory.zswap.max", "0");
        Limits limits = ReadBack.of(
                List.of(group(CgroupVersion.V2)), Remembered.NOTHING.with(limits(b -> b.raw("memory.zswap.max", "5"))));
        assertThat(limits).hasToString("memory.zswap.max=0");
    }

    @Test
    void limitsOfAllControllersAreReadInOneOrder() {
        file("pids.max", "0");
        file("memory.max", "67108864");
        file("memory.swap.max", "0");
        file("cpu.max", "50000 100000");
        file("hugetlb.2MB.max", "0");
        assertThat(read(CgroupVersion.V2))
                .hasToString("memory.max=64m, memory.swap.max=0, cpu.max=50000 100000, pids.max=0, hugetlb.2MB.max=0");
    }
}

package io.carrel.cgroups.internal.controllers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carrel.cgroups.internal.hierarchy.Hierarchy;
import io.carrel.cgroups.internal.hierarchy.Placement;
import io.carrel.cgroups.limits.CgroupVersion;
import io.carrel.cgroups.limits.Controller;
import io.carrel.cgroups.limits.Limits;
import io.carrel.linux.KernelFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files as the kernel writes them, in a directory that stands for a group. */
class ReadBackTest {

    private @TempDir Path directory;

    private void file(String name, String content) throws IOException {
        Files.writeString(directory.resolve(name), content + "\n");
    }

    private Limits read(CgroupVersion version) {
        Hierarchy hierarchy = new Hierarchy(version, directory, "/", Set.of(Controller.values()), "/");
        return ReadBack.of(List.of(new Placement(hierarchy, directory)), Remembered.NOTHING);
    }

    @ParameterizedTest
    @CsvSource({
        "V2, memory.swap.max, 0, memory.swap.max=0",
        "V2, memory.max, 0, memory.max=0",
        "V2, memory.high, 0, memory.high=0",
        "V2, pids.max, 0, pids.max=0",
        "V2, hugetlb.2MB.max, 0, hugetlb.2MB.max=0",
        "V1, memory.limit_in_bytes, 0, memory.max=0",
        "V1, memory.soft_limit_in_bytes, 0, memory.low=0",
        "V1, hugetlb.2MB.limit_in_bytes, 0, hugetlb.2MB.max=0",
        "V2, memory.min, 4096, memory.min=4k",
        "V2, cpu.max.burst, 5000, cpu.max.burst=5000",
        "V2, memory.oom.group, 1, memory.oom.group=1"
    })
    void zeroIsALimitUnlessANewGroupHasIt(CgroupVersion version, String file, String content, String shown)
            throws IOException {
        file(file, content);
        assertThat(read(version)).hasToString(shown);
    }

    @Test
    void noSwapAtAllIsReadOnV1Too() throws IOException {
        file("memory.limit_in_bytes", "67108864");
        file("memory.memsw.limit_in_bytes", "67108864");
        assertThat(read(CgroupVersion.V1)).hasToString("memory.max=64m, memory.swap.max=0");
    }

    @Test
    void aNewGroupHasNoLimits() throws IOException {
        for (String name : List.of("memory.max", "memory.high", "memory.swap.max", "pids.max", "hugetlb.2MB.max")) {
            file(name, "max");
        }
        for (String name : List.of("memory.low", "memory.min", "memory.oom.group", "cpu.max.burst")) {
            file(name, "0");
        }
        file("cpu.max", "max 100000");
        file("cpu.weight", "100");
        file("cpuset.cpus", "");
        file("io.max", "");
        file("io.weight", "default 100");
        assertThat(read(CgroupVersion.V2).isEmpty()).isTrue();
    }

    @Test
    void anIdleGroupHasNoWeight() throws IOException {
        file("cpu.weight", "0");
        assertThat(read(CgroupVersion.V2).isEmpty()).isTrue();
    }

    /** It can be written so, though to ask for it would be a mistake. */
    @Test
    void readsWhatContradictsItself() throws IOException {
        file("memory.max", "4096");
        file("memory.high", "8192");
        assertThat(read(CgroupVersion.V2)).hasToString("memory.max=4k, memory.high=8k");
    }

    @Test
    void readsDisks() throws IOException {
        file("io.max", "8:0 rbps=1048576 wbps=max riops=max wiops=20 newer=5");
        assertThat(read(CgroupVersion.V2)).hasToString("io.max=8:0 rbps=1048576 wbps=max riops=max wiops=20");
        file("blkio.throttle.read_bps_device", "8:0 1048576");
        file("blkio.throttle.write_iops_device", "8:0 20");
        assertThat(read(CgroupVersion.V1)).hasToString("io.max=8:0 rbps=1048576 wbps=max riops=max wiops=20");
    }

    @ParameterizedTest
    @CsvSource({
        "V2, memory.max, banana",
        "V2, pids.max, banana",
        "V2, memory.swap.max, ''",
        "V2, cpu.max, 50000",
        "V2, cpu.max, x 100000",
        "V2, io.max, 8:0 rbps",
        "V2, io.max, 8:0 rbps=fast",
        "V2, io.weight, default heavy",
        "V2, cpuset.cpus, all",
        "V2, hugetlb.2MB.max, -7",
        "V1, cpu.cfs_quota_us, half",
        "V1, blkio.throttle.read_bps_device, 8:0",
        "V1, net_cls.classid, class",
        "V1, net_prio.ifpriomap, eth0"
    })
    void refusesWhatIsNoLimit(CgroupVersion version, String file, String content) throws IOException {
        file(file, content);
        assertThatThrownBy(() -> read(version))
                .isInstanceOf(KernelFileException.class)
                .hasMessageStartingWith("Cannot understand a file of a cgroup: file " + directory.resolve(file));
    }
}

package io.carrel.cgroups.internal.hierarchy;

import static io.carrel.cgroups.limits.CgroupVersion.V1;
import static io.carrel.cgroups.limits.CgroupVersion.V2;
import static org.assertj.core.api.Assertions.assertThat;

import io.carrel.cgroups.internal.tree.Owner;
import io.carrel.cgroups.limits.Controller;
import io.carrel.linux.binding.MountInfo;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Mounts and groups captured from several hosts. */
class HierarchiesTest {

    private static List<Hierarchy> parse(String mounts, String groups, String controllers) {
        return Hierarchies.parse(MountInfo.parse(mounts), ProcessGroups.parse(groups), directory -> controllers);
    }

    @Test
    void pureV2() {
        List<Hierarchy> found = parse(
                "30 22 0:27 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate",
                "0::/user.slice/user-1000.slice/session-2.scope\n",
                "cpuset cpu io memory hugetlb pids rdma misc");
        assertThat(found).hasSize(1);
        assertThat(found.get(0).version()).isEqualTo(V2);
        assertThat(found.get(0).controllers())
                .contains(Controller.CPU, Controller.IO, Controller.MEMORY, Controller.DEVICES)
                .doesNotContain(Controller.FREEZER);
        assertThat(found.get(0).currentDirectory())
                .contains(Path.of("/sys/fs/cgroup/user.slice/user-1000.slice/session-2.scope"));
    }

    @Test
    void hybridWithControllersMountedTogether() {
        List<Hierarchy> found = parse("""
            31 30 0:28 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw
            32 30 0:29 / /sys/fs/cgroup/systemd rw - cgroup cgroup rw,xattr,name=systemd
            33 30 0:30 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct
            34 30 0:31 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory
            35 30 0:32 / /sys/fs/cgroup/devices rw - cgroup cgroup rw,devices
            """, """
            12:memory:/agent/a
            7:cpu,cpuacct:/b
            3:devices:/
            1:name=systemd:/init.scope
            0::/init.scope
            """, "");
        assertThat(found).extracting(Hierarchy::version).containsExactly(V2, V1, V1, V1);
        Hierarchy cpu = Hierarchies.of(found, Controller.CPU).orElseThrow();
        assertThat(cpu.controllers()).containsExactlyInAnyOrder(Controller.CPU, Controller.CPUACCT);
        assertThat(cpu.current()).isEqualTo("/b");
        assertThat(Hierarchies.of(found, Controller.MEMORY).orElseThrow().currentDirectory())
                .contains(Path.of("/sys/fs/cgroup/memory/agent/a"));
        assertThat(Hierarchies.of(found, Controller.DEVICES).orElseThrow().version())
                .as("v1's controller goes before programs")
                .isEqualTo(V1);
        assertThat(Hierarchies.of(found, Controller.PIDS)).isEmpty();
    }

    @Test
    void insideAContainerThatSeesItsOwnGroupAlone() {
        List<Hierarchy> found = parse(
                "40 30 0:27 /docker/abc /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory",
                "4:memory:/docker/abc/below\n",
                "");
        assertThat(found.get(0).currentDirectory()).contains(Path.of("/sys/fs/cgroup/memory/below"));
        assertThat(found.get(0).directory("/docker")).isEmpty();
        assertThat(found.get(0).directory("/../other")).isEmpty();
        assertThat(found.get(0).path(Path.of("/sys/fs/cgroup/memory/below"))).isEqualTo("/docker/abc/below");
    }

    @Test
    void nothingMounted() {
        assertThat(parse("26 1 254:0 / / rw - ext4 /dev/vda rw", "0::/\n", "")).isEmpty();
    }

    @Test
    void ownersAreNamedAndKnownAgain() {
        Owner own = Owner.current();
        assertThat(Owner.parse(own.name())).contains(own);
        assertThat(own.isGone()).isFalse();
        assertThat(Owner.parse("jvm-x")).isEmpty();
        assertThat(Owner.parse("batch")).isEmpty();
    }
}

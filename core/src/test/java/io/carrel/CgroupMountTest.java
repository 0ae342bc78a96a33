package io.carrel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableList;
import io.carrel.cgroups.Cgroups;
import io.carrel.cgroups.limits.Bytes;
import io.carrel.cgroups.limits.Limits;
import io.carrel.fs.Access;
import io.carrel.fs.ContainerPath;
import io.carrel.fs.HostPath;
import io.carrel.fs.Mount;
import io.carrel.fs.RootFs;
import io.carrel.fs.Upper;
import io.carrel.linux.UnsupportedFeatureException;
import io.carrel.namespaces.NamespaceType;
import io.carrel.namespaces.User;
import io.carrel.testing.Inside;
import io.carrel.testing.NeedsController;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a container sees of its control groups, and may do to them. */
@Tag("kernel")
@Tag("root")
class CgroupMountTest {

    /** Where the files of the memory controller are, on whatever version. */
    private static final String MEMORY = """
            top=/sys/fs/cgroup
            for below in memory unified; do [ -e $top/$below/memory.stat ] && top=$top/$below; done
            limit=memory.max; [ -e $top/$limit ] || limit=memory.limit_in_bytes
            """;

    private static final Mount SYS = new Mount.Sysfs(ContainerPath.of("/sys"));
    private static final Bytes MOST = Bytes.mebibytes(64);

    /** Roots on which it can be mounted. */
    enum Root {
        OWN,
        WITH_SYS,
        HOST_NETWORK,
        WITHOUT_INIT,
        HOSTS;

        private ContainerBuilder limited() {
            ContainerBuilder builder = CgroupMountTest.limited();
            return switch (this) {
                case OWN -> builder;
                case WITH_SYS -> builder.mount(SYS);
                case HOST_NETWORK -> builder.share(NamespaceType.NETWORK).mount(SYS);
                case WITHOUT_INIT -> builder.init(false);
                case HOSTS -> builder.root(RootFs.host());
            };
        }
    }

    private static ContainerBuilder limited() {
        return Container.builder().limits(Limits.builder().memory(MOST).build());
    }

    @ParameterizedTest
    @EnumSource
    @NeedsController("memory")
    void itsOwnGroupIsAllThatItSeesAndItCannotWriteThere(Root root) throws Exception {
        checkOnlyItsOwn(root.limited());
    }

    /** HotSpot takes the host's sizes unless it finds all hierarchies that it knows. */
    @Test
    @NeedsController("memory")
    void aJvmInsideReadsItsLimits() throws Exception {
        Path java = Path.of(System.getProperty("java.home"));
        ContainerBuilder builder = Container.builder()
                .limits(Limits.builder().memory(Bytes.mebibytes(256)).cpus(1).build());
        if (!java.startsWith("/usr") && !java.startsWith("/opt")) {
            builder.bind(HostPath.of(java), java.toString(), Access.READ_ONLY);
        }
        String settings = Inside.attempt(
                        builder, java + "/bin/java -XshowSettings:system -XX:+UseSerialGC -Xshare:auto -version")
                .stderr();
        assertThat(settings).contains("Memory Limit: 256.00M", "Effective CPU Count: 1");
    }

    /** The file system of a guest's root takes no idmapped mounts. */
    @Test
    @Tag("long")
    @NeedsController("memory")
    void soItIsOnLayers() throws Exception {
        checkOnlyItsOwn(limited().root(RootFs.overlay(Path.of("/usr")).upper(Upper.memory(1 << 20))));
    }

    private static void checkOnlyItsOwn(ContainerBuilder builder) throws Exception {
        List<String> lines = Inside.lines(builder, MEMORY + """
                cat $top/$limit
                grep -c . $top/cgroup.procs
                for d in $top /sys/fs/cgroup/*/; do
                  [ -d "$d" ] || continue
                  mkdir $d/below 2>&1 | grep -v 'Read-only file system'
                  ls -d $d/carrel $d/container-* 2>/dev/null
                done
                exit 0
                """);

        assertThat(lines).hasSize(2);
        assertThat(lines.get(0)).isEqualTo(Long.toString(MOST.value()));
        assertThat(Integer.parseInt(lines.get(1))).isPositive();
    }

    @Test
    @NeedsController("memory")
    void aDelegatedGroupCanBeDividedAndItsOwnLimitStays() throws Exception {
        List<String> lines = Inside.lines(limited().delegateCgroup(), MEMORY + """
                mkdir $top/leaf $top/below || exit 1
                for p in $(cat $top/cgroup.procs); do echo $p > $top/leaf/cgroup.procs; done 2>/dev/null
                [ -e $top/cgroup.subtree_control ] && echo +memory > $top/cgroup.subtree_control
                echo 16777216 > $top/below/$limit || exit 2
                cat $top/below/$limit
                sh -c "echo 0 > $top/below/cgroup.procs; grep -o '/below$' /proc/self/cgroup | sort -u"
                echo 1073741824 2>/dev/null > $top/$limit && echo raised
                cat $top/$limit
                """);

        assertThat(lines).containsExactly("16777216", "/below", Long.toString(MOST.value()));
    }

    @Test
    @NeedsController("memory")
    void aDelegatedGroupIsTheUsersWhoRunsTheCommand() throws Exception {
        assertThat(Inside.lines(
                        limited().user(User.of(7, 8)).delegateCgroup(),
                        MEMORY + "stat -c '%u:%g' $top $top/cgroup.procs; stat -c %u $top/$limit"))
                .containsExactly("7:8", "7:8", "65534");
    }

    /**
     * As it is on pure v2, which is mounted beside v1 on other hosts; where it is not, all are in the root, which has
     * no events.
     */
    @Test
    @NeedsController("memory")
    void v2AloneIsOneFileSystem() throws Exception {
        ContainerPath place = ContainerPath.of("/sys/fs/cgroup");
        List<String> events = Cgroups.detect().layout() == Cgroups.Layout.V1
                ? List.of("no events")
                : List.of("populated 1", "frozen 0");
        assertThat(Inside.lines(limited().mount(new Mount.Cgroups(place, List.of(), true, Access.READ_ONLY)), """
                        cd /sys/fs/cgroup
                        stat -fc %T .
                        cat cgroup.events 2>/dev/null || echo no events
                        ls -d carrel* 2>&1 | wc -l
                        mkdir x 2>&1 | grep -o 'Read-only.*'
                        """))
                .containsExactlyElementsOf(ImmutableList.<String>builder()
                        .add("cgroup2fs")
                        .addAll(events)
                        .add("1", "Read-only file system")
                        .build());
    }

    @Test
    @NeedsController("memory")
    void whatElseIsToBeThereIsNotCovered() throws Exception {
        assertThat(Inside.run(
                        limited().tmpfs("/sys/fs/cgroup", 4096), "ls -A /sys/fs/cgroup; stat -fc %T /sys/fs/cgroup"))
                .isEqualTo("tmpfs");
    }

    @Test
    void whoIsTheHostsRootInsideIsGivenNothingWhereTheKernelDoesNotProtectTheLimits() {
        ContainerBuilder builder = Container.unconfined()
                .isolate(NamespaceType.MOUNT)
                .isolate(NamespaceType.CGROUP)
                .limits(Limits.builder().pids(32).build())
                .delegateCgroup();
        if (Cgroups.detect().keepsLimitsByNamespace()) {
            assertThat(builder.command("true").build().explain()).contains("cgroup2");
            return;
        }
        assertThatThrownBy(() -> Inside.run(builder, "true"))
                .isInstanceOf(UnsupportedFeatureException.class)
                .hasMessageContaining("nsdelegate");
    }
}

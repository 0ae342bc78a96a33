package io.carrel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carrel.cgroups.Cgroup;
import io.carrel.cgroups.Cgroups;
import io.carrel.cgroups.limits.Bytes;
import io.carrel.cgroups.limits.Limits;
import io.carrel.linux.Capability;
import io.carrel.linux.SetupException;
import io.carrel.namespaces.NamespaceType;
import io.carrel.outcome.ExitStatus;
import io.carrel.testing.Eventually;
import io.carrel.testing.Footprint;
import io.carrel.testing.Inside;
import io.carrel.testing.NeedsController;
import io.carrel.testing.Outside;
import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Containers with limits, on whatever version of cgroups the host has. */
@Tag("kernel")
@Tag("root")
class CgroupTest {

    private static final Bytes MEMORY = Bytes.mebibytes(64);
    private static final String HOG = "dd if=/dev/zero of=/dev/null bs=256M count=1";
    private static final Duration SOON = Duration.ofSeconds(10);

    private static ContainerBuilder limited() {
        return Container.builder()
                .limits(Limits.builder().memory(MEMORY).swap(Bytes.of(0)).build());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @NeedsController("memory")
    void aCommandThatNeedsMoreMemoryIsOutOfMemoryAndSaysItsPeak(boolean init) throws Exception {
        ContainerResult result = limited()
                .init(init)
                .command("dd", "if=/dev/zero", "of=/dev/null", "bs=256M", "count=1")
                .build()
                .run();

        assertThat(result.exitStatus()).isInstanceOfSatisfying(ExitStatus.OutOfMemory.class, end -> {
            assertThat(end.limit()).isEqualTo(MEMORY);
            assertThat(end.code()).isEqualTo(137);
            // v2 tells the peak from Linux 5.19 on.
            end.peak().ifPresent(peak -> assertThat(peak).isBetween(MEMORY.value() * 9 / 10, MEMORY.value()));
        });
    }

    /** What a shell's command died of is the shell's to tell; the number explains it. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"exit $? | 137", "exit 2 | 2", "true; exit 3 | 3"})
    @NeedsController("memory")
    void aCommandBelowWhichAnotherHadNoMemoryEndsAsItSaysAndIsExplained(String then, int code) throws Exception {
        ContainerResult result = Inside.attempt(limited(), HOG + "; " + then);
        assertThat(result.exitStatus()).isEqualTo(new ExitStatus.Exited(code));
        assertThat(result.oomKills()).hasValue(1);
    }

    @Test
    @NeedsController("memory")
    void aContainerThatItsCallerKillsIsNotOutOfMemory() throws Exception {
        try (ContainerProcess process = limited()
                .command("sh", "-c", HOG + "; echo after; exec sleep 1000")
                .build()
                .start()) {
            assertThat(process.getInputStream().read()).isEqualTo('a');
            process.destroyForcibly();
            assertThat(process.awaitExit()).isEqualTo(new ExitStatus.Signaled(9));
            assertThat(process.oomKills()).hasValue(1);
        }
    }

    @Test
    @NeedsController("memory")
    void aContainerThatIsKilledOtherwiseIsNotOutOfMemory() throws Exception {
        assertThat(Inside.attempt(limited(), "kill -9 $$").exitStatus()).isEqualTo(new ExitStatus.Signaled(9));
    }

    @Test
    void theNumberOfProcessesIsLimited() throws Exception {
        ContainerResult result = Inside.attempt(
                Container.builder().limits(Limits.builder().pids(32).build()),
                "for i in $(seq 100); do sleep 1000 & done; echo never");

        assertThat(result.exitStatus().success()).isFalse();
        assertThat(result.stderr()).containsIgnoringCase("fork");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @NeedsController("memory")
    void theWholeContainerIsInItsGroupAndSeesItAsTheRoot(boolean init) throws Exception {
        try (ContainerProcess process =
                limited().init(init).command("sleep", "1000").build().start()) {
            Cgroup group = process.cgroup().orElseThrow();
            long command = Outside.children(process.pid()).get(0);

            assertThat(group.processes()).contains(command);
            assertThat(group.directories())
                    .allSatisfy(directory ->
                            assertThat(directory.getFileName().toString()).startsWith("container-"));
        }
        List<String> inside = Inside.lines(limited().init(init), "cat /proc/self/cgroup");
        assertThat(inside).isNotEmpty().allMatch(line -> line.endsWith(":/"));
    }

    @Test
    @NeedsController("memory")
    void nothingOfTheGroupsIsLeft() throws Exception {
        Footprint before = Footprint.now();
        Cgroup group;
        try (ContainerProcess process = limited().command("true").build().start()) {
            group = process.cgroup().orElseThrow();
            process.awaitExit();
        }
        assertIsRemoved(group.directories());
        before.assertNothingAdded();
    }

    @Test
    @NeedsController("memory")
    void whatTheCommandLeavesInTheBackgroundEndsWithItsGroup() throws Exception {
        String seconds = Outside.unmistakableSeconds();
        Inside.attempt(limited().share(NamespaceType.PID), "sleep " + seconds + " >/dev/null 2>&1 & exit 0");
        Eventually.holds(
                "the sleep is killed",
                SOON,
                () -> Outside.processesCalledWith(seconds).isEmpty());
    }

    @Test
    void aStartThatFailsLeavesNoGroup() {
        List<String> before = names();
        assertThatThrownBy(() -> Container.builder()
                        .limits(Limits.builder().pids(32).build())
                        .command("no-such-command")
                        .build()
                        .start())
                .isInstanceOf(SetupException.class)
                .hasMessageContaining("no-such-command");
        Eventually.holds("the group is removed", SOON, () -> names().equals(before));
    }

    /** The kernel refuses what nobody could know before; the launcher waits for the group meanwhile. */
    @Test
    void aGroupThatCannotBeMadeLeavesNothing() throws Exception {
        List<String> groups = names();
        Footprint before = Footprint.now();
        assertThatThrownBy(() -> Container.builder()
                        .limits(Limits.builder().raw("pids.max", "nonsense").build())
                        .command("true")
                        .build()
                        .start())
                .hasMessageContaining("pids.max = nonsense")
                .hasMessageContaining("EINVAL");
        before.assertNothingAdded();
        assertThat(names()).isEqualTo(groups);
    }

    private static List<String> names() {
        return Cgroups.detect().list().stream().map(Cgroup::name).sorted().toList();
    }

    private static void assertIsRemoved(List<Path> directories) {
        assertThat(directories).isNotEmpty();
        Eventually.holds(
                directories + " are removed", SOON, () -> directories.stream().noneMatch(Files::exists));
    }

    @Test
    @NeedsController("memory")
    void limitsChangeWhileItRuns() throws Exception {
        try (ContainerProcess process =
                limited().command("sleep", "1000").build().start()) {
            Cgroup group = process.cgroup().orElseThrow();
            assertThat(process.enforcement().limits().memory()).contains(MEMORY);

            group.update(Limits.builder().memory(Bytes.mebibytes(32)).build());

            assertThat(process.enforcement().limits().memory()).contains(Bytes.mebibytes(32));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> group.update(
                            Limits.builder().memory(Bytes.of(4096)).pids(1).build()));
            assertThat(process.enforcement().limits().memory()).contains(Bytes.mebibytes(32));
        }
    }

    @Test
    void containersBelowOneGroupShareWhatItHasAndEndAsOne() throws Exception {
        try (Cgroup parent = Cgroups.detect()
                        .create("parent", Limits.builder().pids(8).build());
                ContainerProcess first = below(parent, "sleep 1000 & sleep 1000 & echo ready; wait");
                BufferedReader said = first.inputReader()) {
            assertThat(said.readLine()).isEqualTo("ready");
            ContainerResult second = Container.builder()
                    .cgroupParent(parent)
                    .command("sh", "-c", "sleep 1 & sleep 1 & sleep 1 & sleep 1 & wait")
                    .build()
                    .run();
            assertThat(second.stderr()).contains("fork");
            assertThat(parent.processes()).contains(first.pid());
            List<Path> directories = first.cgroup().orElseThrow().directories();
            assertThat(directories)
                    .allMatch(directory -> parent.directories().stream().anyMatch(directory::startsWith));

            parent.kill();

            assertThat(first.awaitExit()).isEqualTo(new ExitStatus.Signaled(9));
            assertIsRemoved(directories);
        }
    }

    private static ContainerProcess below(Cgroup parent, String script) {
        return Container.builder()
                .cgroupParent(parent)
                .command("sh", "-c", script)
                .build()
                .start();
    }

    @Test
    @NeedsController("memory")
    void aFrozenContainerCanBeEnded() throws Exception {
        try (ContainerProcess process =
                limited().command("sleep", "1000").build().start()) {
            process.cgroup().orElseThrow().freezer().freeze();
            process.destroyForcibly();
            assertThat(process.awaitExit()).isEqualTo(new ExitStatus.Signaled(9));
        }
    }

    @Test
    @NeedsController("memory")
    void aFrozenContainerEndsWhenItsTimeIsUp() throws Exception {
        Duration time = Duration.ofSeconds(2);
        try (ContainerProcess process =
                limited().timeout(time).command("sleep", "1000").build().start()) {
            process.cgroup().orElseThrow().freezer().freeze();
            assertThat(process.awaitExit()).isEqualTo(new ExitStatus.TimedOut(time));
        }
    }

    /** It has all capabilities that it can have, and mounts the groups as they are. */
    @Test
    @NeedsController("memory")
    void nobodyInsideLeavesTheGroupRaisesALimitOrSeesOthers() throws Exception {
        String script = """
                mkdir /tmp/v2 /tmp/v1
                mount -t cgroup2 none /tmp/v2 2>/dev/null && see=/tmp/v2
                mount -t cgroup -o memory none /tmp/v1 2>/dev/null && see="$see /tmp/v1"
                [ -n "$see" ] || echo 'nothing to see'
                for d in $see; do
                  ls -d $d/container-* $d/carrel $d/../carrel 2>/dev/null
                  for f in memory.max memory.limit_in_bytes cgroup.subtree_control; do
                    [ -e $d/$f ] && echo 1g > $d/$f && echo raised
                  done
                  mkdir $d/below && echo nested
                  [ -e $d/../cgroup.procs ] && echo above
                done 2>/dev/null
                cat /proc/self/cgroup
                """;
        try (ContainerProcess other = limited().command("sleep", "1000").build().start()) {
            assertThat(other.isAlive()).isTrue();
            ContainerResult result = Inside.attempt(limited().capabilities(Capability.values()), script);

            assertThat(result.stdout().lines()).isNotEmpty().allMatch(line -> line.endsWith(":/"));
        }
    }

    @Test
    void limitsThatCannotHoldAreRefusedBeforeAnythingIsMade() {
        List<String> before = names();
        assertThatThrownBy(() -> Container.builder()
                        .limits(Limits.builder().raw("pids.no_such_file", "1").build())
                        .command("true")
                        .build()
                        .start())
                .hasMessageContaining("pids.no_such_file");
        assertThat(names()).isEqualTo(before);
    }
}

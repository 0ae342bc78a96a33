package io.carrel.cgroups;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carrel.cgroups.limits.Bytes;
import io.carrel.cgroups.limits.CgroupVersion;
import io.carrel.cgroups.limits.Controller;
import io.carrel.cgroups.limits.CpuMax;
import io.carrel.cgroups.limits.CpuShares;
import io.carrel.cgroups.limits.CpuWeight;
import io.carrel.cgroups.limits.Cpuset;
import io.carrel.cgroups.limits.Device;
import io.carrel.cgroups.limits.DeviceRule;
import io.carrel.cgroups.limits.DeviceRules;
import io.carrel.cgroups.limits.HugetlbMax;
import io.carrel.cgroups.limits.IoMax;
import io.carrel.cgroups.limits.Limits;
import io.carrel.cgroups.limits.MemoryLimit;
import io.carrel.cgroups.limits.NumberSet;
import io.carrel.cgroups.limits.RawFile;
import io.carrel.cgroups.usage.Usage;
import io.carrel.linux.SyscallException;
import io.carrel.testing.ChildJvm;
import io.carrel.testing.Eventually;
import io.carrel.testing.NeedsController;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/** Groups on the real kernel, of whatever version the host has. Files and {@code /proc} say whether it is so. */
abstract class CgroupContract {

    private static final Duration SOON = Duration.ofSeconds(20);

    private final Cgroups cgroups;
    private String name = "";
    private List<Path> made = List.of();

    CgroupContract(Cgroups cgroups) {
        this.cgroups = cgroups;
    }

    @BeforeEach
    void nameIt(TestInfo test) {
        name = test.getTestMethod().orElseThrow().getName();
    }

    private Cgroup create(Limits limits) {
        Cgroup group = cgroups.create(name, limits);
        made = group.directories();
        return group;
    }

    @AfterEach
    void nothingIsLeft() {
        assertThat(made).noneMatch(Files::exists);
        assertThat(cgroups.list()).isEmpty();
    }

    private static String read(Path file) throws Exception {
        try (var in = Files.newInputStream(file)) {
            return new String(in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8).strip();
        }
    }

    /** The one of its directories that has such a file. */
    private static String file(Cgroup group, String v2, String v1) throws Exception {
        for (Path directory : group.directories()) {
            for (String candidate : List.of(v2, v1)) {
                if (Files.exists(directory.resolve(candidate))) {
                    return read(directory.resolve(candidate));
                }
            }
        }
        throw new AssertionError("no file " + v2 + " or " + v1 + " in " + group.directories());
    }

    @Test
    @NeedsController("memory")
    void writesLimitsIntoTheKernelsFiles() throws Exception {
        Limits limits = Limits.builder()
                .memory(Bytes.mebibytes(64))
                .cpuMax(Duration.ofMillis(30), Duration.ofMillis(60))
                .pids(32)
                .build();
        try (Cgroup group = create(limits)) {
            assertThat(file(group, "memory.max", "memory.limit_in_bytes")).isEqualTo("67108864");
            assertThat(file(group, "pids.max", "pids.max")).isEqualTo("32");
            assertThat(file(group, "cpu.max", "cpu.cfs_quota_us")).startsWith("30000");
            assertThat(group.limits().memory()).contains(Bytes.mebibytes(64));
            assertThat(group.limits().cpu()).contains(new CpuMax(30_000, 60_000));
            assertThat(group.limits().pids()).hasValue(32);
        }
    }

    @Test
    @NeedsController({"memory", "cpuset"})
    void readsBackWhatWasSet() {
        Limits limits = Limits.builder()
                .memory(Bytes.mebibytes(64))
                .memoryLow(Bytes.mebibytes(16))
                .cpus(1.5)
                .cpuWeight(100 == CpuWeight.DEFAULT ? 200 : 100)
                .cpusetCpus("0")
                .cpusetMems("0")
                .pids(32)
                .build();
        try (Cgroup group = create(limits)) {
            Limits read = group.limits();
            assertThat(read.memory()).isEqualTo(limits.memory());
            assertThat(read.memory(MemoryLimit.Kind.LOW)).contains(Bytes.mebibytes(16));
            assertThat(read.cpu()).isEqualTo(limits.cpu());
            assertThat(read.cpuset(Cpuset.Kind.CPUS)).isEqualTo(limits.cpuset(Cpuset.Kind.CPUS));
            assertThat(read.pids()).hasValue(32);
            assertThat(read.find(CpuWeight.class).size()
                            + read.find(CpuShares.class).size())
                    .isOne();
        }
    }

    @Test
    void readsBackHugePagesDevicesAndFilesAsWell() {
        Limits.Builder builder = Limits.builder().raw("pids.max", "77").devices(DeviceRule.defaults());
        boolean huge = cgroups.controllers().contains(Controller.HUGETLB);
        if (huge) {
            builder.hugetlb("2MB", Bytes.of(0));
        }
        try (Cgroup group = create(builder.build())) {
            Limits read = group.limits();

            assertThat(read.find(RawFile.class)).containsExactly(new RawFile("pids.max", "77"));
            assertThat(read.pids()).hasValue(77);
            assertThat(read.find(HugetlbMax.class))
                    .isEqualTo(huge ? List.of(new HugetlbMax("2MB", Bytes.of(0))) : List.of());
            assertThat(read.find(DeviceRules.class))
                    .singleElement()
                    .satisfies(rules -> assertThat(rules.rules())
                            .hasSameSizeAs(DeviceRule.defaults())
                            .containsAll(DeviceRule.defaults()));

            group.update(Limits.builder().devices(List.of(DeviceRule.ALLOW_ALL)).build());
            assertThat(group.limits().find(DeviceRules.class))
                    .allSatisfy(rules -> assertThat(rules.rules()).containsExactly(DeviceRule.ALLOW_ALL));
        }
    }

    @Test
    void bringsAProcessInAndShowsIt() throws Exception {
        try (Cgroup group = create(Limits.none());
                Payload payload = Payload.waiting(group)) {
            assertThat(group.processes()).containsExactly(payload.pid());
            String proc = read(Path.of("/proc/" + payload.pid() + "/cgroup"));
            assertThat(proc).contains("/" + name);
        }
    }

    @Test
    @NeedsController("memory")
    void aLimitOfMemoryKillsAndIsCounted() throws Exception {
        try (Cgroup group = create(Limits.builder().memory(Bytes.mebibytes(64)).build());
                Payload hog = Payload.in(group, "exec busybox dd if=/dev/zero of=/dev/null bs=256M count=1")) {
            assertThat(hog.await()).isEqualTo(137);
            assertThat(group.events().oomKills()).hasValue(1);
            Usage usage = group.usage();
            assertThat(usage.memory().events().oomKill()).hasValue(1);
            usage.memory().peak().ifPresent(peak -> assertThat(peak).isBetween(60L << 20, 64L << 20));
        }
    }

    @Test
    void aLimitOfCpuHolds() throws Exception {
        try (Cgroup group = create(Limits.builder().cpus(0.5).build());
                Payload busy = Payload.in(group, "while :; do :; done")) {
            preferToOthers(group);
            Eventually.holds(
                    "it runs", SOON, () -> group.usage().cpu().usageMicros().orElse(0) > 100_000);
            Usage first = group.usage();
            assertThat(busy.isAlive()).isTrue();
            Eventually.holds(
                    "ten seconds",
                    Duration.ofSeconds(30),
                    () -> System.nanoTime() - first.nanoTime() > 10_000_000_000L);
            Usage last = group.usage();
            assertThat(last.cpusSince(first).orElseThrow()).isBetween(0.45, 0.55);
            assertThat(last.cpu().throttledPeriods().orElseThrow()).isGreaterThan(50);
            assertThat(last.cpu().throttledMicros().orElseThrow()).isPositive();
        }
    }

    /** Whatever else the machine does must not be why the group gets no more than its limit. */
    private static void preferToOthers(Cgroup group) throws Exception {
        for (Path directory : group.directories()) {
            // The group, the JVM's, and Carrel's.
            for (Path at : List.of(directory, directory.resolve(".."), directory.resolve("../.."))) {
                if (Files.exists(at.resolve("cpu.weight"))) {
                    Files.writeString(at.resolve("cpu.weight"), "10000");
                } else if (Files.exists(at.resolve("cpu.shares"))) {
                    Files.writeString(at.resolve("cpu.shares"), "262144");
                }
            }
        }
    }

    @Test
    void aLimitOfPidsStopsAForkBombAndKillEndsIt() throws Exception {
        try (Cgroup group = create(Limits.builder().pids(32).build());
                Payload bomb = Payload.in(group, "b() { b | b & }; b; read end")) {
            Eventually.holds(
                    "the limit is hit",
                    SOON,
                    () -> group.usage().pids().limitHits().orElse(0) > 0);
            assertThat(group.usage().pids().current().orElseThrow()).isLessThanOrEqualTo(32);
            assertThat(new ProcessBuilder("true").start().waitFor())
                    .as("the host forks")
                    .isZero();
            group.kill();
            Eventually.holds("all are gone", SOON, () -> group.processes().isEmpty());
            assertThat(bomb.await()).isEqualTo(137);
        }
    }

    @Test
    void frozenProcessesStandStillAndGoOnWhenThawed() throws Exception {
        try (Cgroup group = create(Limits.none());
                Payload counting = Payload.in(group, "while :; do :; done")) {
            Eventually.holds(
                    "it runs", SOON, () -> group.usage().cpu().usageMicros().orElse(0) > 50_000);
            group.freezer().freeze();
            assertThat(group.freezer().isFrozen()).isTrue();
            long frozen = group.usage().cpu().usageMicros().orElseThrow();
            long start = System.nanoTime();
            Eventually.holds("a while", SOON, () -> System.nanoTime() - start > 300_000_000L);
            assertThat(group.usage().cpu().usageMicros().orElseThrow()).isEqualTo(frozen);
            group.freezer().thaw();
            assertThat(group.freezer().isFrozen()).isFalse();
            Eventually.holds(
                    "it goes on", SOON, () -> group.usage().cpu().usageMicros().orElse(0) > frozen + 50_000);
            assertThat(counting.isAlive()).isTrue();
        }
    }

    @Test
    void killsWhatIsFrozen() throws Exception {
        try (Cgroup group = create(Limits.none());
                Payload waiting = Payload.waiting(group)) {
            group.freezer().freeze();
            group.kill();
            assertThat(waiting.await()).isEqualTo(137);
        }
    }

    @Test
    @NeedsController("memory")
    void aLimitBelowWhatIsUsedIsRefusedAndChangesNothing() {
        Limits limits = Limits.builder().memory(Bytes.mebibytes(256)).pids(20).build();
        try (Cgroup group = create(limits);
                Payload holder = Payload.in(
                        group,
                        "x=$(busybox dd if=/dev/zero bs=1M count=32 | busybox tr '\\0' a); echo ready; read end")) {
            assertThat(holder.hear()).isEqualTo("ready");
            assertThatThrownBy(() -> group.update(
                            Limits.builder().pids(10).memory(Bytes.mebibytes(8)).build()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("memory.max=8m is below what cgroup")
                    .hasMessageContaining("in use");
            assertThat(group.limits().memory()).contains(Bytes.mebibytes(256));
            assertThat(group.limits().pids()).hasValue(20);
            assertThat(holder.isAlive()).isTrue();
        }
    }

    @Test
    @NeedsController({"memory", "cpuset"})
    void changesLimitsWhileProcessesRun() {
        try (Cgroup group = create(Limits.builder().memory(Bytes.mebibytes(64)).build());
                Payload waiting = Payload.waiting(group)) {
            group.update(Limits.builder()
                    .memory(Bytes.mebibytes(128))
                    .cpus(0.5)
                    .cpusetCpus("0")
                    .build());
            Limits now = group.limits();
            assertThat(now.memory()).contains(Bytes.mebibytes(128));
            assertThat(now.cpu()).contains(CpuMax.cpus(0.5));
            assertThat(now.cpuset(Cpuset.Kind.CPUS)).contains(NumberSet.parse("0"));
            assertThat(group.processes()).containsExactly(waiting.pid());
        }
    }

    @Test
    void allLimitsAreChangedOrNone() {
        try (Cgroup group = create(Limits.builder().pids(20).build())) {
            assertThatThrownBy(() -> group.update(Limits.builder()
                            .pids(30)
                            .raw("pids.max", "nonsense")
                            .build()))
                    .isInstanceOf(SyscallException.class)
                    .hasMessageContaining("EINVAL");
            assertThat(group.limits().pids()).hasValue(20);
        }
    }

    @Test
    @NeedsController("memory")
    void aFileThatTakesCommandsIsWritten() {
        boolean v1 = !cgroups.version(Controller.MEMORY).equals(Optional.of(CgroupVersion.V2));
        try (Cgroup group = create(Limits.builder().pids(20).build())) {
            // Neither can be read: there is nothing to put back.
            if (v1) {
                group.update(
                        Limits.builder().raw("memory.force_empty", "0").pids(10).build());
            } else if (Files.exists(group.directories().get(0).resolve("memory.reclaim"))) {
                assertThatThrownBy(() -> group.update(Limits.builder()
                                .pids(10)
                                .raw("memory.reclaim", "1G")
                                .build()))
                        .isInstanceOf(SyscallException.class)
                        .hasMessageContaining("EAGAIN");
            }
            assertThat(group.limits().pids()).hasValue(v1 ? 10 : 20);
        }
    }

    @Test
    void aGroupThatCannotBeLimitedIsNotLeft() {
        assertThatThrownBy(() ->
                        create(Limits.builder().raw("pids.max", "nonsense").build()))
                .isInstanceOf(SyscallException.class);
        assertThat(cgroups.find(name)).isEmpty();
    }

    @Test
    void groupsNestAndAreRemovedFromBelow() {
        try (Cgroup group = create(Limits.builder().pids(20).build())) {
            Cgroup below = group.create("below", Limits.builder().pids(10).build());
            below.create("deeper");
            assertThat(group.children()).extracting(Cgroup::name).containsExactly("below");
            assertThat(below.children()).extracting(Cgroup::name).containsExactly("deeper");
            assertThat(below.limits().pids()).hasValue(10);
            try (Payload waiting = Payload.waiting(below.children().get(0))) {
                assertThat(group.processes()).containsExactly(waiting.pid());
                assertThatThrownBy(() -> group.remove(Duration.ofMillis(20)))
                        .isInstanceOf(SyscallException.class)
                        .hasMessageContaining("EBUSY");
                assertThat(below.exists()).isTrue();
            }
        }
    }

    @Test
    @NeedsController({"memory", "cpuset"})
    void aLimitAboveTheParentsIsRefused() {
        try (Cgroup group = create(Limits.builder()
                .pids(20)
                .memory(Bytes.mebibytes(64))
                .cpus(0.5)
                .cpusetCpus("0")
                .build())) {
            for (Limits above : List.of(
                    Limits.builder().pids(21).build(),
                    Limits.builder().memory(Bytes.mebibytes(65)).build(),
                    Limits.builder().cpus(0.6).build(),
                    Limits.builder().cpusetCpus("0-1").build())) {
                assertThatThrownBy(() -> group.create("below", above))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("is above what the group");
            }
            assertThat(group.children()).isEmpty();
        }
    }

    @Test
    void anUnknownDeviceIsRefused() {
        assertThatThrownBy(() -> create(Limits.builder()
                        .io(IoMax.of(new Device(4095, 4095)).withRead(Bytes.mebibytes(1)))
                        .build()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("this host has no block device 4095:4095");
    }

    @Test
    void whatTheVersionDoesNotHaveIsRefusedBeforeAnythingIsMade() {
        refusedExceptOn(
                CgroupVersion.V2,
                Controller.MEMORY,
                Limits.builder().memoryHigh(Bytes.mebibytes(64)).build());
        refusedExceptOn(
                CgroupVersion.V1,
                Controller.NET_CLS,
                Limits.builder().netClass(1).build());
    }

    /** A hybrid host may have one controller on v1 and another on v2. */
    private void refusedExceptOn(CgroupVersion version, Controller controller, Limits limits) {
        if (cgroups.version(controller).equals(Optional.of(version))) {
            try (Cgroup group = create(limits)) {
                assertThat(group.limits().all()).containsAll(limits.all());
            }
            return;
        }
        assertThatThrownBy(() -> create(limits)).isInstanceOf(io.carrel.linux.UnsupportedFeatureException.class);
        assertThat(cgroups.find(name)).isEmpty();
    }

    @Test
    void aNameIsTakenOnce() {
        try (Cgroup group = create(Limits.none())) {
            assertThatThrownBy(() -> cgroups.create(name))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("already");
            assertThat(group.exists()).isTrue();
            assertThat(cgroups.find(name)).isPresent();
            assertThat(cgroups.list()).extracting(Cgroup::name).containsExactly(name);
        }
    }

    @Test
    void aKeptGroupIsFoundAgain() {
        try (Cgroup kept = cgroups.createKept(name, Limits.builder().pids(7).build())) {
            Cgroup found = cgroups.find(name).orElseThrow();
            assertThat(found.directories()).isEqualTo(kept.directories());
            assertThat(found.limits().pids()).hasValue(7);
            assertThat(cgroups.listKept()).extracting(Cgroup::name).contains(name);
            made = kept.directories();
        }
    }

    /** What it needs for that is made where the group's owner finds it, and not where it would stay. */
    @Test
    void aLimitThatAnotherProcessGivesGoesWithTheGroup() throws Exception {
        try (Cgroup group = create(Limits.builder().pids(7).build());
                Payload waiting = Payload.waiting(group)) {
            Cgroup seenByOthers = cgroups.of(waiting.pid());
            seenByOthers.update(Limits.builder().cpus(0.5).build());

            made = seenByOthers.directories();
            assertThat(made).containsAll(group.directories());
            Path parent = group.directories().get(0).resolve("..").normalize();
            assertThat(made).allMatch(directory -> directory.endsWith(Path.of("" + parent.getFileName(), name)));
            assertThat(seenByOthers.limits().cpu()).contains(CpuMax.cpus(0.5));
            assertThat(seenByOthers.processes()).containsExactly(waiting.pid());
        }
    }

    @Test
    void groupsBelowAKeptOneShareItsLimitsAndGoWithTheJvm() {
        try (Cgroup kept =
                cgroups.createKept(name, Limits.builder().pids(20).cpus(0.5).build())) {
            CgroupTemplate template =
                    kept.template(Limits.builder().pids(10).cpus(0.25).build());
            try (Cgroup below = template.create("one");
                    Cgroup other = template.create("two")) {
                assertThat(below.directories())
                        .allMatch(directory -> kept.directories().stream().anyMatch(directory::startsWith));
                assertThat(below.limits().pids()).hasValue(10);
                assertThat(other.limits().cpu()).contains(CpuMax.cpus(0.25));
            }
            assertThat(kept.exists()).isTrue();
            assertThatThrownBy(() -> kept.template(Limits.builder().pids(21).build()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("above");
            made = kept.directories();
        }
    }

    @Test
    void nothingIsMadeBelowAGroupThatIsGone() {
        Cgroup gone = create(Limits.none());
        gone.close();
        assertThatThrownBy(() -> gone.create("below"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("not there any more");
        assertThatThrownBy(() -> gone.template(Limits.none())).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aThrottleOfADeviceHolds(@org.junit.jupiter.api.io.TempDir Path directory) throws Exception {
        Path image = Files.write(directory.resolve("image"), new byte[16 << 20]);
        String loop = output("losetup", "-f", "--show", image.toString());
        try (Cgroup group = create(Limits.builder()
                        .io(IoMax.of(Device.of(Path.of(loop))).withWrite(Bytes.mebibytes(1)))
                        .build());
                Payload writer = Payload.in(group, "exec dd if=/dev/zero of=" + loop + " bs=1M count=3 oflag=direct")) {
            long start = System.nanoTime();
            assertThat(writer.await()).isZero();
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .isBetween(Duration.ofMillis(1900), Duration.ofSeconds(12));
            assertThat(group.usage().io())
                    .anySatisfy(io -> assertThat(io.writtenBytes()).isGreaterThanOrEqualTo(3L << 20));
        } finally {
            output("losetup", "-d", loop);
        }
    }

    @Test
    void aRuleAboutDevicesDeniesWhatTheNodePermits() throws Exception {
        Limits limits = Limits.builder()
                .devices(List.of(DeviceRule.DENY_ALL, DeviceRule.parse("c 1:3 rwm")))
                .build();
        try (Cgroup group = create(limits);
                Payload payload = Payload.in(
                        group,
                        "echo > /dev/null && echo null; busybox head -c1 /dev/zero > /dev/null && echo zero; read go;"
                                + " busybox head -c1 /dev/zero > /dev/null && echo zero; read end")) {
            assertThat(payload.hear()).isEqualTo("null");
            group.update(Limits.builder().devices(DeviceRule.defaults()).build());
            payload.say("go");
            assertThat(payload.hear()).isEqualTo("zero");
            payload.say("end");
            assertThat(payload.await()).isZero();
        }
    }

    private static String output(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String text = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(text).isZero();
        return text.strip();
    }

    @Test
    void whatAKilledJvmLeftIsRemoved() throws Exception {
        Process jvm = ChildJvm.by().start(LeavingMain.class);
        List<Path> left;
        try (var reader = jvm.inputReader()) {
            left = java.util.Arrays.stream(String.valueOf(reader.readLine()).split(" ", -1))
                    .map(Path::of)
                    .toList();
            assertThat(left).isNotEmpty().allMatch(Files::isDirectory);
            Cgroups.detect().sweep();
            assertThat(left).as("of a living JVM").allMatch(Files::isDirectory);
        } finally {
            jvm.destroyForcibly().waitFor();
        }
        try (Cgroup kept = Cgroups.detect().find(LeavingMain.KEPT).orElseThrow()) {
            Cgroups.detect().sweep();
            assertThat(left).noneMatch(Files::exists);
            assertThat(kept.exists()).isTrue();
        }
    }
}

package io.carrel.cgroups;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carrel.cgroups.limits.Bytes;
import io.carrel.cgroups.limits.CgroupVersion;
import io.carrel.cgroups.limits.Controller;
import io.carrel.cgroups.limits.Limits;
import io.carrel.cgroups.usage.Sample;
import io.carrel.linux.UnsupportedFeatureException;
import io.carrel.linux.launch.EventLoop;
import io.carrel.testing.Eventually;
import io.carrel.testing.NeedsController;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/** What the kernel tells of groups, and series of measurements. */
@Tag("root")
class EventsRootTest {

    private static final Duration SOON = Duration.ofSeconds(20);

    private final Cgroups cgroups = Cgroups.detect();
    private final Map<CgroupEvent, Long> told = new ConcurrentHashMap<>();
    private String name = "";

    @BeforeEach
    void nameIt(TestInfo test) {
        name = test.getTestMethod().orElseThrow().getName();
    }

    private void tell(CgroupEvent event, long count) {
        told.merge(event, count, Long::sum);
    }

    private void awaitTold(CgroupEvent event) {
        Eventually.holds(event + " is told", SOON, () -> told.containsKey(event));
    }

    @Test
    @NeedsController("memory")
    void aKillForWantOfMemoryIsTold() throws Exception {
        Limits limits = Limits.builder().memory(Bytes.mebibytes(32)).build();
        try (Cgroup group = cgroups.create(name, limits);
                CgroupWatch watch = group.events().listen(this::tell);
                Payload hog = Payload.in(
                        group,
                        "for i in 1 2; do busybox dd if=/dev/zero of=/dev/null bs=128M count=1; done; read end")) {
            awaitTold(CgroupEvent.OOM_KILL);
            Eventually.holds("both are told", SOON, () -> told.getOrDefault(CgroupEvent.OOM_KILL, 0L) == 2);
            assertThat(group.events().oomKills()).hasValue(2);
            assertThat(hog.isAlive()).isTrue();
            watch.close();
        }
    }

    @Test
    void theLimitOfPidsIsTold() {
        try (Cgroup group = cgroups.create(name, Limits.builder().pids(3).build());
                CgroupWatch watch = group.events().listen(this::tell);
                Payload payload = Payload.in(group, "for i in 1 2 3 4; do busybox sleep 1000 & done; read end")) {
            Eventually.holds(
                    "it is counted",
                    SOON,
                    () -> group.usage().pids().limitHits().orElse(0) > 0);
            assertThat(watch.events().contains(CgroupEvent.PIDS_MAX))
                    .isEqualTo(cgroups.version(Controller.PIDS).orElseThrow() == CgroupVersion.V2);
            if (watch.events().contains(CgroupEvent.PIDS_MAX)) {
                awaitTold(CgroupEvent.PIDS_MAX);
            }
            assertThat(payload.pid()).isPositive();
        }
    }

    @Test
    void comingAndGoingStoppingAndGoingOnAreTold() throws Exception {
        try (Cgroup group = cgroups.create(name);
                CgroupWatch watch = group.events().listen(this::tell)) {
            if (cgroups.layout() == Cgroups.Layout.V1) {
                assertThat(watch.events()).doesNotContain(CgroupEvent.EMPTY, CgroupEvent.FROZEN);
                return;
            }
            try (Payload payload = Payload.waiting(group)) {
                awaitTold(CgroupEvent.POPULATED);
                group.freezer().freeze();
                awaitTold(CgroupEvent.FROZEN);
                group.freezer().thaw();
                awaitTold(CgroupEvent.THAWED);
                assertThat(told).doesNotContainKey(CgroupEvent.EMPTY);
                payload.say("end");
                payload.await();
            }
            awaitTold(CgroupEvent.EMPTY);
            watch.close();
        }
    }

    @Test
    @NeedsController("memory")
    void memoryHighIsToldOrRefused() {
        Limits limits = Limits.builder()
                .memory(Bytes.mebibytes(64))
                .memoryHigh(Bytes.mebibytes(16))
                .build();
        if (cgroups.version(Controller.MEMORY).equals(Optional.of(CgroupVersion.V1))) {
            assertThatThrownBy(() -> cgroups.create(name, limits)).isInstanceOf(UnsupportedFeatureException.class);
            return;
        }
        try (Cgroup group = cgroups.create(name, limits);
                CgroupWatch watch = group.events().listen(this::tell);
                Payload payload = Payload.in(group, "exec busybox dd if=/dev/zero of=/dev/null bs=20M count=1")) {
            awaitTold(CgroupEvent.MEMORY_HIGH);
            assertThat(watch.events()).contains(CgroupEvent.MEMORY_HIGH);
            assertThat(payload.pid()).isPositive();
        }
    }

    @Test
    @NeedsController("memory")
    void aClosedWatchTellsNothingAndLeavesNothingOpen() {
        long before = descriptors();
        // With v1 alone, only memory has something to tell.
        Limits limits = Limits.builder().pids(3).memory(Bytes.mebibytes(64)).build();
        try (Cgroup group = cgroups.create(name, limits)) {
            CgroupWatch watch = group.events().listen(this::tell);
            assertThat(descriptors()).isGreaterThan(before);
            watch.close();
            watch.close();
            try (Payload payload = Payload.in(group, "busybox sleep 1000 & busybox sleep 1000 & read end")) {
                Eventually.holds("all started", SOON, () -> group.processes().size() == 3);
                assertThat(payload.isAlive()).isTrue();
            }
        }
        assertThat(told).isEmpty();
        assertThat(descriptors()).isEqualTo(before);
    }

    @Test
    void theEndOfTheGroupEndsTheWatch() {
        long before = descriptors();
        Cgroup group = cgroups.create(name);
        CgroupWatch watch = group.events().listen(this::tell);
        group.close();
        Eventually.holds("descriptors are closed", SOON, () -> descriptors() == before);
        watch.close();
    }

    /**
     * Those of files of groups, and eventfds, by which v1 tells of its groups; the event loop's own is among them from
     * the start.
     */
    private static long descriptors() {
        assertThat(EventLoop.shared()).isNotNull();
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.filter(fd -> {
                        try {
                            String link = Files.readSymbolicLink(fd).toString();
                            return link.contains("/carrel/") || link.equals("anon_inode:[eventfd]");
                        } catch (IOException closedMeanwhile) {
                            return false;
                        }
                    })
                    .count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void pressureIsTold() {
        try (Cgroup group = cgroups.create(name, Limits.builder().cpus(0.1).build())) {
            AtomicInteger times = new AtomicInteger();
            PressureTrigger trigger = PressureTrigger.some(Resource.CPU, Duration.ofMillis(50), Duration.ofSeconds(2));
            if (group.usage().pressure().cpu().isEmpty()) {
                assertThatThrownBy(() -> group.events().onPressure(trigger, times::incrementAndGet))
                        .isInstanceOf(UnsupportedFeatureException.class);
                return;
            }
            try (CgroupWatch watch = group.events().onPressure(trigger, times::incrementAndGet);
                    Payload busy = Payload.in(group, "while :; do :; done & while :; do :; done")) {
                Eventually.holds("the trigger fires", SOON, () -> times.get() > 0);
                assertThat(group.usage().pressure().cpu().orElseThrow().some().totalMicros())
                        .isPositive();
                assertThat(busy.isAlive()).isTrue();
                watch.close();
            }
        }
    }

    @Test
    void aSeriesOfSamplesTellsTheRate() {
        List<Sample> samples = Collections.synchronizedList(new ArrayList<>());
        try (Cgroup group = cgroups.create(name, Limits.builder().cpus(0.5).build());
                Payload busy = Payload.in(group, "while :; do :; done")) {
            try (Measurement series = group.measure(Duration.ofMillis(200), samples::add)) {
                Eventually.holds("five samples", SOON, () -> samples.size() >= 5);
                series.close();
            }
            assertThat(busy.isAlive()).isTrue();
            assertThat(samples.get(0).cpus()).isEmpty();
            assertThat(samples.subList(1, 5))
                    .allSatisfy(
                            sample -> assertThat(sample.cpus().orElseThrow()).isBetween(0.0, 0.8));
            assertThat(samples.get(4).usage().cpu().usageMicros().orElseThrow())
                    .isGreaterThan(samples.get(0).usage().cpu().usageMicros().orElseThrow());
        }
    }

    @Test
    void timesWithoutEndAreLong() throws Exception {
        Duration forever = ChronoUnit.FOREVER.getDuration();
        Cgroup group = cgroups.create(name);
        CompletableFuture<Sample> first = new CompletableFuture<>();
        try (Measurement series = group.measure(forever, first::complete)) {
            assertThat(first.get().usage()).isNotNull();
        } finally {
            group.remove(forever);
        }
        assertThat(group.exists()).isFalse();
    }

    @Test
    void aSeriesWithoutTimeBetweenIsRefused() {
        try (Cgroup group = cgroups.create(name)) {
            assertThatThrownBy(() -> group.measure(Duration.ZERO, sample -> {}))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}

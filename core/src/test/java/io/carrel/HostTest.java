package io.carrel;

import static org.assertj.core.api.Assertions.assertThat;

import io.carrel.linux.KernelFeature;
import io.carrel.linux.KernelVersion;
import io.carrel.testing.Eventually;
import io.carrel.testing.Footprint;
import io.carrel.testing.Outside;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class HostTest {

    @Test
    void aReportSaysWhatWorksAndWhatDoesNotAndWhy() {
        HostReport report = new HostReport(
                "Linux 6.1 on X86_64",
                List.of(
                        Feature.working("net namespace", "can be made"),
                        Feature.missing("subordinate ids", "none", "usermod"),
                        Feature.missing("seccomp filter", "not yet", "")));
        assertThat(report).hasToString("""
                        Linux 6.1 on X86_64
                        yes net namespace          can be made
                        NO  subordinate ids        none
                            remedy: usermod
                        NO  seccomp filter         not yet""");
        assertThat(report.works()).isFalse();
        assertThat(new HostReport("", List.of(Feature.working(Host.DEFAULT_START, ""))).works())
                .isTrue();
        assertThat(new HostReport("", List.of(Feature.missing(Host.DEFAULT_START, "", ""))).works())
                .isFalse();
    }

    @Test
    @Tag("kernel")
    void theProbeFindsThatContainersWorkHere() throws Exception {
        HostReport report = Host.probe();
        assertThat(report.works()).as(report.toString()).isTrue();
        assertThat(report.system())
                .startsWith("Linux "
                        + Outside.lines(Path.of("/proc/sys/kernel/osrelease")).get(0));
        for (String kind : List.of("mnt", "uts", "ipc", "pid", "net", "user", "cgroup")) {
            assertThat(report.features())
                    .filteredOn(feature -> feature.name().equals(kind + " namespace"))
                    .singleElement()
                    .matches(Feature::works);
        }
    }

    @Test
    @Tag("kernel")
    void whatOlderKernelsLackIsReportedByTheValuesThatErrorsHave() {
        HostReport report = Host.probe();
        KernelFeature layers = Outside.isRoot() ? KernelFeature.IDMAPPED_LAYERS : KernelFeature.USER_OVERLAY;
        for (KernelFeature kernel : List.of(layers, KernelFeature.MOUNT_SETATTR, KernelFeature.QUEUE_SYSCTLS)) {
            Feature found = report.find(kernel).orElseThrow();
            boolean isNewEnough = KernelVersion.current().compareTo(kernel.since()) >= 0;
            // Distributions bring features to older kernels, so one that is too old may have it all the same.
            assertThat(found.works() || !isNewEnough).as(found.toString()).isTrue();
            assertThat(found.name()).isEqualTo(kernel.label());
        }
    }

    @Test
    @Tag("kernel")
    void theProbeLeavesNothing() throws Exception {
        Host.probe();
        System.gc();
        Footprint before = Footprint.now();
        Host.probe();
        Eventually.holds("what the probe had is gone", Duration.ofSeconds(5), () -> isNoMore(before, Footprint.now()));
        Footprint after = Footprint.now();
        assertThat(after.mounts()).isEqualTo(before.mounts());
        assertThat(before.files()).containsAll(after.files());
    }

    /** But for the launchers, which are collected. */
    private static boolean isNoMore(Footprint before, Footprint after) {
        return before.children().containsAll(after.children())
                && after.descriptors().stream()
                        .allMatch(descriptor ->
                                before.descriptors().contains(descriptor) || descriptor.contains("memfd:carrel"));
    }
}

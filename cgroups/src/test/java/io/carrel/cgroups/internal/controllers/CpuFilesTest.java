package io.carrel.cgroups.internal.controllers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.carrel.cgroups.limits.CgroupVersion;
import io.carrel.cgroups.limits.CpuMax;
import io.carrel.cgroups.limits.CpuShares;
import io.carrel.cgroups.usage.CpuUsage;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CpuFilesTest extends SampleFiles {

    private final CpuFiles files = new CpuFiles();

    @Test
    void limitsAreWrittenForBothVersions() {
        assertThat(v2(b -> b.cpus(1.5))).containsExactly("cpu.max = 150000 100000");
        assertThat(v1(b -> b.cpus(1.5))).containsExactly("cpu.cfs_period_us = 100000", "cpu.cfs_quota_us = 150000");
        assertThat(v2(b -> b.cpuMax(CpuMax.unlimited()))).containsExactly("cpu.max = max 100000");
        assertThat(v1(b -> b.cpuMax(CpuMax.unlimited())))
                .containsExactly("cpu.cfs_period_us = 100000", "cpu.cfs_quota_us = -1");
        assertThat(v2(b -> b.cpuBurst(Duration.ofMillis(5)))).containsExactly("cpu.max.burst = 5000");
        assertThat(v1(b -> b.cpuBurst(Duration.ofMillis(5)))).containsExactly("cpu.cfs_burst_us = 5000");
        assertThat(v2(b -> b.cpuBurst(Duration.ZERO))).containsExactly("cpu.max.burst = 0");
        assertThat(v2(b -> b.cpuWeight(200))).containsExactly("cpu.weight = 200");
    }

    @ParameterizedTest
    @CsvSource({"2, 1", "1024, 39", "262144, 10000", "512, 20"})
    void sharesBecomeWeights(long shares, long weight) {
        assertThat(new CpuShares(shares).toWeight()).isEqualTo(weight);
        assertThat(v2(b -> b.cpuShares(shares))).containsExactly("cpu.weight = " + weight);
        assertThat(v1(b -> b.cpuShares(shares))).containsExactly("cpu.shares = " + shares);
    }

    @ParameterizedTest
    @CsvSource({"1, 2", "39, 998", "100, 2597", "10000, 262144"})
    void weightsBecomeShares(long weight, long shares) {
        assertThat(v1(b -> b.cpuWeight(weight))).containsExactly("cpu.shares = " + shares);
        assertThat(new CpuShares(shares).toWeight()).isBetween(weight - 1, weight);
    }

    @ParameterizedTest
    @CsvSource({
        "V2, cpu.max, 50000 100000, cpu.max=50000 100000",
        "V2, cpu.max.burst, 5000, cpu.max.burst=5000",
        "V2, cpu.weight, 1, cpu.weight=1",
        "V1, cpu.cfs_burst_us, 5000, cpu.max.burst=5000",
        "V1, cpu.shares, 2, cpu.shares=2"
    })
    void limitsAreRead(CgroupVersion version, String name, String content, String shown) {
        file(name, content);
        assertThat(read(version)).hasToString(shown);
    }

    @Test
    void aQuotaOfV1IsReadWithItsPeriod() {
        file("cpu.cfs_quota_us", "25000");
        file("cpu.cfs_period_us", "50000");
        assertThat(read(CgroupVersion.V1)).hasToString("cpu.max=25000 50000");
    }

    @Test
    void aNewGroupHasNoLimits() {
        file("cpu.max", "max 100000");
        file("cpu.max.burst", "0");
        file("cpu.weight", "100");
        assertThat(read(CgroupVersion.V2).isEmpty()).isTrue();
        file("cpu.cfs_quota_us", "-1");
        file("cpu.cfs_period_us", "100000");
        file("cpu.cfs_burst_us", "0");
        file("cpu.shares", "1024");
        assertThat(read(CgroupVersion.V1).isEmpty()).isTrue();
    }

    @Test
    void anIdleGroupHasNoWeight() {
        file("cpu.weight", "0");
        assertThat(read(CgroupVersion.V2).isEmpty()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "V2, cpu.max, 50000",
        "V2, cpu.max, x 100000",
        "V2, cpu.max, 0 100000",
        "V2, cpu.weight, heavy",
        "V1, cpu.cfs_quota_us, half"
    })
    void refusesWhatIsNoLimit(CgroupVersion version, String name, String content) {
        isRefused(version, name, content);
    }

    @Test
    void aPeriodThatIsNoNumberIsRefused() {
        file("cpu.cfs_quota_us", "25000");
        isRefused(CgroupVersion.V1, "cpu.cfs_period_us", "often");
    }

    @Test
    void moreThanAGroupAboveHasIsRefused() {
        file("cpu.max", "50000 100000");
        assertThatCode(() -> files.checkAbove(group(CgroupVersion.V2), limit(b -> b.cpus(0.5))))
                .doesNotThrowAnyException();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> files.checkAbove(group(CgroupVersion.V2), limit(b -> b.cpus(0.51))))
                .withMessageContaining("is above what the group");
    }

    @Test
    void readsTimesOfV2() {
        file("cpu.stat", """
            usage_usec 524312
            user_usec 400001
            system_usec 124311
            core_sched.force_idle_usec 0
            nr_periods 21
            nr_throttled 20
            throttled_usec 1000231
            nr_bursts 0
            burst_usec 0
            """);
        CpuUsage cpu = usage(CgroupVersion.V2).cpu();
        assertThat(cpu.usageMicros()).hasValue(524312);
        assertThat(cpu.userMicros()).hasValue(400001);
        assertThat(cpu.systemMicros()).hasValue(124311);
        assertThat(cpu.throttledPeriods()).hasValue(20);
        assertThat(cpu.throttledMicros()).hasValue(1000231);
    }

    @Test
    void readsTimesOfV1() {
        file("cpuacct.usage", "7000000");
        file("cpuacct.stat", "user 3\nsystem 4\n");
        file("cpu.stat", "nr_periods 4\nnr_throttled 3\nthrottled_time 5000000\nnr_bursts 0\nburst_time 0\n");
        CpuUsage cpu = usage(CgroupVersion.V1).cpu();
        assertThat(cpu.usageMicros()).hasValue(7000);
        assertThat(cpu.userMicros()).hasValue(30_000);
        assertThat(cpu.systemMicros()).hasValue(40_000);
        assertThat(cpu.periods()).hasValue(4);
        assertThat(cpu.throttledMicros()).hasValue(5000);
    }

    @Test
    void aHybridGroupTakesTimesFromV2AndThrottlingFromV1() {
        byte[] v1 = bytes("nr_periods 4\nnr_throttled 3\nthrottled_time 5000000\nnr_bursts 0\nburst_time 0\n");
        byte[] v2 = bytes("usage_usec 10\nuser_usec 6\nsystem_usec 4\nnice_usec 0\n");
        Counters counters = new Counters();
        files.statistics(group(CgroupVersion.V1), true, (name, reader) -> {
            assertThat(name).isEqualTo("cpu.stat");
            reader.read(counters, v1, v1.length);
        });
        files.statistics(group(CgroupVersion.V2), true, (name, reader) -> reader.read(counters, v2, v2.length));
        CpuUsage cpu = counters.usage().cpu();
        assertThat(cpu.usageMicros()).hasValue(10);
        assertThat(cpu.periods()).hasValue(4);
        assertThat(cpu.throttledMicros()).hasValue(5000);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    }

    @Test
    void whatIsNoNumberIsUnknown() {
        file("cpuacct.usage", "");
        file("cpu.stat", "nr_periods x");
        CpuUsage cpu = usage(CgroupVersion.V1).cpu();
        assertThat(cpu.usageMicros()).isEmpty();
        assertThat(cpu.periods()).isEmpty();
        assertThat(cpu.throttledMicros()).isEmpty();
    }
}

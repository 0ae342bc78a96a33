package io.carrel.cgroups.internal.controllers;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.carrel.cgroups.limits.Device;
import io.carrel.cgroups.usage.CpuUsage;
import io.carrel.cgroups.usage.IoUsage;
import io.carrel.cgroups.usage.MemoryUsage;
import io.carrel.cgroups.usage.Pressure;
import org.junit.jupiter.api.Test;

/** Texts captured from Linux 6.1 (v2) and 6.18 (v1). */
class ReadingTest {

    private final Reading reading = new Reading();

    private interface Format {
        void read(byte[] text, int length);
    }

    private static void read(Format format, String text) {
        byte[] bytes = text.getBytes(US_ASCII);
        format.read(java.util.Arrays.copyOf(bytes, bytes.length + 100), bytes.length);
    }

    @Test
    void readsCpuTimes() {
        read(reading::cpuStat, """
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
        CpuUsage cpu = reading.usage().cpu();
        assertThat(cpu.usageMicros()).hasValue(524312);
        assertThat(cpu.userMicros()).hasValue(400001);
        assertThat(cpu.systemMicros()).hasValue(124311);
        assertThat(cpu.throttledPeriods()).hasValue(20);
        assertThat(cpu.throttledMicros()).hasValue(1000231);
    }

    @Test
    void aHybridGroupTakesTimesFromV2AndThrottlingFromV1() {
        read(reading::v1CpuStat, "nr_periods 4\nnr_throttled 3\nthrottled_time 5000000\nnr_bursts 0\nburst_time 0\n");
        read(reading::cpuStat, "usage_usec 10\nuser_usec 6\nsystem_usec 4\nnice_usec 0\n");
        CpuUsage cpu = reading.usage().cpu();
        assertThat(cpu.usageMicros()).hasValue(10);
        assertThat(cpu.periods()).hasValue(4);
        assertThat(cpu.throttledMicros()).hasValue(5000);
    }

    @Test
    void readsMemory() {
        read(reading::memoryStat, "anon 4096\nfile 8192\nkernel 100\nkernel_stack 16\nfile_mapped 5\n");
        read(reading::memoryEvents, "low 0\nhigh 1\nmax 22\noom 3\noom_kill 2\noom_group_kill 0\n");
        MemoryUsage memory = reading.usage().memory();
        assertThat(memory.anon()).hasValue(4096);
        assertThat(memory.file()).hasValue(8192);
        assertThat(memory.kernel()).hasValue(100);
        assertThat(memory.events().max()).hasValue(22);
        assertThat(memory.events().oomKill()).hasValue(2);
        assertThat(memory.current()).as("not read").isEmpty();
    }

    @Test
    void readsMemoryOfV1() {
        read(reading::v1MemoryStat, "cache 1\nrss 2\nswap 3\ntotal_cache 10\ntotal_rss 20\ntotal_swap 30\n");
        read(reading::v1OomControl, "oom_kill_disable 0\nunder_oom 0\noom_kill 7\n");
        MemoryUsage memory = reading.usage().memory();
        assertThat(memory.anon()).hasValue(20);
        assertThat(memory.file()).hasValue(10);
        assertThat(memory.swap()).hasValue(30);
        assertThat(memory.events().oomKill()).hasValue(7);
        assertThat(memory.events().high()).isEmpty();
    }

    @Test
    void readsWhatWentToDevices() {
        read(reading::ioStat, """
            254:0 rbytes=4096 wbytes=8192 rios=1 wios=2 dbytes=0 dios=0
            7:0
            8:16 rbytes=1 wbytes=2 rios=3 wios=4 dbytes=5 dios=6 cost.usage=7
            """);
        assertThat(reading.usage().io())
                .contains(
                        new IoUsage(new Device(254, 0), 4096, 8192, 1, 2), new IoUsage(new Device(8, 16), 1, 2, 3, 4));
    }

    @Test
    void readsWhatWentToDevicesOnV1() {
        read(reading::v1IoBytes, """
            254:0 Read 4096
            254:0 Write 8192
            254:0 Sync 8192
            254:0 Async 4096
            254:0 Discard 0
            254:0 Total 12288
            Total 12288
            """);
        read(reading::v1IoOperations, "254:0 Read 1\n254:0 Write 2\n254:0 Total 3\nTotal 3\n");
        assertThat(reading.usage().io()).containsExactly(new IoUsage(new Device(254, 0), 4096, 8192, 1, 2));
    }

    @Test
    void readsPressure() {
        byte[] text = """
            some avg10=12.34 avg60=0.05 avg300=1.00 total=6512
            full avg10=0.00 avg60=0.00 avg300=100.00 total=12
            """.getBytes(US_ASCII);
        assertThat(Reading.pressure(text, text.length))
                .isEqualTo(new Pressure(
                        new Pressure.Share(12.34, 0.05, 1, 6512),
                        java.util.Optional.of(new Pressure.Share(0, 0, 100, 12))));
    }

    @Test
    void whatIsNoNumberIsUnknown() {
        read((text, length) -> reading.memory = Reading.number(text, length), "banana\n");
        read((text, length) -> reading.cpuUsage = Reading.micros(text, length), "\n");
        read(reading::memoryEvents, "oom_kill many\n");
        read(reading::ioStat, "(unknown) rbytes=1 wbytes=2\n8:0 rbytes=1 wbytes=2 rios=3 wios=4 dbytes=0 dios=0\n");
        assertThat(reading.usage().memory().current()).isEmpty();
        assertThat(reading.usage().cpu().usageMicros()).isEmpty();
        assertThat(reading.usage().memory().events().oomKill()).isEmpty();
        assertThat(reading.usage().io()).containsExactly(new IoUsage(new Device(8, 0), 1, 2, 3, 4));
    }
}

package io.carrel.cgroups.internal.controllers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.carrel.cgroups.limits.Bytes;
import io.carrel.cgroups.limits.CgroupVersion;
import io.carrel.cgroups.limits.Device;
import io.carrel.cgroups.limits.IoMax;
import io.carrel.cgroups.usage.IoUsage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IoFilesTest extends SampleFiles {

    @Test
    void devicesAreThrottledInOneFileOrFour() {
        IoMax max = IoMax.of(new Device(8, 0)).withRead(Bytes.mebibytes(1)).withWriteOperations(50);
        assertThat(v2(b -> b.io(max))).containsExactly("io.max = 8:0 rbps=1048576 wbps=max riops=max wiops=50");
        assertThat(v1(b -> b.io(max)))
                .containsExactly(
                        "blkio.throttle.read_bps_device = 8:0 1048576",
                        "blkio.throttle.write_bps_device = 8:0 0",
                        "blkio.throttle.read_iops_device = 8:0 0",
                        "blkio.throttle.write_iops_device = 8:0 50");
    }

    @Test
    void weightsHaveOtherNamesAndNumbersOnV1() {
        assertThat(v2(b -> b.ioWeight(200))).containsExactly("io.weight = default 200");
        assertThat(v1(b -> b.ioWeight(10_000))).containsExactly("blkio.bfq.weight or blkio.weight = 1000");
        assertThat(v1(b -> b.ioWeight(1))).containsExactly("blkio.bfq.weight or blkio.weight = 10");
    }

    @Test
    void readsDisks() {
        file("io.max", "8:0 rbps=1048576 wbps=max riops=max wiops=20 newer=5\n259:1 rbps=1 wbps=2 riops=3 wiops=4");
        assertThat(read(CgroupVersion.V2))
                .hasToString("io.max=8:0 rbps=1048576 wbps=max riops=max wiops=20, "
                        + "io.max=259:1 rbps=1 wbps=2 riops=3 wiops=4");
    }

    @Test
    void readsDisksOfV1() {
        file("blkio.throttle.read_bps_device", "8:0 1048576\n8:16 5");
        file("blkio.throttle.write_iops_device", "8:0 20");
        file("blkio.throttle.write_bps_device", "");
        assertThat(read(CgroupVersion.V1))
                .hasToString("io.max=8:0 rbps=1048576 wbps=max riops=max wiops=20, "
                        + "io.max=8:16 rbps=5 wbps=max riops=max wiops=max");
    }

    @Test
    void theUsualWeightIsNoLimit() {
        file("io.max", "");
        file("io.weight", "default 100\n8:0 50");
        assertThat(read(CgroupVersion.V2).isEmpty()).isTrue();
        file("io.weight", "default 300");
        assertThat(read(CgroupVersion.V2)).hasToString("io.weight=300");
    }

    @ParameterizedTest
    @CsvSource({
        "V2, io.max, 8:0 rbps",
        "V2, io.max, 8:0 rbps=fast",
        "V2, io.max, disk rbps=1",
        "V2, io.weight, default heavy",
        "V1, blkio.throttle.read_bps_device, 8:0",
        "V1, blkio.throttle.read_bps_device, 8:0 fast"
    })
    void refusesWhatIsNoLimit(CgroupVersion version, String name, String content) {
        isRefused(version, name, content);
    }

    @Test
    void aDiskThatIsNotThereIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new IoFiles().checkHost(IoMax.of(new Device(4095, 1048575))))
                .withMessage("this host has no block device 4095:1048575");
    }

    @Test
    void readsWhatWentToDevices() {
        file("io.stat", """
            254:0 rbytes=4096 wbytes=8192 rios=1 wios=2 dbytes=0 dios=0
            7:0
            (unknown) rbytes=1 wbytes=2
            8:16 rbytes=1 wbytes=2 rios=3 wios=4 dbytes=5 dios=6 cost.usage=7
            """);
        assertThat(usage(CgroupVersion.V2).io())
                .containsExactly(
                        new IoUsage(new Device(254, 0), 4096, 8192, 1, 2),
                        new IoUsage(new Device(7, 0), 0, 0, 0, 0),
                        new IoUsage(new Device(8, 16), 1, 2, 3, 4));
    }

    @Test
    void readsWhatWentToDevicesOnV1() {
        file("blkio.throttle.io_service_bytes_recursive", """
            254:0 Read 4096
            254:0 Write 8192
            254:0 Sync 8192
            254:0 Async 4096
            254:0 Discard 0
            254:0 Total 12288
            Total 12288
            """);
        file("blkio.throttle.io_serviced_recursive", "254:0 Read 1\n254:0 Write 2\n254:0 Total 3\nTotal 3\n");
        assertThat(usage(CgroupVersion.V1).io()).containsExactly(new IoUsage(new Device(254, 0), 4096, 8192, 1, 2));
    }
}

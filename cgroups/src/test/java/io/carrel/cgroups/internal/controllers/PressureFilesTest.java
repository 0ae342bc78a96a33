package io.carrel.cgroups.internal.controllers;

import static org.assertj.core.api.Assertions.assertThat;

import io.carrel.cgroups.limits.CgroupVersion;
import io.carrel.cgroups.usage.Pressure;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PressureFilesTest extends SampleFiles {

    @Test
    void readsPressure() {
        file("cpu.pressure", """
            some avg10=12.34 avg60=0.05 avg300=1.00 total=6512
            full avg10=0.00 avg60=0.00 avg300=100.00 total=12
            """);
        file("io.pressure", "some avg10=0.00 avg60=0.00 avg300=0.00 total=0\n");
        assertThat(usage(CgroupVersion.V2).pressure().cpu())
                .contains(new Pressure(
                        new Pressure.Share(12.34, 0.05, 1, 6512), Optional.of(new Pressure.Share(0, 0, 100, 12))));
        assertThat(usage(CgroupVersion.V2).pressure().io())
                .contains(new Pressure(new Pressure.Share(0, 0, 0, 0), Optional.empty()));
        assertThat(usage(CgroupVersion.V2).pressure().memory()).isEmpty();
    }

    @Test
    void v1HasNone() {
        file("cpu.pressure", "some avg10=0.00 avg60=0.00 avg300=0.00 total=0\n");
        assertThat(usage(CgroupVersion.V1).pressure().cpu()).isEmpty();
    }
}

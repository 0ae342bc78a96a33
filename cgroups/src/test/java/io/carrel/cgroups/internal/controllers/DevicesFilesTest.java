package io.carrel.cgroups.internal.controllers;

import static org.assertj.core.api.Assertions.assertThat;

import io.carrel.cgroups.limits.CgroupVersion;
import io.carrel.cgroups.limits.DeviceRule;
import io.carrel.cgroups.limits.DeviceRules;
import io.carrel.cgroups.limits.Limits;
import java.util.List;
import org.junit.jupiter.api.Test;

class DevicesFilesTest extends SampleFiles {

    private static final DeviceRules SET = new DeviceRules(DeviceRule.defaults());

    @Test
    void noFileIsWritten() {
        assertThat(v1(b -> b.devices(DeviceRule.defaults()))).isEmpty();
        assertThat(v2(b -> b.devices(DeviceRule.defaults()))).isEmpty();
    }

    @Test
    void whatV1AllowsIsRead() {
        file("devices.list", "c 1:3 rwm\nb 8:* r\n");
        assertThat(read(CgroupVersion.V1)).hasToString("devices=deny a *:* rwm; c 1:3 rwm; b 8:* r");
        isRefused(CgroupVersion.V1, "devices.list", "c 1:3");
    }

    @Test
    void whatTheKernelDoesNotShowIsWhatWasSet() {
        file("devices.list", "a *:* rwm\n");
        assertThat(read(CgroupVersion.V1).isEmpty()).isTrue();
        Limits remembered = ReadBack.of(
                List.of(group(CgroupVersion.V1)), Remembered.NOTHING.with(limits(b -> b.devices(SET.rules()))));
        assertThat(remembered.all()).containsExactly(SET);
    }
}

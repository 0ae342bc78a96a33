package io.carrel.linux.launch;

import static org.assertj.core.api.Assertions.assertThat;

import io.carrel.linux.Errno;
import io.carrel.linux.ResourceUsage;
import io.carrel.linux.program.Report;
import io.carrel.linux.uapi.Struct;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class MessageTest {

    @Test
    void readsAFailure() {
        byte[] report = Struct.ofSize(Report.SIZE)
                .u64(0x8002c8)
                .u64(-2)
                .u64(Report.Phase.FAILED.ordinal())
                .u32(4711)
                .toBytes();
        assertThat(Message.parse(report, report.length)).hasValueSatisfying(message -> {
            assertThat(message.phase()).isEqualTo(Report.Phase.FAILED);
            assertThat(message.failure().instruction()).isEqualTo(0x8002c8);
            assertThat(message.failure().errno()).isEqualTo(Errno.ENOENT);
            assertThat(message.processes().first()).isEqualTo(4711);
            assertThat(message.processes().launcherStays()).isFalse();
        });
    }

    @Test
    void readsTheEndOfACommand() {
        byte[] report = Struct.ofSize(Report.SIZE)
                .skip(16)
                .u64(Report.Phase.EXITED.ordinal())
                .u64(4711)
                .u64(1)
                .u64(3 << 8)
                .u64(1)
                .u64(500_000)
                .u64(0)
                .u64(250_000)
                .u64(2048)
                .toBytes();
        assertThat(Message.parse(report, report.length)).hasValueSatisfying(message -> {
            assertThat(message.phase()).isEqualTo(Report.Phase.EXITED);
            assertThat(message.processes().launcherStays()).isTrue();
            assertThat(message.waitStatus()).isEqualTo(0x300);
            assertThat(message.usage())
                    .isEqualTo(new ResourceUsage(Duration.ofMillis(1500), Duration.ofMillis(250), 2048 * 1024));
        });
    }

    @Test
    void isEmptyWhereTheProgramSaidNothing() {
        assertThat(Message.parse(new byte[Report.SIZE], 0)).isEmpty();
    }

    @Test
    void isEmptyWhereTheMessageIsCutOff() {
        assertThat(Message.parse(new byte[Report.SIZE], Report.SIZE - 1)).isEmpty();
    }
}

package io.carrel.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KernelVersionTest {

    @ParameterizedTest
    @CsvSource({
        "6.1.0-56-cloud-amd64, 6, 1",
        "5.10.0-30-arm64, 5, 10",
        "6.18.44-fc-v782, 6, 18",
        "5.15.167.4-microsoft-standard-WSL2, 5, 15",
        "6.12.0-55.el10.x86_64, 6, 12",
        "7.0-rc1+, 7, 0",
        "6.6, 6, 6",
    })
    void readsWhatUnamePrints(String release, int major, int minor) {
        assertThat(KernelVersion.parse(release)).isEqualTo(new KernelVersion(major, minor));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "6", "v6.1", "linux", "6.x", ".1", "99999999999.1"})
    void refusesWhatIsNoRelease(String release) {
        assertThatThrownBy(() -> KernelVersion.parse(release))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("not a kernel release: \"" + release + "\"");
    }

    @Test
    void ordersNumbersAsNumbers() {
        assertThat(KernelVersion.parse("5.4")).isLessThan(KernelVersion.OLDEST_SUPPORTED);
        assertThat(KernelVersion.parse("6.1")).isGreaterThan(KernelVersion.OLDEST_SUPPORTED);
        assertThat(KernelVersion.parse("5.10.1")).isEqualByComparingTo(KernelVersion.OLDEST_SUPPORTED);
    }

    @Test
    void printsBothNumbers() {
        assertThat(KernelVersion.OLDEST_SUPPORTED).hasToString("5.10");
    }

    @Test
    @Tag("kernel")
    void currentIsTheRunningKernel() throws IOException {
        assertThat(KernelVersion.current())
                .isEqualTo(KernelVersion.parse(Files.readAllLines(Path.of("/proc/sys/kernel/osrelease"))
                        .get(0)));
    }
}

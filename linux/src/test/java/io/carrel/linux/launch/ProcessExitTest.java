package io.carrel.linux.launch;

import static org.assertj.core.api.Assertions.assertThat;

import io.carrel.linux.ResourceUsage;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProcessExitTest {

    private static final Optional<ResourceUsage> USAGE = Optional.empty();

    @ParameterizedTest
    @CsvSource({"0, 0", "0x100, 1", "0xff00, 255"})
    void hasTheExitCodeInBits8To15(String waitStatus, int exitCode) {
        ProcessExit ending = new ProcessExit(Integer.decode(waitStatus), USAGE);
        assertThat(ending.exitCode()).isEqualTo(exitCode);
        assertThat(ending.signal()).isZero();
    }

    @Test
    void hasTheSignalInTheLowestBits() {
        assertThat(new ProcessExit(15, USAGE).signal()).isEqualTo(15);
    }

    @Test
    void doesNotTakeTheCoreDumpForPartOfTheSignal() {
        assertThat(new ProcessExit(0x80 | 11, USAGE).signal()).isEqualTo(11);
    }
}

package io.carrel.cgroups.internal.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FlatFileTest {

    /** In whole pages, which may have 64 KiB; in huge ones of 2 MiB, 1 GiB and, on aarch64, 16 GiB. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "max",
                "-1",
                "9223372036854771712",
                "9223372036854710272",
                "9223372036852678656",
                "9223372035781033984",
                "9223372019674906624"
            })
    void readsWhatTheKernelWritesInsteadOfALimit(String text) {
        assertThat(FlatFile.number(text)).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void readsTheLargestLimits() {
        assertThat(FlatFile.number("4611686018427387904")).isEqualTo(1L << 62);
        assertThat(FlatFile.number("0")).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"banana", "", "0x10", "-2", "12 34", "99999999999999999999"})
    void takesNothingElseForANumber(String text) {
        assertThatThrownBy(() -> FlatFile.number(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("not a number: \"" + text + "\"");
    }

    @Test
    void aLineThatIsNotThereHasNoNumber() {
        assertThat(FlatFile.value("oom 3\noom_kill 2\n", "oom_kill")).hasValue(2);
        assertThat(FlatFile.value("oom 3\n", "oom_kill")).isEmpty();
        assertThat(FlatFile.value("oom_kill_disable 1\n", "oom_kill")).isEmpty();
    }
}

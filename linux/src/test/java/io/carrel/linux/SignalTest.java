package io.carrel.linux;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SignalTest {

    @ParameterizedTest
    @CsvSource({
        "HUP, 1",
        "INT, 2",
        "ABRT, 6",
        "KILL, 9",
        "USR1, 10",
        "SEGV, 11",
        "USR2, 12",
        "PIPE, 13",
        "TERM, 15",
        "CHLD, 17",
        "CONT, 18",
        "STOP, 19",
        "WINCH, 28",
        "IO, 29",
        "SYS, 31"
    })
    void hasTheKernelsNumber(Signal signal, int number) {
        assertThat(signal.number()).isEqualTo(number);
        assertThat(Signal.of(number)).contains(signal);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 32, 34, 64})
    void isEmptyForOtherNumbers(int number) {
        assertThat(Signal.of(number)).isEmpty();
    }

    @Test
    void thereAreThirtyOne() {
        assertThat(Signal.values()).hasSize(31);
    }
}

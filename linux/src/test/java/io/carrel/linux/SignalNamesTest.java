package io.carrel.linux;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The numbers are those that {@code kill -l} prints. */
class SignalNamesTest {

    @ParameterizedTest
    @CsvSource({
        "SIGTERM, 15",
        "term, 15",
        "SIGQUIT, 3",
        "9, 9",
        "37, 37",
        "SIGRTMIN+3, 37",
        "RTMIN, 34",
        "SIGRTMAX-1, 63",
        "SIGRTMAX, 64",
        "SIGWINCH, 28",
        "SIGPOLL, 29",
        "SIGIOT, 6"
    })
    void isANameOrANumber(String text, int number) {
        assertThat(Signal.numberOf(text)).contains(number);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "65", "-1", "SIG", "SIGNONE", "RTMIN+31", "RTMAX-31", "RTMIN-1", "SIG15", "TERM x"})
    void othersAreRefused(String text) {
        assertThat(Signal.numberOf(text)).isEmpty();
    }
}

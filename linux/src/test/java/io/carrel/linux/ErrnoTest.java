package io.carrel.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ErrnoTest {

    @ParameterizedTest
    @CsvSource({
        "EPERM, 1",
        "ENOENT, 2",
        "EAGAIN, 11",
        "EINVAL, 22",
        "EPIPE, 32",
        "ERANGE, 34",
        "ENOSYS, 38",
        "ELOOP, 40",
        "ENOMSG, 42",
        "EDEADLK, 35",
        "EBFONT, 59",
        "EUSERS, 87",
        "EOPNOTSUPP, 95",
        "ECONNRESET, 104",
        "ETIMEDOUT, 110",
        "EDQUOT, 122",
        "EHWPOISON, 133"
    })
    void knowsTheKernelsNumbers(String name, int number) {
        assertThat(Errno.named(name)).isEqualTo(new Errno(number));
        assertThat(new Errno(number).symbol()).isEqualTo(name);
    }

    @Test
    void describesItselfByNameAndNumber() {
        assertThat(Errno.EPERM).hasToString("EPERM (1)");
    }

    @ParameterizedTest
    @CsvSource({"0, E0", "41, E41", "134, E134", "524, E524"})
    void callsANumberWithoutNameByItsNumber(int number, String symbol) {
        assertThat(new Errno(number).symbol()).isEqualTo(symbol);
    }

    @Test
    void refusesANameThatTheKernelDoesNotHave() {
        assertThatThrownBy(() -> Errno.named("EFOO"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("unknown errno EFOO");
    }
}

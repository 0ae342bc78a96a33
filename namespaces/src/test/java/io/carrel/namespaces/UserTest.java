package io.carrel.namespaces;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UserTest {

    @ParameterizedTest
    @CsvSource({
        "0,                     0,          0",
        "1000,                  1000,       1000",
        "1000:100,              1000,       100",
        "0:65534,               0,          65534",
        "4294967294:4294967294, 4294967294, 4294967294"
    })
    void readsNumbers(String text, long uid, long gid) {
        assertThat(User.parse(text)).isEqualTo(User.of(uid, gid));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "root",
                "1000:",
                ":1000",
                "1:2:3",
                "-1",
                "+1",
                " 1",
                "1 ",
                "0x10",
                "1000:users",
                "12345678901"
            })
    void refusesAnythingElse(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> User.parse(text))
                .withMessage("a user is given as UID or UID:GID, in numbers, was \"%s\"".formatted(text));
    }

    /** To the kernel -1, which is 4294967295, means "leave the id as it is": the command would stay what it was. */
    @ParameterizedTest
    @CsvSource({"-1", "4294967295", "9999999999"})
    void refusesWhatIsNoId(long id) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> User.of(id, 0))
                .withMessage("a user id is 0..4294967294, was " + id);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> User.of(0, id))
                .withMessage("a group id is 0..4294967294, was " + id);
    }

    @Test
    void refusesNumbersThatAreTooLargeInText() {
        assertThatIllegalArgumentException().isThrownBy(() -> User.parse("4294967295"));
        assertThatIllegalArgumentException().isThrownBy(() -> User.parse("0:9999999999"));
    }
}

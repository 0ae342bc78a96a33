package io.carrel.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReferenceTest {

    private static final String DIGEST = "sha256:" + "ab".repeat(32);

    @ParameterizedTest
    @CsvSource({
        "debian,                        debian,                    latest",
        "debian:12,                     debian,                    12",
        "team/app:v1.2,                 team/app,                  v1.2",
        "example.org:5000/team/app,     example.org:5000/team/app, latest",
        "example.org:5000/app:Old_1,    example.org:5000/app,      Old_1",
        "a__b/c-d--e,                   a__b/c-d--e,               latest"
    })
    void readsNameAndTag(String text, String name, String tag) {
        assertThat(Reference.parse(text)).isEqualTo(new Reference(name, tag, null));
    }

    @Test
    void aDigestNeedsNoTag() {
        assertThat(Reference.parse("debian@" + DIGEST).tag()).isEmpty();
        assertThat(Reference.parse("debian:12@" + DIGEST)).hasToString("debian:12@" + DIGEST);
    }

    @ParameterizedTest
    @ValueSource(strings = {"debian:12", "debian:latest", "example.org:5000/team/app:1"})
    void writesWhatItReads(String text) {
        assertThat(Reference.parse(text)).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ":",
                "Debian",
                "debian:",
                "debian:-x",
                "../etc",
                "a//b",
                "/a",
                "a/",
                "a b",
                "a@sha256:12",
                "a\nb"
            })
    void refusesOtherText(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> Reference.parse(text));
    }

    @Test
    void mayLackWhatStandsInFront() {
        Reference full = Reference.parse("example.org/library/debian:12");
        assertThat(Reference.parse("debian:12").abbreviates(full)).isTrue();
        assertThat(Reference.parse("library/debian:12").abbreviates(full)).isTrue();
        assertThat(Reference.parse("ebian:12").abbreviates(full)).isFalse();
        assertThat(Reference.parse("debian:13").abbreviates(full)).isFalse();
    }
}

package io.carrel.fs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ContainerPathTest {

    @ParameterizedTest
    @CsvSource({
        "/,             /",
        "//,            /",
        "/work,         /work",
        "/work/,        /work",
        "//work///src/, /work/src",
        "/a..b/.c,      /a..b/.c",
        "/with space,   /with space"
    })
    void dropsRepeatedAndTrailingSlashes(String given, String expected) {
        assertThat(ContainerPath.of(given).text()).isEqualTo(expected);
        assertThat(ContainerPath.of(given)).hasToString(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "/,                  /",
        "/..,                /",
        "/../../etc/,        /etc",
        "/work/../x/./y//,   /x/y",
        "/a/b/../../../c/.., /",
        "/a..b/.../.c,       /a..b/.../.c"
    })
    void cleansAsDockerDoes(String given, String expected) {
        assertThat(ContainerPath.cleaned(given)).hasToString(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "work", "../work", "..", "."})
    void cleansNoRelativePath(String path) {
        assertThatIllegalArgumentException().isThrownBy(() -> ContainerPath.cleaned(path));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "work", "./work", "../work"})
    void refusesARelativePath(String path) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ContainerPath.of(path))
                .withMessage("a path in a container must be absolute, was \"%s\"".formatted(path));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/..", "/../etc", "/work/..", "/work/../etc", "/.", "/work/./src", "/work/."})
    void refusesPartsThatDoNotName(String path) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ContainerPath.of(path))
                .withMessage("a path in a container must not contain . or .., was \"%s\"".formatted(path));
    }

    @Test
    void refusesANulCharacterWhichTheKernelWouldTakeForTheEnd() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ContainerPath.of("/work\0/etc"))
                .withMessage("a path must not contain a NUL character");
    }

    @Test
    void pathsThatNameTheSamePlaceAreEqual() {
        assertThat(ContainerPath.of("/work//src/")).isEqualTo(ContainerPath.of("/work/src"));
        assertThat(ContainerPath.of("///")).isEqualTo(ContainerPath.ROOT);
        assertThat(ContainerPath.of("/work")).isNotEqualTo(ContainerPath.of("/Work"));
    }

    @Test
    void listsItsNamesAndParentsFromTheTop() {
        ContainerPath path = ContainerPath.of("/a/b/c");
        assertThat(path.names()).containsExactly("a", "b", "c");
        assertThat(path.parents()).containsExactly(ContainerPath.of("/a"), ContainerPath.of("/a/b"));
        assertThat(ContainerPath.of("/a").parents()).isEmpty();
        assertThat(ContainerPath.ROOT.names()).isEmpty();
        assertThat(ContainerPath.ROOT.parents()).isEmpty();
    }

    @Test
    void isKnownWithoutTheLeadingSlash() {
        assertThat(ContainerPath.of("/a/b").relative()).isEqualTo("a/b");
        assertThat(ContainerPath.ROOT.relative()).isEqualTo(".");
    }

    @ParameterizedTest
    @CsvSource({
        "/work,     /work, true",
        "/work/src, /work, true",
        "/work/src, /,     true",
        "/,         /,     true",
        "/,         /work, false",
        "/workshop, /work, false",
        "/etc,      /work, false",
        "/a/work,   /work, false"
    })
    void knowsWhatLiesBelow(String path, String other, boolean expected) {
        assertThat(ContainerPath.of(path).isAtOrBelow(ContainerPath.of(other))).isEqualTo(expected);
    }
}

package io.carrel.fs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class HostPathTest {

    @Test
    void aRelativePathStartsAtTheWorkingDirectory() {
        assertThat(HostPath.of("src")).hasToString(System.getProperty("user.dir", "") + "/src");
        assertThat(HostPath.of(Path.of("src"))).isEqualTo(HostPath.of("src"));
        assertThat(HostPath.of("")).hasToString(System.getProperty("user.dir", ""));
    }

    @Test
    void anAbsolutePathStaysAndBecomesNormal() {
        assertThat(HostPath.of("/a/./b/../c").path()).isEqualTo(Path.of("/a/c"));
        assertThat(HostPath.of("/..").path()).isEqualTo(Path.of("/"));
    }

    @Test
    void refusesANulCharacter() {
        assertThatExceptionOfType(InvalidPathException.class).isThrownBy(() -> HostPath.of("a\0b"));
    }
}

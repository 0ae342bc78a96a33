package io.carrel.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.carrel.fs.Access;
import io.carrel.fs.ContainerPath;
import io.carrel.fs.HostPath;
import io.carrel.fs.Mount;
import io.carrel.fs.Storage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VolumeTest {

    private static Mount.Bind bind(String host, String inside, Access access) {
        return new Mount.Bind(HostPath.of(host), ContainerPath.of(inside), access);
    }

    @Test
    void isWritableAsWithDocker() {
        assertThat(Volume.parse("/srv/out:/out")).isEqualTo(bind("/srv/out", "/out", Access.READ_WRITE));
        assertThat(Volume.parse("/srv/out:/out:rw")).isEqualTo(bind("/srv/out", "/out", Access.READ_WRITE));
    }

    @Test
    void isReadOnlyOnRequest() {
        assertThat(Volume.parse("/srv/in:/in:ro")).isEqualTo(bind("/srv/in", "/in", Access.READ_ONLY));
    }

    @Test
    void mayBeRelativeToTheWorkingDirectory() {
        String here = System.getProperty("user.dir");

        assertThat(Volume.parse("./src:/src")).isEqualTo(bind(here + "/src", "/src", Access.READ_WRITE));
        assertThat(Volume.parse(".:/src")).isEqualTo(bind(here, "/src", Access.READ_WRITE));
    }

    @Test
    void isNamedWithoutASlash() {
        assertThat(Volume.parse("cache:/c:ro"))
                .isEqualTo(new Mount.Volume(Storage.standard(), "cache", ContainerPath.of("/c"), Access.READ_ONLY));
        assertThat(Volume.parse("/c"))
                .isEqualTo(new Mount.Volume(Storage.standard(), "", ContainerPath.of("/c"), Access.READ_WRITE));
    }

    @ParameterizedTest
    @ValueSource(strings = {"data", ":/data", "", "/a:/b:ro:Z"})
    void needsBothSides(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Volume.parse(text))
                .withMessage("a volume is given as HOST:INSIDE or HOST:INSIDE:ro, was \"%s\"", text);
    }

    @Test
    void refusesOptionsItDoesNotKnow() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Volume.parse("/a:/b:z"))
                .withMessage("a volume is mounted ro or rw, not \"z\"");
    }
}

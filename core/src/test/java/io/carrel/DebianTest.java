package io.carrel;

import static org.assertj.core.api.Assertions.assertThat;

import io.carrel.fs.ImageRoot;
import io.carrel.fs.RootFs;
import io.carrel.fs.Storage;
import io.carrel.testing.Inside;
import io.carrel.testing.LoadedImages;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** A Debian, which {@code ci/debian/image} makes, runs as root and as an ordinary user. */
@Tag("kernel")
@EnabledIfSystemProperty(
        named = DebianTest.PROPERTY,
        matches = "/.+",
        disabledReason = "an image made by ci/debian/image is needed")
class DebianTest {

    static final String PROPERTY = "carrel.debian.image";

    @TempDir
    private static Path directory;

    private static Storage storage;

    @BeforeAll
    static void load() {
        storage = LoadedImages.in(directory, PROPERTY);
    }

    @AfterAll
    static void remove() throws IOException, InterruptedException {
        LoadedImages.remove(directory);
    }

    private static ContainerBuilder debian() {
        ImageRoot root = RootFs.image("debian").in(storage);
        return Container.builder().root(root);
    }

    @Test
    void itsProgramsRun() throws InterruptedException {
        assertThat(Inside.run(debian(), "cat /etc/debian_version")).matches("[0-9]+\\.[0-9]+|[a-z]+/sid");
        assertThat(Inside.run(debian(), "dpkg -l")).contains("ii  base-files", "ii  dpkg ", "ii  perl-base");
        assertThat(Inside.run(debian(), "perl -e 'print join \",\", map { $_ * $_ } 1..4'"))
                .isEqualTo("1,4,9,16");
        assertThat(Inside.run(debian(), "id -un; echo $LANG; bash --version | head -n 1"))
                .startsWith("root\nC.UTF-8\nGNU bash");
    }

    @Test
    void itsCommandIsThatOfTheImage() throws Exception {
        try (ContainerProcess shell = debian().build().start()) {
            shell.getOutputStream().write("echo $BASH_VERSION; exit 7\n".getBytes(StandardCharsets.UTF_8));
            shell.getOutputStream().close();
            assertThat(shell.getInputStream().readAllBytes()).asString().contains(".");
            assertThat(shell.waitFor()).isEqualTo(7);
        }
    }

    /** Debian's own check of all files against the checksums of its packages. */
    @Test
    void itsFilesAreThoseOfThePackages() throws InterruptedException {
        ContainerResult result = Inside.attempt(debian(), "dpkg --verify");
        assertThat(result.stderr()).isEmpty();
        assertThat(result.stdout().lines())
                .isNotEmpty() // the second layer of the image removes some
                .allMatch(line -> line.matches("(missing|[?.5]{9}) .*(/usr/share/(doc|man|lintian|bug)|/etc/).*"));
    }

    @Test
    void itsPackagesCanBeRemoved() throws InterruptedException {
        assertThat(Inside.run(debian(), """
                        test -e /usr/share/zoneinfo/UTC
                        DEBIAN_FRONTEND=noninteractive dpkg --force-depends --purge tzdata >/tmp/log 2>&1 || cat /tmp/log
                        test ! -e /usr/share/zoneinfo/UTC
                        dpkg-query -W -f '${db:Status-Status}' tzdata 2>/dev/null || echo gone
                        """)).isEqualTo("gone");
        assertThat(Inside.run(debian(), "dpkg-query -W -f '${db:Status-Status}' tzdata"))
                .isEqualTo("installed");
    }
}

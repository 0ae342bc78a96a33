package io.carrel.fs.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever a container or a layer made can be removed, and nothing else is. */
@Tag("kernel")
class TreeTest {

    @TempDir
    private Path place;

    private void run(String script) throws IOException, InterruptedException {
        Process process = new ProcessBuilder("sh", "-ec", script)
                .directory(place.toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
    }

    @Test
    void removesFilesLinksAndDirectoriesAndSaysHowManyBytes() throws Exception {
        run(
                "mkdir -p t/a/b; echo 12345 > t/a/f; head -c 1000 /dev/zero > t/g; ln -s /etc t/l; mkfifo t/p;"
                        + " touch \"$(printf 't/caf\\351')\"; mkdir \"$(printf 't/d\\377')\"; touch \"$(printf 't/d\\377/x')\"");

        assertThat(Tree.delete(place.resolve("t"))).isEqualTo(1006);
        assertThat(place).isEmptyDirectory();
    }

    @Test
    void followsNoLink() throws Exception {
        run("mkdir -p outside t; echo kept > outside/f; ln -s ../outside t/l; ln -s outside top");

        Tree.delete(place.resolve("t"));
        Tree.delete(place.resolve("top"));
        assertThat(place.resolve("outside/f")).hasContent("kept");
        try (var files = Files.list(place)) {
            assertThat(files).containsExactly(place.resolve("outside"));
        }
    }

    /** Deeper than descriptors, stacks or paths go. */
    @Test
    @Tag("long")
    void removesWhatLiesDeep() throws Exception {
        run(
                "mkdir t; cd t; perl -e 'for (1..3000) { mkdir \"d\"; chdir \"d\"; open(F, \">f\"); print F \"x\\n\"; close(F) }'");

        assertThat(Tree.delete(place.resolve("t"))).isEqualTo(6000);
        assertThat(place).isEmptyDirectory();
    }

    @Test
    void opensDirectoriesThatAreClosedToTheirOwner() throws Exception {
        run("mkdir -p t/none/below t/read t/write; touch t/none/below/f t/read/f t/write/f;"
                + " chmod 0 t/none/below t/none; chmod 500 t/read; chmod 300 t/write; chmod 0 t");

        Tree.delete(place.resolve("t"));
        assertThat(place).isEmptyDirectory();
    }

    @Test
    void liftsDirectoriesThatAreClosedToTheirOwner() throws Exception {
        run("mkdir t; cd t; i=0; while [ $i -lt 40 ]; do mkdir d; cd -P ./d; touch f; i=$((i+1)); done;"
                + " while [ $i -gt 0 ]; do chmod 500 .; cd -P ..; i=$((i-1)); done");

        Tree.delete(place.resolve("t"));
        assertThat(place).isEmptyDirectory();
    }

    @Test
    void removesASingleFileAndNothing() throws Exception {
        run("echo 12 > f");

        assertThat(Tree.delete(place.resolve("f"))).isEqualTo(3);
        assertThat(Tree.delete(place.resolve("f"))).isZero();
    }
}

package io.carrel.images;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What umoci and skopeo make can be loaded, and what we make they can read. */
@Tag("root")
@Tag("long")
class ImageToolsRootTest {

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path temp;

    private ImageStore store;

    /** An image with two layers, made by umoci: busybox, and in the second a file in place of a removed one. */
    @BeforeEach
    @SuppressWarnings("NullAway.Init")
    void make() throws IOException, InterruptedException {
        store = ImageStore.open(temp.resolve("store"));
        run("umoci", "init", "--layout", "made");
        run("umoci", "new", "--image", "made:1");
        run("umoci", "unpack", "--image", "made:1", "bundle");
        Path root = temp.resolve("bundle/rootfs");
        Files.createDirectories(root.resolve("bin"));
        Files.copy(Path.of("/bin/busybox"), root.resolve("bin/busybox"));
        Files.writeString(root.resolve("old"), "old");
        run("umoci", "repack", "--refresh-bundle", "--image", "made:1", "bundle");
        Files.delete(root.resolve("old"));
        Files.writeString(root.resolve("new"), "new");
        run("umoci", "repack", "--image", "made:1", "bundle");
        run("umoci", "config", "--image", "made:1", "--config.cmd", "/bin/busybox", "--config.env", "A=B");
    }

    private String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .directory(temp.toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as("%s: %s", List.of(command), output).isZero();
        return output;
    }

    @Test
    void loadsWhatUmociMakes() throws IOException {
        Image image = store.load(temp.resolve("made")).get(0);
        assertThat(image).hasToString("made:1");
        assertThat(image.config().command()).containsExactly("/bin/busybox");
        assertThat(image.config().environment()).contains("A=B");
        assertThat(image.layers()).hasSize(2);
        assertThat(image.layers().get(0).resolve("bin/busybox")).hasSameBinaryContentAs(Path.of("/bin/busybox"));
        assertThat(image.layers().get(1).resolve("new")).hasContent("new");
        // The deletion, as overlayfs has it.
        assertThat(Files.getAttribute(image.layers().get(1).resolve("old"), "unix:rdev"))
                .isEqualTo(0L);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "docker-archive:out:app:1",
                "oci-archive:out:app:1",
                "oci:out:app:1",
                "oci:out",
                "oci-archive:out"
            })
    void loadsWhatSkopeoMakes(String target) throws IOException, InterruptedException {
        run("skopeo", "copy", "oci:made:1", target);
        Image image = store.load(temp.resolve("out")).get(0);
        assertThat(image.layers()).hasSize(2);
        assertThat(image.reference().map(Reference::tag))
                .isEqualTo(target.endsWith("1") ? java.util.Optional.of("1") : java.util.Optional.empty());
        assertThat(store.verify().isSound()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "zstd"})
    void loadsCompressedArchives(String program) throws IOException, InterruptedException {
        run("skopeo", "copy", "oci:made:1", "docker-archive:out.tar:app:1");
        run(program, "out.tar");
        Path compressed = temp.resolve(program.equals("gzip") ? "out.tar.gz" : "out.tar.zst");
        assertThat(store.load(compressed).get(0).layers()).hasSize(2);
    }

    @Test
    void loadsLayersThatAreCompressedByZstd() throws IOException, InterruptedException {
        run("skopeo", "copy", "--dest-compress-format", "zstd", "--dest-compress", "oci:made:1", "dir:plain");
        run("skopeo", "copy", "--dest-compress-format", "zstd", "--dest-compress", "dir:plain", "oci:out:app:1");
        assertThat(store.load(temp.resolve("out")).get(0).layers()).hasSize(2);
    }

    @Test
    void skopeoReadsTheStoreItself() throws IOException, InterruptedException {
        store.load(temp.resolve("made"));
        String config = run("skopeo", "inspect", "--config", "oci:" + store.directory() + ":made:1");
        assertThat(config).contains("/bin/busybox");
        run("skopeo", "copy", "oci:" + store.directory() + ":made:1", "oci:copy:x");
        run("umoci", "unpack", "--image", "copy:x", "copied");
        assertThat(temp.resolve("copied/rootfs/new")).hasContent("new");
    }

    @ParameterizedTest
    @ValueSource(strings = {"docker-archive", "oci-archive", "oci"})
    void skopeoAndUmociReadWhatIsSaved(String kind) throws IOException, InterruptedException {
        Image base = store.load(temp.resolve("made")).get(0);
        Path upper = Files.createDirectory(temp.resolve("upper"));
        Files.writeString(upper.resolve("committed"), "yes");
        Image image = store.commit(base, upper, NewImage.of().named(Reference.parse("app:2")));
        SaveFormat format = switch (kind) {
            case "docker-archive" -> SaveFormat.DOCKER;
            case "oci-archive" -> SaveFormat.OCI;
            default -> SaveFormat.OCI_DIRECTORY;
        };
        store.save(List.of(image, base), format, temp.resolve("saved"), bytes -> {});
        run("skopeo", "copy", kind + ":saved:app:2", "oci:copy:x");
        run("umoci", "unpack", "--image", "copy:x", "unpacked");
        Path root = temp.resolve("unpacked/rootfs");
        assertThat(root.resolve("committed")).hasContent("yes");
        assertThat(root.resolve("new")).hasContent("new");
        assertThat(root.resolve("old")).doesNotExist();

        ImageStore other = ImageStore.open(temp.resolve("other"));
        assertThat(other.load(temp.resolve("saved")))
                .extracting(Image::digest)
                .containsExactly(image.digest(), base.digest());
    }
}

package io.carrel.images;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carrel.fs.internal.Tree;
import io.carrel.images.compression.Compression;
import io.carrel.images.layers.Digest;
import io.carrel.linux.NotFoundException;
import io.carrel.linux.RefusedContentException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("kernel")
class ImageStoreTest {

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path temp;

    private ImageStore store;

    @BeforeEach
    @SuppressWarnings("NullAway.Init")
    void open() {
        store = ImageStore.open(temp.resolve("store"));
    }

    private Image load(String name, String... texts) throws IOException {
        Path directory = temp.resolve("made-" + System.nanoTime());
        return store.load(TestImage.of(directory, name, texts)).get(0);
    }

    @Test
    void hasWhatWasLoaded() throws IOException {
        Image image = load("app:1", "a", "b");
        assertThat(store.images()).singleElement().hasToString("app:1");
        assertThat(store.image("app:1").digest()).isEqualTo(image.digest());
        assertThat(image.layers())
                .hasSize(2)
                .allSatisfy(layer -> assertThat(layer.resolve("text")).exists());
        assertThat(image.layers().get(0).resolve("text")).hasContent("a");
        assertThat(store.verify().isSound()).isTrue();
    }

    @Test
    void aLayerThatOccursTwiceIsThereOnce() throws IOException {
        assertThat(load("app:1", "a", "b", "a").layers())
                .extracting(layer -> Files.readString(layer.resolve("text"), UTF_8))
                .containsExactly("b", "a");
    }

    @Test
    void layersAreSharedByImages() throws IOException {
        Image one = load("one:latest", "a", "b");
        Image two = load("two:latest", "a", "c");
        Path alone = one.layers().get(1);
        assertThat(one.layers().get(0)).isEqualTo(two.layers().get(0));
        store.remove("one", false);
        assertThat(two.layers()).allSatisfy(layer -> assertThat(layer).isDirectory());
        assertThat(alone).doesNotExist();
    }

    @Test
    void aNameMovesFromImageToImage() throws IOException {
        Image old = load("app:latest", "old");
        Image fresh = load("app:latest", "new");
        assertThat(store.image("app").digest()).isEqualTo(fresh.digest());
        assertThat(store.images()).hasSize(2);
        assertThat(store.image(old.id().hex().substring(0, 12)).reference()).isEmpty();
        assertThat(store.prune(false).blobs()).isEqualTo(3);
        assertThat(store.images()).singleElement().hasToString("app:latest");
        assertThat(store.verify().blobs()).isEqualTo(3);
    }

    @Test
    void namesAreGivenAndTaken() throws IOException {
        Image image = load("app:latest", "x");
        store.tag(image, Reference.parse("other:2"));
        assertThat(store.images()).extracting(Image::toString).containsExactly("app:latest", "other:2");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> store.remove(image.id().hex(), false))
                .withMessageContaining("several names");
        assertThat(store.remove("app", false).isGone()).isFalse();
        assertThat(store.untag(Reference.parse("other:2"))).isTrue();
        assertThat(store.untag(Reference.parse("other:2"))).isFalse();
        assertThat(store.remove(image.id().hex(), false).isGone()).isTrue();
        assertThat(store.verify().blobs()).isZero();
    }

    @Test
    void aNameMayLackItsBeginningIfItIsClear() throws IOException {
        load("example.org/team/app:1", "x");
        assertThat(store.image("app:1")).hasToString("example.org/team/app:1");
        load("example.org/other/app:1", "y");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> store.image("app:1"))
                .withMessageContaining("may be one of");
        assertThatExceptionOfType(NotFoundException.class)
                .isThrownBy(() -> store.image("nothing"))
                .withMessage("there is no image nothing");
    }

    @Test
    void whatWeDoNotKnowSurvivesANewName() throws IOException {
        TestImage made = new TestImage(temp.resolve("made"));
        Descriptor manifest = made.manifest(Platform.current(), "x");
        made.name(manifest, "app:1");
        store.load(made.directory);
        Path index = store.directory().resolve("index.json");
        String text = Files.readString(index).replace("\"size\" :", "\"artifactType\" : \"a/b\", \"size\" :");
        Files.writeString(index, text);
        store.tag(store.image("app:1"), Reference.parse("app:2"));
        assertThat(Files.readString(index)).containsSubsequence("a/b", "app:1", "a/b", "app:2");
    }

    @Test
    void aLeaseKeepsWhatHasNoName() throws IOException {
        Image image = load("app:latest", "x");
        List<Path> layers = image.layers();
        try (ImageLease lease = image.lease()) {
            String self = Long.toString(ProcessHandle.current().pid());
            assertThatExceptionOfType(ImageInUseException.class)
                    .isThrownBy(() -> store.remove("app", false))
                    .withMessageContaining("the image app is in use by the process " + self)
                    .satisfies(refused ->
                            assertThat(refused.users()).containsExactly(new ImageUser(ImageUser.Kind.PROCESS, self)));
            assertThat(store.find(Reference.parse("app"))).isPresent();
            store.remove("app", true);
            store.prune(true);
            assertThat(layers.get(0).resolve("text")).hasContent("x");
        }
        store.prune(false);
        assertThat(layers.get(0)).doesNotExist();
    }

    @Test
    void choosesThePlatform() throws IOException {
        TestImage made = new TestImage(temp.resolve("made"));
        Platform other = new Platform("linux", "riscv64", "");
        Descriptor here = TestImage.on(made.manifest(Platform.current(), "here"), Platform.current());
        Descriptor there = TestImage.on(made.manifest(other, "there"), other);
        made.name(made.index(List.of(there, here)), "app:1");
        store.load(made.directory);
        assertThat(store.image("app:1").platform()).isEqualTo(Platform.current());
        assertThat(store.image("app:1", other).digest()).isEqualTo(there.digest());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> store.image("app:1", new Platform("linux", "mips", "")))
                .withMessageContaining("riscv64");
        store.load(made.directory, LoadOptions.DEFAULT.platform(other).named(Reference.parse("alone")));
        assertThat(store.image("alone").digest()).isEqualTo(there.digest());
    }

    @Test
    void commitsAnUpperDirectory() throws IOException {
        Image base = load("app:latest", "x");
        Path upper = Files.createDirectory(temp.resolve("upper"));
        Files.writeString(upper.resolve("new"), "made in a container");
        for (Compression compression : Compression.values()) {
            Image image = store.commit(
                    base,
                    upper,
                    NewImage.of()
                            .named(Reference.parse("app:2"))
                            .author("me")
                            .message("why")
                            .compression(compression)
                            .change(defaults -> defaults.withCommand(List.of("/new"))));
            assertThat(image.layers()).hasSize(2);
            assertThat(image.layers().get(1).resolve("new")).hasContent("made in a container");
            assertThat(image.config().command()).containsExactly("/new");
            assertThat(image.history()).singleElement().satisfies(step -> {
                assertThat(step.author()).isEqualTo("me");
                assertThat(step.comment()).isEqualTo("why");
            });
        }
        assertThat(store.verify().isSound()).isTrue();
    }

    /** Builders note there what SHELL said. */
    @Test
    void aCommandForTheShellIsForTheOneThatTheImageNames() throws IOException {
        TestImage made = new TestImage(temp.resolve("made"));
        byte[] layer = TestImage.layer("x");
        String config = """
                {"architecture": "%s", "os": "linux", "config": {"Shell": ["/bin/bash", "-ec"]},
                 "rootfs": {"type": "layers", "diff_ids": ["%s"]}}""".formatted(Platform.current().architecture(), Digest.of(layer));
        List<Descriptor> layers = List.of(made.blob("application/vnd.oci.image.layer.v1.tar", layer));
        made.name(made.manifest(made.blob(MediaTypes.CONFIG, config), layers), "app:1");
        Image base = store.load(made.directory).get(0);
        Path upper = Files.createDirectory(temp.resolve("upper"));
        NewImage settings =
                NewImage.of().instructions(List.of("ENTRYPOINT exec app", "CMD [\"a\"]", "HEALTHCHECK CMD x"));
        ImageConfig changed = store.commit(base, upper, settings).config();
        assertThat(changed.entrypoint()).containsExactly("/bin/bash", "-ec", "exec app");
        assertThat(changed.command()).containsExactly("a");
    }

    @Test
    void importsArchivesAndDirectories() throws IOException {
        Path archive = temp.resolve("root.tar");
        Files.write(archive, TestImage.tar(Map.of("etc/motd", "hi".getBytes(UTF_8))));
        Image fromArchive = store.importRoot(archive, NewImage.of().named(Reference.parse("a")));
        assertThat(fromArchive.layers().get(0).resolve("etc/motd")).hasContent("hi");
        Image fromDirectory =
                store.importRoot(fromArchive.layers().get(0), NewImage.of().named(Reference.parse("b")));
        assertThat(fromDirectory.layers().get(0).resolve("etc/motd")).hasContent("hi");
        assertThat(store.directory().resolve("tmp")).isEmptyDirectory();
    }

    @Test
    void verificationFindsDamage() throws IOException {
        Image image = load("app:latest", "x");
        Path layer = store.directory()
                .resolve("blobs/sha256")
                .resolve(image.manifest().layers().get(0).digest().hex());
        byte[] bytes = Files.readAllBytes(layer);
        bytes[700] ^= 1;
        Files.write(layer, bytes);
        assertThat(store.verify().damages())
                .singleElement()
                .satisfies(damage ->
                        assertThat(damage.place()).contains(layer.getFileName().toString()));
        Files.delete(layer);
        assertThat(store.verify().damages())
                .singleElement()
                .satisfies(damage -> assertThat(damage.reason()).contains("missing"));
    }

    @Test
    void verificationComparesUnpackedLayers() throws IOException {
        Image image = load("app:latest", "one", "two");
        Path layer = image.layers().get(0);
        assertThat(store.verify().layers()).isEqualTo(2);
        Path text = layer.resolve("text");
        FileTime time = Files.getLastModifiedTime(text);
        Files.writeString(text, "eno");
        Files.setLastModifiedTime(text, time);
        assertLayerIsDamaged(layer, "text has another content");
        Files.writeString(text, "longer");
        assertLayerIsDamaged(layer, "text has 6 bytes and not 3");
        Files.delete(text);
        assertLayerIsDamaged(layer, "text is missing");
        Files.createSymbolicLink(text, Path.of("/etc/passwd"));
        assertLayerIsDamaged(layer, "text has the mode");

        Tree.delete(layer);
        assertThat(image.layers().get(0).resolve("text")).hasContent("one");
        Files.createFile(layer.resolve("more"));
        assertLayerIsDamaged(layer, "more does not belong to it");
        assertThat(store.directory().resolve("tmp")).isEmptyDirectory();
    }

    private void assertLayerIsDamaged(Path layer, String reason) {
        assertThat(store.verify().damages()).singleElement().satisfies(damage -> {
            assertThat(damage.place())
                    .startsWith("unpacked layer sha256:")
                    .endsWith(layer.getFileName().toString());
            assertThat(damage.reason()).contains(reason);
            assertThat(damage.remedy()).contains("Remove " + layer);
        });
    }

    @Test
    void aDamagedImageHidesNoOther() throws IOException {
        Image bad = load("bad:1", "bad", "shared");
        Image good = load("good:1", "good", "shared");
        List<Path> layers = bad.layers();
        Path config = store.directory().resolve("blobs/sha256").resolve(bad.id().hex());
        Files.writeString(config, "{}");

        assertThat(store.images()).singleElement().hasToString("good:1");
        assertThat(store.inventory().damages()).singleElement().satisfies(damage -> {
            assertThat(damage.place()).isEqualTo("bad:1");
            assertThat(damage.reason()).contains(bad.id().toString());
            assertThat(damage.remedy()).contains("Load the image again");
        });
        assertThat(store.image(good.id().hex()).toString()).isEqualTo("good:1");
        assertThatThrownBy(() -> store.image("bad:1"))
                .isInstanceOf(RefusedContentException.class)
                .hasMessageContaining("bad:1")
                .hasMessageContaining("load it again, or remove it");
        store.prune(false);
        assertThat(layers).allSatisfy(layer -> assertThat(layer).isDirectory());
        assertThat(config).exists();

        assertThat(store.remove("bad:1", false).isGone()).isTrue();
        assertThat(config).doesNotExist();
        assertThat(layers.get(0)).doesNotExist();
        assertThat(store.inventory().damages()).isEmpty();
        assertThat(store.verify().isSound()).isTrue();
    }

    @Test
    void manyThreadsLoadAndUseTheSameStore() throws IOException {
        List<Path> layouts =
                IntStream.range(0, 4).mapToObj(i -> temp.resolve("l" + i)).toList();
        for (Path layout : layouts) {
            TestImage.of(layout, layout.getFileName() + ":1", "shared", layout.toString());
        }
        IntStream.range(0, 40).parallel().forEach(i -> {
            Image image = ImageStore.open(store.directory())
                    .load(layouts.get(i % layouts.size()))
                    .get(0);
            try (ImageLease lease = image.lease()) {
                assertThat(image.layers()).hasSize(2);
                if (i % 10 == 0) {
                    store.prune(false);
                }
                assertThat(image.layers()).allSatisfy(layer -> assertThat(layer).isDirectory());
            }
        });
        assertThat(store.images()).hasSize(4);
        assertThat(store.verify().isSound()).isTrue();
        assertThat(store.directory().resolve("tmp")).isEmptyDirectory();
    }
}

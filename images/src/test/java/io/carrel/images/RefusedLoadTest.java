package io.carrel.images;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.carrel.images.compression.Compression;
import io.carrel.images.layers.Digest;
import io.carrel.images.layers.LayerLimits;
import io.carrel.linux.RefusedContentException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A name stays with its image when another one that comes under that name is refused. */
@Tag("kernel")
class RefusedLoadTest {

    private static final String LAYER = "application/vnd.oci.image.layer.v1.tar";
    private static final Platform OTHER = new Platform("linux", "riscv64", "");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path temp;

    private ImageStore store;
    private Image good;

    @BeforeEach
    @SuppressWarnings("NullAway.Init")
    void load() throws IOException {
        store = ImageStore.open(temp.resolve("store"));
        good = store.load(TestImage.of(temp.resolve("good"), "x:latest", "good"))
                .get(0);
    }

    static Stream<Arguments> layers() throws IOException {
        byte[] sound = TestImage.layer("bad");
        return Stream.of(
                Arguments.of("another layer", sound, Digest.of(TestImage.layer("other")), "without compression"),
                Arguments.of("a link to a lower layer", linked("nowhere"), null, "does not have before it"),
                Arguments.of("an unknown type", typed((byte) '9'), null, "unknown type '9'"),
                Arguments.of("a name that climbs", TestImage.tar(Map.of("../a", new byte[0])), null, "upwards"),
                Arguments.of("cut", Arrays.copyOf(sound, 700), null, "archive"),
                Arguments.of(
                        "cut gzip",
                        Arrays.copyOf(gzip(sound), 60),
                        Digest.of(sound),
                        "(GZIP) is damaged: it ends too early"),
                Arguments.of("xz", new byte[] {(byte) 0xfd, '7', 'z', 'X', 'Z', 0, 0, 0}, null, "xz"));
    }

    private static byte[] gzip(byte[] content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = Compression.GZIP.compress(bytes)) {
            out.write(content);
        }
        return bytes.toByteArray();
    }

    private static byte[] linked(String target) throws IOException {
        return entry(new TarArchiveEntry("link", TarArchiveEntry.LF_LINK), target);
    }

    private static byte[] typed(byte type) throws IOException {
        return entry(new TarArchiveEntry("odd", type), "");
    }

    private static byte[] entry(TarArchiveEntry entry, String target) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
            entry.setLinkName(target);
            tar.putArchiveEntry(entry);
            tar.closeArchiveEntry();
        }
        return bytes.toByteArray();
    }

    /** The second layer is bad, and the first one sound. */
    private TestImage bad(byte[] archive, Digest diffId, Platform platform) throws IOException {
        TestImage bad = new TestImage(temp.resolve("bad"));
        Descriptor first = bad.blob(LAYER, TestImage.layer("sound"));
        Descriptor second = bad.blob(LAYER, archive);
        ImageConfig config =
                new ImageConfig(platform, null, "", ImageDefaults.NONE, List.of(first.digest(), diffId), List.of());
        Descriptor manifest = bad.manifest(bad.blob(MediaTypes.CONFIG, config.format()), List.of(first, second));
        return bad.name(manifest, "x:latest");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("layers")
    void aRefusedLoadChangesNothing(String what, byte[] archive, Digest diffId, String reason) throws IOException {
        TestImage bad = bad(archive, diffId == null ? Digest.of(archive) : diffId, Platform.current());
        List<Path> before = files();
        assertThatExceptionOfType(RefusedContentException.class)
                .as(what)
                .isThrownBy(() -> store.load(bad.directory))
                .withMessageContaining(reason);
        assertOnlyTheGoodOne(before);
        store.prune(false);
        assertOnlyTheGoodOne(before);
    }

    private void assertOnlyTheGoodOne(List<Path> files) throws IOException {
        assertThat(files()).isEqualTo(files);
        assertThat(store.images()).singleElement().hasToString("x:latest");
        assertThat(store.image("x").digest()).isEqualTo(good.digest());
        assertThat(store.image("x").layers().get(0).resolve("text")).hasContent("good");
        assertThat(store.verify().damages()).isEmpty();
    }

    /** Blobs and layers; marks of what is not on disk yet go by themselves. */
    private List<Path> files() throws IOException {
        try (Stream<Path> blobs = Files.walk(store.directory().resolve("blobs"));
                Stream<Path> layers = Files.walk(store.directory().resolve("layers"))) {
            return Stream.concat(blobs, layers).sorted().toList();
        }
    }

    @Test
    void anImageForAnotherPlatformIsComparedToo() throws IOException {
        List<Path> before = files();
        TestImage bad = bad(TestImage.layer("bad"), Digest.of(new byte[0]), OTHER);
        assertThatExceptionOfType(RefusedContentException.class)
                .isThrownBy(() -> store.load(bad.directory))
                .withMessageContaining("without compression");
        assertOnlyTheGoodOne(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\0", "A"})
    void anArchiveThatWouldFillTheDiskIsRefused(String byteInIt) throws IOException {
        List<Path> before = files();
        byte[] tar = TestImage.tar(Map.of("blobs/x", byteInIt.repeat(20 << 20).getBytes(UTF_8)));
        LoadOptions options = LoadOptions.DEFAULT.limits(new LayerLimits(10, 64 << 20, 64 << 20, 1 << 16));
        byte[] archive = gzip(tar);
        assertThatExceptionOfType(RefusedContentException.class)
                .isThrownBy(() -> store.load(new ByteArrayInputStream(archive), options))
                .withMessageContaining("over 200 for each, as if it were made to fill a disk");
        assertOnlyTheGoodOne(before);
        assertThat(store.directory().resolve("tmp")).isEmptyDirectory();
    }

    @Test
    void aRefusedImportChangesNothing() throws IOException {
        List<Path> before = files();
        NewImage settings = NewImage.of().named(Reference.parse("x:latest"));
        byte[] cut = Arrays.copyOf(TestImage.layer("cut"), 700);
        assertThatExceptionOfType(RefusedContentException.class)
                .isThrownBy(() -> store.importRoot(new ByteArrayInputStream(cut), settings));
        assertOnlyTheGoodOne(before);
    }

    /** Stores may hold such images, as they could once be loaded, or other tools wrote them. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("layers")
    void verificationCallsUnsoundWhatCannotBeUnpacked(String what, byte[] archive, Digest diffId, String reason)
            throws IOException {
        for (Platform platform : List.of(Platform.current(), OTHER)) {
            TestImage bad = bad(archive, diffId == null ? Digest.of(archive) : diffId, platform);
            put(bad, store.directory());
            boolean isFound = platform.equals(Platform.current()) || diffId != null || what.equals("xz");
            assertThat(store.verify().damages())
                    .as(what)
                    .hasSize(isFound ? 1 : 0)
                    .allSatisfy(damage -> {
                        assertThat(damage.place()).isEqualTo("blob " + Digest.of(archive));
                        assertThat(damage.reason()).contains("cannot be unpacked", reason);
                    });
        }
        assertThat(store.directory().resolve("tmp")).isEmptyDirectory();
    }

    private static void put(TestImage image, Path store) throws IOException {
        try (Stream<Path> blobs = Files.list(image.directory.resolve("blobs/sha256"))) {
            for (Path blob : blobs.toList()) {
                Files.write(store.resolve("blobs/sha256").resolve(blob.getFileName()), Files.readAllBytes(blob));
            }
        }
        Files.write(store.resolve("index.json"), Files.readAllBytes(image.directory.resolve("index.json")));
    }

    @Test
    void whatIsLoadedIsThereHoweverOftenOthersPrune() throws IOException {
        Path layout = TestImage.of(temp.resolve("layout"), "y:1", "one", "two");
        ImageStore other = ImageStore.open(store.directory());
        CompletableFuture<Void> loads = CompletableFuture.runAsync(() -> {
            for (int i = 0; i < 25; i++) {
                assertThat(store.load(layout)).singleElement().hasToString("y:1");
            }
        });
        while (!loads.isDone()) {
            other.prune(true);
        }
        loads.join();
        assertThat(store.verify().damages()).isEmpty();
        assertThat(Files.readString(store.directory().resolve("index.json"), UTF_8))
                .contains("manifests");
    }
}

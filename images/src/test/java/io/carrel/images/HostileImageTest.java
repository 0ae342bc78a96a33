package io.carrel.images;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.carrel.images.layers.Digest;
import io.carrel.linux.RefusedContentException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Images that somebody made to do harm. All are refused, and nothing of them stays. */
class HostileImageTest {

    private static final String MANIFEST = MediaTypes.MANIFEST;
    private static final String D = "sha256:" + "00".repeat(32);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path temp;

    private ImageStore store;
    private TestImage image;

    @BeforeEach
    @SuppressWarnings("NullAway.Init")
    void open() throws IOException {
        store = ImageStore.open(temp.resolve("store"));
        image = new TestImage(temp.resolve("image"));
    }

    static Stream<Arguments> documents() {
        String config =
                "\"config\":{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":2}".formatted(MediaTypes.CONFIG, D);
        return Stream.of(
                Arguments.of("", "not proper JSON"),
                Arguments.of("{", "not proper JSON"),
                Arguments.of("[]", "not an object"),
                Arguments.of("null", "missing"),
                Arguments.of("{} {}", "not proper JSON"),
                Arguments.of("[".repeat(100_000), "not proper JSON"),
                Arguments.of("{\"a\":".repeat(1000) + "1" + "}".repeat(1000), "not proper JSON"),
                Arguments.of("{\"schemaVersion\":2,\"schemaVersion\":2}", "not proper JSON"),
                Arguments.of("{\"schemaVersion\":1,\"fsLayers\":[]}", "schema 1"),
                Arguments.of("{\"schemaVersion\":3}", "version 3"),
                Arguments.of("{\"schemaVersion\":\"2\"}", "not a size"),
                Arguments.of("{\"schemaVersion\":1e999}", "not a size"),
                Arguments.of("{\"schemaVersion\":" + "9".repeat(5000) + "}", "not proper JSON"),
                Arguments.of("{\"schemaVersion\":23333e33333533333333}", "not proper JSON"),
                Arguments.of("{\"config\":[]}", "not an object"),
                Arguments.of("{\"config\":{}}", "config.digest: it is missing"),
                Arguments.of("{\"config\":{\"digest\":\"sha512:00\"}}", "SHA-256"),
                Arguments.of("{\"config\":{\"digest\":\"sha256:../../etc/passwd\"}}", "SHA-256"),
                Arguments.of("{\"config\":{\"digest\":\"" + D + "\",\"size\":-1}}", "not a size"),
                Arguments.of("{\"config\":{\"digest\":\"" + D + "\",\"size\":1.5}}", "not a size"),
                Arguments.of("{" + config + ",\"layers\":{}}", "not an array"),
                Arguments.of("{" + config + ",\"layers\":[7]}", "not an object"),
                Arguments.of("{" + config + ",\"manifests\":[]}", "at the same time"),
                Arguments.of("{" + config + ",\"mediaType\":\"text/html\"}", "not a manifest"),
                Arguments.of("{" + config + ",\"annotations\":{\"a\":1}}", "not a text"),
                Arguments.of("{" + config + "}", "missing"),
                Arguments.of("{\"config\":{\"mediaType\":\"a/b\",\"digest\":\"%s\",\"size\":2}}".formatted(D), "a/b"));
    }

    @ParameterizedTest
    @MethodSource("documents")
    void refusesManifests(String document, String reason) throws IOException {
        image.name(image.blob(MANIFEST, document), "evil:1");
        refuses(reason);
    }

    @Test
    void refusesHugeDocuments() throws IOException {
        byte[] huge = new byte[Json.MOST_BYTES + 1];
        java.util.Arrays.fill(huge, (byte) ' ');
        image.name(image.blob(MANIFEST, huge), "evil:1");
        refuses("too many for a document");
    }

    @Test
    void refusesManyLayers() throws IOException {
        Descriptor config = image.blob(MediaTypes.CONFIG, "{\"rootfs\":{\"diff_ids\":[]}}");
        Descriptor layer = image.blob("application/vnd.oci.image.layer.v1.tar", TestImage.layer("x"));
        image.name(image.manifest(config, java.util.Collections.nCopies(501, layer)), "evil:1");
        refuses("more than the limit of 500");
    }

    static Stream<Arguments> configs() {
        return Stream.of(
                Arguments.of("{}", "rootfs: it is missing"),
                Arguments.of("{\"rootfs\":{\"diff_ids\":[\"x\"]}}", "SHA-256"),
                Arguments.of("{\"rootfs\":{\"diff_ids\":[\"" + D + "\"]}}", "0 layers, and its configuration has 1"),
                Arguments.of("{\"rootfs\":{},\"config\":{\"Env\":\"A=B\"}}", "not an array"),
                Arguments.of("{\"rootfs\":{},\"config\":{\"Cmd\":[1]}}", "not a text"),
                Arguments.of("{\"rootfs\":{},\"created\":\"yesterday\"}", "not a time"),
                Arguments.of("{\"rootfs\":{},\"architecture\":\"../..\"}", "platform"),
                Arguments.of("{\"rootfs\":{},\"history\":[{\"empty_layer\":\"no\"}]}", "true or false"));
    }

    @ParameterizedTest
    @MethodSource("configs")
    void refusesConfigurations(String document, String reason) throws IOException {
        image.name(image.manifest(image.blob(MediaTypes.CONFIG, document), List.of()), "evil:1");
        refuses(reason);
    }

    @Test
    void refusesWrongSizes() throws IOException {
        Descriptor manifest = image.manifest(Platform.current(), "x");
        image.name(Descriptor.of(MANIFEST, manifest.digest(), manifest.size() + 1), "evil:1");
        refuses("bytes and should have");
    }

    @Test
    void refusesContentThatIsNotWhatItsNameSays() throws IOException {
        Descriptor layer = image.blob("application/vnd.oci.image.layer.v1.tar", TestImage.layer("good"));
        Descriptor config =
                image.blob(MediaTypes.CONFIG, "{\"rootfs\":{\"diff_ids\":[\"%s\"]}}".formatted(layer.digest()));
        image.name(image.manifest(config, List.of(layer)), "evil:1");
        Files.write(image.directory.resolve("blobs/sha256/" + layer.digest().hex()), TestImage.layer("evil"));
        refuses("has the digest");
    }

    @Test
    void refusesLayersThatAreNotWhatTheConfigurationSays() throws IOException {
        Descriptor layer = image.blob("application/vnd.oci.image.layer.v1.tar", TestImage.layer("other"));
        Descriptor config = image.blob(MediaTypes.CONFIG, "{\"rootfs\":{\"diff_ids\":[\"%s\"]}}".formatted(D));
        image.name(image.manifest(config, List.of(layer)), "evil:1");
        refuses("its digest without compression is");
    }

    @Test
    void refusesUnknownMediaTypes() throws IOException {
        image.name(image.blob("application/x-shellscript", "{}"), "evil:1");
        refuses("neither a manifest nor an index");
    }

    @Test
    void refusesIndexesInIndexes() throws IOException {
        Descriptor inner = image.manifest(Platform.current(), "x");
        for (int i = 0; i < 10; i++) {
            inner = image.index(List.of(inner));
        }
        image.name(inner, "evil:1");
        refuses("an index in more than");
    }

    /** A digest cannot name what contains it, but an index may claim so; the blob is then simply not there. */
    @Test
    void refusesAnIndexThatOnlyNamesItself() throws IOException {
        image.name(image.index(List.of(Descriptor.of(MediaTypes.INDEX, Digest.parse(D), 3))), "evil:1");
        refuses("no image of");
    }

    @Test
    void refusesWhatIsNoArchive() {
        refusesArchive("hello".getBytes(UTF_8), "neither");
        refusesArchive("hello ".repeat(1000).getBytes(UTF_8), "tar archive");
        refusesArchive(new byte[0], "neither");
        refusesArchive(new byte[] {0x1f, (byte) 0x8b, 0, 0}, "");
        refusesArchive(TestImage.tar(Map.of("a", new byte[3])), "neither");
        refusesArchive(TestImage.tar(Map.of("repositories", "{}".getBytes(UTF_8))), "before Docker 1.10");
    }

    @Test
    void refusesBlobsWithAWrongName() {
        refusesArchive(TestImage.tar(Map.of("blobs/sha256/" + "00".repeat(32), "x".getBytes(UTF_8))), "digest");
    }

    @Test
    void refusesDockerArchives() {
        refusesArchive(docker("{}"), "not an array");
        refusesArchive(docker("[]"), "no images");
        refusesArchive(docker("[{}]"), "Config: it is missing");
        refusesArchive(docker("[{\"Config\":\"none\"}]"), "no file");
        refusesArchive(docker("[{\"Config\":\"c.json\",\"Layers\":[\"../../etc/passwd\"]}]"), "leads out");
        refusesArchive(docker("[{\"Config\":\"c.json\",\"Layers\":[\"l.tar\",\"l.tar\"]}]"), "2 layers");
        refusesArchive(docker("[{\"Config\":\"c.json\",\"Layers\":[\"l.tar\"]}]"), "and should have");
        refusesArchive(docker("[{\"Config\":\"c.json\",\"Layers\":[\"l.tar\"],\"RepoTags\":[\"A B\"]}]"), "");
    }

    private static byte[] docker(String manifest) {
        Map<String, byte[]> files = new LinkedHashMap<>();
        files.put("c.json", "{\"rootfs\":{\"diff_ids\":[\"%s\"]}}".formatted(D).getBytes(UTF_8));
        files.put("l.tar", TestImage.layer("x"));
        files.put("manifest.json", manifest.getBytes(UTF_8));
        return TestImage.tar(files);
    }

    private void refusesArchive(byte[] archive, String reason) {
        assertThatExceptionOfType(RefusedContentException.class)
                .isThrownBy(() -> store.load(new ByteArrayInputStream(archive), LoadOptions.DEFAULT))
                .withMessageContaining(reason);
        nothingStays();
    }

    private void refuses(String reason) {
        assertThatExceptionOfType(RefusedContentException.class)
                .isThrownBy(() -> store.load(image.directory))
                .withMessageContaining(reason);
        nothingStays();
    }

    private void nothingStays() {
        assertThat(store.images()).isEmpty();
        assertThat(store.directory().resolve("tmp")).isEmptyDirectory();
        assertThat(store.directory().resolve("blobs/sha256")).isEmptyDirectory();
        assertThat(store.directory().resolve("layers"))
                .isDirectoryNotContaining(
                        owners -> !String.valueOf(owners.toFile().list().length).equals("0"));
    }
}

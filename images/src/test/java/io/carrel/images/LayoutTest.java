package io.carrel.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.carrel.images.layers.Digest;
import io.carrel.linux.RefusedContentException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Layouts as registry clients and build tools leave them: with more than images, and with links. */
@Tag("kernel")
class LayoutTest {

    private static final String EMPTY = "application/vnd.oci.empty.v1+json";
    private static final Platform NOWHERE = new Platform("unknown", "unknown", "");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path temp;

    private ImageStore store;
    private TestImage layout;

    /** What lies beside images. */
    enum Other {
        COSIGN_SIGNATURE("application/vnd.dev.cosign.simplesigning.v1+json"),
        ARTIFACT("\"" + EMPTY + "\" does not belong to an image"),
        ARTIFACT_OF_FILES("\"application/vnd.unknown.config.v1+json\" does not belong to an image"),
        BUILD_ATTESTATION("application/vnd.in-toto+json"),
        INDEX_OF_ATTESTATIONS("application/vnd.in-toto+json"),
        UNKNOWN_TYPE("\"application/vnd.oci.artifact.manifest.v1+json\" is neither a manifest nor an index");

        private final String reason;

        Other(String reason) {
            this.reason = reason;
        }

        private Descriptor in(TestImage layout) throws IOException {
            Descriptor config = layout.blob(MediaTypes.CONFIG, "{}");
            Descriptor empty = layout.blob(EMPTY, "{}");
            return switch (this) {
                case COSIGN_SIGNATURE -> layout.manifest(config, List.of(layout.blob(reason, "{\"critical\":{}}")));
                case ARTIFACT -> layout.manifest(empty, List.of(empty));
                case ARTIFACT_OF_FILES ->
                    layout.manifest(
                            layout.blob("application/vnd.unknown.config.v1+json", "{}"),
                            List.of(layout.blob("application/vnd.oci.image.layer.v1.tar", "text")));
                case BUILD_ATTESTATION ->
                    TestImage.on(layout.manifest(config, List.of(layout.blob(reason, "{}"))), NOWHERE);
                case INDEX_OF_ATTESTATIONS -> layout.index(List.of(BUILD_ATTESTATION.in(layout)));
                case UNKNOWN_TYPE -> layout.blob("application/vnd.oci.artifact.manifest.v1+json", "{}");
            };
        }
    }

    @BeforeEach
    @SuppressWarnings("NullAway.Init")
    void make() throws IOException {
        store = ImageStore.open(temp.resolve("store"));
        layout = new TestImage(temp.resolve("layout"));
    }

    @ParameterizedTest
    @EnumSource
    void whatIsNoImageIsLeftOutAndNamed(Other kind) throws IOException {
        Descriptor other = kind.in(layout);
        layout.name(other, "first");
        layout.name(layout.manifest(Platform.current(), "text"), "image:1");
        layout.name(other, "last");
        for (Path source : List.of(layout.directory, archive())) {
            List<LeftOut> leftOut = new ArrayList<>();
            LoadOptions options =
                    LoadOptions.DEFAULT.named(Reference.parse("only:1")).leftOut(leftOut::add);
            assertThat(store.load(source, options)).singleElement().hasToString("only:1");
            assertThat(leftOut).hasSize(2).allSatisfy(left -> {
                assertThat(left.descriptor().digest()).isEqualTo(other.digest());
                assertThat(left.reason()).contains(kind.reason);
            });
            assertThat(leftOut.get(0))
                    .asString()
                    .contains("first", other.digest().toString());
        }
        assertThat(store.verify().damages()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void withoutAnyImageItIsRefused(Other kind) throws IOException {
        layout.name(kind.in(layout), "alone");
        refuses(layout.directory, "it has no images: alone", kind.reason);
    }

    @Test
    void aDamagedImageIsNotLeftOut() throws IOException {
        Descriptor image = layout.manifest(Platform.current(), "text");
        layout.name(image, "image:1").name(layout.manifest(Platform.current(), "other"), "image:2");
        Files.writeString(blob(image.digest()), "{");
        refuses(layout.directory, image.digest().toString());
        Descriptor old = layout.blob("application/vnd.docker.distribution.manifest.v1+prettyjws", "{}");
        TestImage second = new TestImage(temp.resolve("second"));
        Files.copy(
                blob(old.digest()),
                second.directory.resolve("blobs/sha256").resolve(old.digest().hex()));
        second.name(second.manifest(Platform.current(), "text"), "image:1").name(old, "image:2");
        refuses(second.directory, "schema 1");
    }

    @Test
    void linksThatStayInALayoutAreFollowed() throws IOException {
        Descriptor image = layout.manifest(Platform.current(), "text");
        layout.name(image, "image:1");
        Digest layer = Digest.of(TestImage.layer("text"));
        Files.move(blob(layer), layout.directory.resolve("rootfs.tar"));
        Files.createSymbolicLink(blob(layer), Path.of("../../rootfs.tar"));
        Path meta = Files.createDirectory(layout.directory.resolve("meta"));
        Files.move(layout.directory.resolve("index.json"), meta.resolve("i"));
        Files.createSymbolicLink(layout.directory.resolve("index.json"), meta.resolve("i"));
        Path other = Files.createSymbolicLink(temp.resolve("other"), layout.directory);
        for (Path directory : List.of(layout.directory, other)) {
            Image loaded = store.load(directory).get(0);
            assertThat(loaded.layers().get(0).resolve("text")).hasContent("text");
        }
    }

    @Test
    void linksThatLeadOutOfALayoutAreRefusedAsThat() throws IOException {
        layout.name(layout.manifest(Platform.current(), "text"), "image:1");
        Path layer = blob(Digest.of(TestImage.layer("text")));
        Path outside = Files.move(layer, temp.resolve("outside"));
        Files.createSymbolicLink(layer, outside);
        refuses(
                layout.directory,
                layer.getFileName().toString(),
                "leads out of the layout, to " + outside.toRealPath());
        Files.delete(layer);
        Files.createSymbolicLink(layer, Path.of("../gone"));
        refuses(layout.directory, "a link to ../gone, which is missing");
        Files.delete(layer);
        Files.move(outside, layer);
        Path index = Files.move(layout.directory.resolve("index.json"), temp.resolve("index.json"));
        Files.createSymbolicLink(layout.directory.resolve("index.json"), index);
        refuses(layout.directory, "index.json", "leads out of the layout");
    }

    @Test
    void aLinkOfAnArchiveWithoutItsTargetIsNamed() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
            put(tar, "manifest.json", "[{\"Config\":\"c.json\",\"Layers\":[\"e37/layer.tar\"]}]");
            ImageConfig config = new ImageConfig(
                    Platform.current(), null, "", ImageDefaults.NONE, List.of(Digest.of(new byte[0])), List.of());
            put(tar, "c.json", new String(config.format(), StandardCharsets.UTF_8));
            TarArchiveEntry link = new TarArchiveEntry("e37/layer.tar", TarArchiveEntry.LF_SYMLINK);
            link.setLinkName("../a1b/layer.tar");
            tar.putArchiveEntry(link);
            tar.closeArchiveEntry();
        }
        Path archive = Files.write(temp.resolve("docker.tar"), bytes.toByteArray());
        refuses(archive, "\"e37/layer.tar\" is a link to \"a1b/layer.tar\", which the archive does not have");
    }

    @Test
    void aFileSystemIsToBeImported() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
            put(tar, "etc/passwd", "root:x:0:0::/:/bin/sh");
        }
        Path archive = Files.write(temp.resolve("export.tar"), bytes.toByteArray());
        refuses(archive, "index.json or manifest.json", "is imported, not loaded");
    }

    private Path blob(Digest digest) {
        return layout.directory.resolve("blobs/sha256").resolve(digest.hex());
    }

    private void refuses(Path source, String... reasons) {
        assertThatExceptionOfType(RefusedContentException.class)
                .isThrownBy(() -> store.load(source))
                .satisfies(refusal -> assertThat(refusal).hasMessageContainingAll(reasons));
        assertThat(store.images()).isEmpty();
    }

    /** The layout as an archive. */
    private Path archive() throws IOException {
        Path file = temp.resolve("layout.tar");
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(Files.newOutputStream(file));
                Stream<Path> paths = Files.walk(layout.directory)) {
            for (Path path : paths.filter(Files::isRegularFile).sorted().toList()) {
                put(tar, layout.directory.relativize(path).toString(), Files.readString(path));
            }
        }
        return file;
    }

    private static void put(TarArchiveOutputStream tar, String name, String content) throws IOException {
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        TarArchiveEntry entry = new TarArchiveEntry(name);
        entry.setSize(bytes.length);
        tar.putArchiveEntry(entry);
        tar.write(bytes);
        tar.closeArchiveEntry();
    }
}

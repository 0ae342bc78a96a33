package io.carrel.images.view;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.carrel.images.layers.LayerApplier;
import io.carrel.images.layers.Owners;
import io.carrel.images.layers.Whiteouts;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is rare in archives is shown and unpacked alike. */
@Tag("kernel")
@Tag("long")
class SameReaderTest {

    @TempDir
    private Path directory;

    private Path unpacked(Path archive) throws IOException {
        Path target = Files.createDirectory(directory.resolve("target"));
        try (InputStream in = Files.newInputStream(archive)) {
            LayerApplier.onto(target, Whiteouts.REMOVE, Owners.RECORD).apply(in);
        }
        return target;
    }

    @Test
    void attributesMayBeEmpty() throws IOException {
        Path archive = directory.resolve("layer");
        LayerSource layer = new Archive()
                .pax("SCHILY.xattr.user.empty", "", "SCHILY.xattr.user.bytes", "\u00ff\n=")
                .file("x", "")
                .write(archive);

        try (ImageFileSystem image = ImageFileSystem.open(List.of(layer))) {
            assertThat(Files.readAttributes(image.getPath("/x"), "user:*")).containsOnlyKeys("empty", "bytes");
        }
        Path file = unpacked(archive).resolve("x");
        assertThat(Files.readAttributes(file, "user:*")).containsOnlyKeys("empty", "bytes");
        assertThat((byte[]) Files.getAttribute(file, "user:empty")).isEmpty();
        assertThat((byte[]) Files.getAttribute(file, "user:bytes")).containsExactly(-1, '\n', '=');
    }

    /** GNU tar writes such ids as binary numbers. */
    @Test
    void idsHave32Bits() throws Exception {
        Path archive = directory.resolve("layer");
        Files.createFile(directory.resolve("x"));
        Process tar = new ProcessBuilder(
                        "tar", "--format=gnu", "--owner=:3000000000", "--group=:4294967294", "-cf", "layer", "x")
                .directory(directory.toFile())
                .inheritIO()
                .start();
        assertThat(tar.waitFor()).isZero();

        try (ImageFileSystem image = ImageFileSystem.open(List.of(LayerSource.archive(archive)))) {
            assertThat(Files.readAttributes(image.getPath("/x"), "unix:uid,gid"))
                    .containsEntry("uid", (int) 3_000_000_000L)
                    .containsEntry("gid", -2);
        }
        byte[] record = (byte[]) Files.getAttribute(unpacked(archive).resolve("x"), "user:rootlesscontainers");
        // Fields 1 and 2 of a protocol buffer, as varints.
        assertThat(record).containsExactly(0x08, 0x80, 0xbc, 0xc1, 0x96, 0x0b, 0x10, 0xfe, 0xff, 0xff, 0xff, 0x0f);
    }

    @Test
    void headersOfTheWholeArchiveCountUnlessAFilesOwnDo() throws IOException {
        Path archive = directory.resolve("layer");
        LayerSource layer = new Archive()
                .entry('g', "pax", "", "20 mtime=1000000001\n".getBytes(US_ASCII))
                .file("all", "")
                .pax("mtime", "1000000002")
                .file("own", "")
                .write(archive);

        Path target = unpacked(archive);
        try (ImageFileSystem image = ImageFileSystem.open(List.of(layer))) {
            for (Path root : List.of(target, image.getPath("/"))) {
                assertThat(Files.getLastModifiedTime(root.resolve("all")).toMillis())
                        .isEqualTo(1_000_000_001_000L);
                assertThat(Files.getLastModifiedTime(root.resolve("own")).toMillis())
                        .isEqualTo(1_000_000_002_000L);
            }
        }
    }
}

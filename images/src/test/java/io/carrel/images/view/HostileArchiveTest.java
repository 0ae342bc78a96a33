package io.carrel.images.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carrel.images.compression.Compression;
import io.carrel.linux.RefusedContentException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Archives that somebody made to do harm, or that were damaged. */
class HostileArchiveTest {

    private static final ViewLimits SMALL = new ViewLimits(100, 20_000, 1_000_000);

    @TempDir
    private Path directory;

    static Stream<Arguments> refused() {
        return Stream.of(
                Arguments.of(new Archive().file("../a", ""), "leads upwards"),
                Arguments.of(new Archive().file("a/../../b", ""), "leads upwards"),
                Arguments.of(new Archive().hardLink("a", "../etc/passwd"), "leads upwards"),
                Arguments.of(new Archive().hardLink("a", "b"), "not there"),
                Arguments.of(new Archive().directory("d").hardLink("a", "d"), "hard link to the directory"),
                Arguments.of(new Archive().link("l", "/l").file("l/x", ""), "too many links"),
                Arguments.of(new Archive().link("l", "l2").link("l2", "l").hardLink("x", "l/y"), "not there"),
                Arguments.of(new Archive().file("f", "").file("f/x", ""), "Not a directory"),
                Arguments.of(new Archive().file("/", "x"), "the root of an image is a directory"),
                Arguments.of(new Archive().file("d/.wh.", ""), "names no file"),
                Arguments.of(new Archive().file("d/.wh...", ""), "names no file"),
                Arguments.of(new Archive().file("d/.wh.x/y", ""), "deleted"),
                Arguments.of(new Archive().link("l", ""), "target"),
                Arguments.of(new Archive().pax("path", "a\0b").file("x", ""), "zero byte"),
                Arguments.of(new Archive().pax("path", "x".repeat(300)).file("x", ""), "kernel's 255"),
                Arguments.of(new Archive().pax("path", "x/".repeat(3000)).file("x", ""), "4095"),
                Arguments.of(new Archive().pax("size", "-5").file("x", ""), "size"),
                Arguments.of(new Archive().pax("size", "9223372036854775807").file("x", ""), "size"),
                Arguments.of(new Archive().pax("mtime", "1e999999999").file("x", ""), "mtime"),
                Arguments.of(new Archive().pax("uid", "4294967296").file("x", ""), "owner"),
                Arguments.of(
                        new Archive()
                                .entry('x', "", "", "9999 a=b\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII)),
                        "valid length"),
                Arguments.of(new Archive().header('x', "pax", "", 1L << 32), "extended header"),
                Arguments.of(new Archive().entry('?', "a", "", new byte[0]), "unknown type"),
                Arguments.of(new Archive().header('0', "a", "", 1L << 32).raw(new byte[5]), "bytes of content"),
                Arguments.of(new Archive().header('0', "a", "", 9999).raw(new byte[5]), "breaks off"),
                Arguments.of(new Archive().raw(new byte[] {1, 2, 3}), "checksum"),
                Arguments.of(
                        new Archive()
                                .pax("GNU.sparse.map", "0,5", "GNU.sparse.size", "9000000000")
                                .file("a", "12345"),
                        "bytes of content"),
                Arguments.of(
                        new Archive()
                                .pax("GNU.sparse.map", "0,6", "GNU.sparse.size", "9")
                                .file("a", "12345"),
                        "does not fit"),
                Arguments.of(
                        new Archive()
                                .pax("GNU.sparse.map", "5,2,1,2", "GNU.sparse.size", "9")
                                .file("a", "12345"),
                        "does not fit"),
                Arguments.of(many(101), "more than 100 entries"),
                Arguments.of(
                        new Archive()
                                .file("d/".repeat(40) + "x", "")
                                .file("e/".repeat(40) + "x", "")
                                .file("f/".repeat(40) + "x", ""),
                        "more than 100 entries"),
                Arguments.of(
                        new Archive()
                                .pax("SCHILY.xattr.user.a", "x".repeat(20_000))
                                .file("a", ""),
                        "attributes"));
    }

    private static Archive many(int count) {
        Archive archive = new Archive();
        for (int i = 0; i < count; i++) {
            archive.file("f" + i, "");
        }
        return archive;
    }

    @ParameterizedTest
    @MethodSource("refused")
    void refuses(Archive archive, String reason) throws IOException {
        LayerSource layer = archive.write(directory.resolve("layer"));
        assertThatThrownBy(() -> ImageFileSystem.open(List.of(layer), SMALL))
                .isInstanceOf(RefusedContentException.class)
                .hasMessageContaining(reason)
                .hasMessageContaining("layer");
    }

    @Test
    void absoluteNamesCountFromTheImagesRoot() throws IOException {
        LayerSource layer = new Archive().file("//etc/./shadow", "x").write(directory.resolve("layer"));
        try (ImageFileSystem image = ImageFileSystem.open(List.of(layer))) {
            assertThat(Files.readString(image.getPath("/etc/shadow"))).isEqualTo("x");
        }
    }

    @ParameterizedTest
    @EnumSource(Compression.class)
    void refusesWhatBreaksOff(Compression compression) throws IOException {
        Path whole = directory.resolve("whole");
        new Archive().file("a", "a".repeat(2000)).file("b", "b".repeat(2000)).write(whole, compression);
        byte[] bytes = Files.readAllBytes(whole);
        int end = compression == Compression.NONE ? 5000 : bytes.length - 1;
        for (int length = 1; length < end; length += compression == Compression.NONE ? 32 : 1) {
            Path part = directory.resolve("part");
            Files.write(part, Arrays.copyOf(bytes, length));
            assertThatThrownBy(() -> ImageFileSystem.open(List.of(LayerSource.archive(part))))
                    .as("the first %d bytes", length)
                    .isInstanceOf(RefusedContentException.class);
        }
    }

    @Test
    void refusesWhatIsEmptyOrOtherwiseCompressed() throws IOException {
        Path file = Files.createFile(directory.resolve("empty"));
        assertThatThrownBy(() -> ImageFileSystem.open(List.of(LayerSource.archive(file))))
                .isInstanceOf(RefusedContentException.class);
        Files.writeString(file, "BZh91AY&SY");
        assertThatThrownBy(() -> ImageFileSystem.open(List.of(LayerSource.archive(file))))
                .isInstanceOf(RefusedContentException.class)
                .hasMessageContaining("bzip2");
    }

    /** Whatever happens to an archive, it is read or refused; and what was read can be walked and read. */
    @ParameterizedTest
    @EnumSource(Compression.class)
    void survivesDamage(Compression compression) throws IOException {
        Path file = directory.resolve("layer");
        new Archive()
                .file("a/b/c", "content")
                .link("l", "a/b")
                .hardLink("h", "a/b/c")
                .pax("path", "long/" + "x".repeat(150), "mtime", "1.5", "SCHILY.xattr.user.a", "b")
                .file("x", "y")
                .pax("GNU.sparse.map", "0,2,50,3", "GNU.sparse.size", "100", "GNU.sparse.name", "s")
                .file("s", "12345")
                .file("a/.wh.b", "")
                .file("a/.wh..wh..opq", "")
                .write(file, compression);
        byte[] whole = Files.readAllBytes(file);
        Random random = new Random(11);
        int opened = 0;
        for (int i = 0; i < 1000; i++) {
            byte[] damaged = whole.clone();
            for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
            }
            Files.write(file, compression == Compression.NONE ? mended(damaged) : damaged);
            try (ImageFileSystem image = ImageFileSystem.open(List.of(LayerSource.archive(file)), SMALL);
                    Stream<Path> paths = Files.walk(image.getPath("/"))) {
                opened++;
                for (Path path : paths.toList()) {
                    if (Files.isRegularFile(path)) {
                        assertThat(Files.readAllBytes(path)).hasSize((int) Files.size(path));
                    }
                }
                image.visitFiles(
                        (path, content) -> assertThat(content.readAllBytes()).hasSize((int) Files.size(path)));
            } catch (RefusedContentException e) {
                assertThat(e).hasMessageContaining("layer");
            }
        }
        assertThat(opened).as("archives that could be read in spite of it").isGreaterThan(0);
    }

    /** Makes the checksums right again, so that the damage gets further. */
    private static byte[] mended(byte[] bytes) {
        for (int block = 0; block + 512 <= bytes.length; block += 512) {
            if (bytes[block + 257] == 'u' && bytes[block + 258] == 's') {
                Arrays.fill(bytes, block + 148, block + 156, (byte) ' ');
                int sum = 0;
                for (int i = block; i < block + 512; i++) {
                    sum += bytes[i] & 0xff;
                }
                byte[] digits = "%06o".formatted(sum).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
                System.arraycopy(digits, 0, bytes, block + 148, 6);
                bytes[block + 154] = 0;
            }
        }
        return bytes;
    }

    @Test
    void manyLinksEndBeforeTheyTakeLong() throws IOException {
        Archive archive = new Archive().directory("l0");
        for (int i = 1; i < 40; i++) {
            archive.link("l" + i, "l" + (i - 1) + "/.".repeat(45));
        }
        for (int i = 0; i < 50; i++) {
            archive.file("l39/f" + i, "").file("l39/d" + i + "/x", "");
        }
        LayerSource layer = archive.write(directory.resolve("layer"));
        assertThatThrownBy(() -> ImageFileSystem.open(List.of(layer), SMALL.withEntries(200)))
                .isInstanceOf(RefusedContentException.class)
                .hasMessageContaining("steps");
    }
}

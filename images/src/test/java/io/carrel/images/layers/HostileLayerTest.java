package io.carrel.images.layers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carrel.images.compression.Compression;
import io.carrel.linux.RefusedContentException;
import io.carrel.linux.SyscallException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What layers might do that they must not. After each of these nothing outside the directory is changed. */
@Tag("kernel")
class HostileLayerTest {

    private static final String SECRET = "of the host";

    @TempDir
    Path place;

    private Path target = Path.of("");
    private Path outside = Path.of("");

    @BeforeEach
    void makeTarget() throws IOException {
        target = Files.createDirectory(place.resolve("target"));
        outside = Files.writeString(place.resolve("outside"), SECRET);
    }

    @AfterEach
    void nothingOutsideIsChanged() throws IOException {
        assertThat(outside).hasContent(SECRET);
        assertThat(Files.getAttribute(outside, "unix:nlink")).isEqualTo(1);
        try (Stream<Path> files = Files.list(place)) {
            assertThat(files).containsExactlyInAnyOrder(target, outside);
        }
    }

    private AppliedLayer apply(TestArchive archive) throws IOException {
        return applier().apply(archive.stream());
    }

    private LayerApplier applier() {
        return LayerApplier.onto(target, Whiteouts.REMOVE, Owners.RECORD).named("evil.tar");
    }

    static Stream<Arguments> refused() {
        String tooLong = "n".repeat(256);
        String deep = "d/".repeat(2100) + "f";
        return Stream.of(
                Arguments.of("upwards", new TestArchive().file("../outside", "evil"), "leads upwards"),
                Arguments.of("upwards inside", new TestArchive().file("a/../../outside", "evil"), "leads upwards"),
                Arguments.of(
                        "upwards in PAX",
                        new TestArchive().pax("path", "../outside").file("x", "evil"),
                        "leads upwards"),
                Arguments.of("hard link upwards", new TestArchive().hardLink("x", "../outside"), "leads upwards"),
                Arguments.of("hard link to nothing", new TestArchive().hardLink("x", "y"), "does not have before"),
                Arguments.of("hard link to itself", new TestArchive().hardLink("x", "x"), "itself"),
                Arguments.of("hard link to the root", new TestArchive().hardLink("x", "/"), "root"),
                Arguments.of(
                        "hard link to a directory",
                        new TestArchive().directory("d/").hardLink("x", "d"),
                        "link is to a directory"),
                Arguments.of(
                        "hard link through a symbolic link",
                        new TestArchive().symbolicLink("up", "..").hardLink("x", "up/outside"),
                        "does not have before"),
                Arguments.of("the root as a file", new TestArchive().file(".", "evil"), "root is not a directory"),
                Arguments.of("no name", new TestArchive().file("", "evil"), "root is not a directory"),
                Arguments.of(
                        "the root as a link", new TestArchive().symbolicLink("./", "/etc"), "root is not a directory"),
                Arguments.of("a long component", new TestArchive().file(tooLong, ""), "256 bytes"),
                Arguments.of("a long name", new TestArchive().file(deep, ""), "more than the kernel's 4095"),
                Arguments.of("a NUL", new TestArchive().pax("path", "a\0b").file("x", ""), "NUL"),
                Arguments.of("deletion of nothing", new TestArchive().file("d/.wh.", ""), "names no file"),
                Arguments.of("deletion of ..", new TestArchive().file("d/.wh...", ""), "names no file"),
                Arguments.of("deletion of .", new TestArchive().file(".wh..", ""), "names no file"),
                Arguments.of("a file in a deletion", new TestArchive().file(".wh.x/../outside", ""), "leads upwards"),
                Arguments.of("below a deletion", new TestArchive().file(".wh.x/y", ""), "is deleted"),
                Arguments.of("below a file", new TestArchive().file("f", "").file("f/x", ""), "not a directory"),
                Arguments.of(
                        "into a dead link",
                        new TestArchive().symbolicLink("l", "no").file("l/x", ""),
                        "nowhere"),
                Arguments.of(
                        "into a loop",
                        new TestArchive()
                                .symbolicLink("a", "b")
                                .symbolicLink("b", "a")
                                .file("a/x", ""),
                        "ELOOP"),
                Arguments.of("an empty target", new TestArchive().symbolicLink("l", ""), "no possible path"),
                Arguments.of(
                        "a directory with content",
                        new TestArchive().directory("d").patch(124, "00000001000\0"),
                        "has content"),
                Arguments.of(
                        "a link with content",
                        new TestArchive().entry("l", TarConstants.LF_LINK, "content", entry -> {}),
                        "of type 49 has content"),
                Arguments.of(
                        "an unknown type",
                        new TestArchive().entry("x", (byte) '!', "", entry -> {}),
                        "unknown type '!'"),
                Arguments.of(
                        "a negative user id",
                        new TestArchive().file("x", "").patch(108, "\u00ff".repeat(8)),
                        "is not a user id"),
                Arguments.of(
                        "a user id beyond 32 bits",
                        new TestArchive().pax("uid", "4294967295").file("x", ""),
                        "is not a user id"),
                Arguments.of("a negative size", new TestArchive().file("x", "").patch(124, "\u00ff".repeat(12)), ""),
                Arguments.of(
                        "a negative size in PAX",
                        new TestArchive().pax("size", "-1").file("x", ""),
                        "damaged"),
                Arguments.of(
                        "PAX without a number",
                        new TestArchive().rawPax("x path=y\n").file("x", ""),
                        "damaged"),
                Arguments.of(
                        "PAX too long", new TestArchive().rawPax("999 path=y\n").file("x", ""), ""),
                Arguments.of(
                        "PAX overflowing",
                        new TestArchive().rawPax("4294967307 path=y\n").file("x", ""),
                        ""),
                Arguments.of("PAX and nothing", new TestArchive().pax("path", "y"), "damaged"),
                Arguments.of(
                        "a size beyond the archive",
                        new TestArchive().pax("size", "9999").file("x", ""),
                        ""),
                Arguments.of("a wrong checksum", new TestArchive().file("x", "").corrupt(100), "checksum"),
                Arguments.of("many headers", headers(20).file("x", ""), "more than 8 headers"),
                Arguments.of(
                        "a large header",
                        new TestArchive().pax("comment", "x".repeat(2 << 20)).file("x", ""),
                        "large"),
                Arguments.of(
                        "a large attribute",
                        new TestArchive()
                                .pax("SCHILY.xattr.user.x", "x".repeat(70_000))
                                .file("x", ""),
                        "70000 bytes"),
                Arguments.of(
                        "an attribute without a name",
                        new TestArchive().pax("SCHILY.xattr.", "x").file("x", ""),
                        "attribute"),
                Arguments.of("a huge sparse file", sparse("1\n0\n1\n", "9000000000000000000", "x"), ""),
                Arguments.of("a sparse map beyond its data", sparse("1\n0\n5000\n", "10000", "x"), ""),
                Arguments.of("overlapping parts", sparse("2\n0\n2\n1\n2\n", "10", "abcd"), ""),
                Arguments.of("a negative part", sparse("1\n-5\n2\n", "10", "abcd"), ""),
                Arguments.of("a part beyond the end", sparse("1\n100\n2\n", "10", "ab"), ""));
    }

    private static TestArchive headers(int count) {
        TestArchive archive = new TestArchive();
        for (int i = 0; i < count; i++) {
            archive.pax("comment", "x");
        }
        return archive;
    }

    private static TestArchive sparse(String map, String size, String data) {
        String padded = map + "\0".repeat(512 - map.length());
        return new TestArchive()
                .pax(
                        "GNU.sparse.major",
                        "1",
                        "GNU.sparse.minor",
                        "0",
                        "GNU.sparse.name",
                        "sparse",
                        "GNU.sparse.realsize",
                        size)
                .file("GNUSparseFile.0/sparse", padded + data);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refused")
    void isRefused(String what, TestArchive archive, String why) {
        assertThatThrownBy(() -> apply(archive))
                .isInstanceOf(RefusedContentException.class)
                .hasMessageStartingWith("evil.tar")
                .hasMessageContaining(why);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/outside", "//outside", "/./outside"})
    void absoluteNamesBeginAtTheRootOfTheLayer(String name) throws IOException {
        apply(new TestArchive().file(name, "evil"));

        assertThat(target.resolve("outside")).hasContent("evil");
    }

    @ParameterizedTest
    @ValueSource(strings = {"..", "../..", "/", "/..", "d/../..", "/d/../../.."})
    void aSymbolicLinkLeadsNowhereOutside(String link) throws IOException {
        apply(new TestArchive().directory("d").symbolicLink("l", link).file("l/outside", "evil"));

        assertThat(target.resolve("outside")).hasContent("evil");
    }

    @Test
    void aSymbolicLinkIsReplacedAndNotWrittenThrough() throws IOException {
        apply(new TestArchive().symbolicLink("l", outside.toString()).file("l", "evil"));

        assertThat(target.resolve("l")).isRegularFile().hasContent("evil");
    }

    @Test
    void aDirectoryReplacesASymbolicLinkToOne() throws IOException {
        apply(new TestArchive().symbolicLink("l", "..").directory("l").file("l/outside", "evil"));

        assertThat(target.resolve("l/outside")).hasContent("evil");
    }

    @Test
    void aLinkThatIsExchangedAfterItWasFollowedLeadsElsewhere() throws IOException {
        apply(new TestArchive()
                .directory("a")
                .directory("b")
                .symbolicLink("l", "a")
                .file("l/1", "")
                .symbolicLink("l", "b")
                .file("l/2", ""));

        assertThat(target.resolve("a/1")).exists();
        assertThat(target.resolve("b/2")).exists();
        assertThat(target.resolve("a/2")).doesNotExist();
    }

    @Test
    void aHardLinkToASymbolicLinkIsTheLinkItself() throws IOException {
        apply(new TestArchive()
                .symbolicLink("l", outside.toString())
                .hardLink("h", "l")
                .file("h", "evil"));

        assertThat(target.resolve("l")).isSymbolicLink();
        assertThat(target.resolve("h")).isRegularFile().hasContent("evil");
    }

    @Test
    void aDeletionDoesNotFollowALink() throws IOException {
        apply(new TestArchive().symbolicLink("l", ".."));
        apply(new TestArchive().file("l/.wh.outside", ""));
        apply(new TestArchive().file(".wh.l", ""));

        assertThat(Files.exists(target.resolve("l"), LinkOption.NOFOLLOW_LINKS)).isFalse();
    }

    @ParameterizedTest
    @EnumSource(Whiteouts.class)
    void theSameNameAgainAndAgainIsTheLast(Whiteouts whiteouts) throws IOException {
        TestArchive archive = new TestArchive()
                .file("x", "one")
                .directory("x")
                .file("x/y/z", "below")
                .symbolicLink("x", "y")
                .file("x", "two")
                .hardLink("y", "x")
                .file("x", "three");
        LayerApplier.onto(target, whiteouts, Owners.RECORD).apply(archive.stream());

        assertThat(target.resolve("x")).hasContent("three");
        assertThat(target.resolve("y")).hasContent("two");
    }

    /** As umoci writes it where a directory became a file, or a link to what another layer has. */
    @ParameterizedTest
    @EnumSource(Whiteouts.class)
    void nothingIsDeletedInWhatIsNoDirectory(Whiteouts whiteouts) throws IOException {
        LayerApplier.onto(target, whiteouts, Owners.RECORD)
                .apply(new TestArchive()
                                .file("f", "content")
                                .file("f/.wh.x", "")
                                .file("f/y/.wh..wh..opq", "")
                                .symbolicLink("l", "elsewhere")
                                .file("l/.wh.x", "")
                                .stream());
        assertThat(target.resolve("f")).hasContent("content");
        try (Stream<Path> files = Files.list(target)) {
            assertThat(files).containsExactlyInAnyOrder(target.resolve("f"), target.resolve("l"));
        }
    }

    @Test
    void overlayfsAttributesAreNotTheLayersToSet() throws IOException {
        apply(new TestArchive()
                .pax("SCHILY.xattr.user.overlay.redirect", "/etc", "SCHILY.xattr.user.rootlesscontainers", "x")
                .file("x", ""));

        assertThat(Files.getFileStore(target).supportsFileAttributeView("user")).isTrue();
        assertThat(Files.readAttributes(target.resolve("x"), "user:*")).isEmpty();
    }

    @Test
    @Tag("long")
    void tooManyEntriesAreRefused() {
        TestArchive archive = new TestArchive().file("a", "").file("b", "").file("c", "");
        LayerApplier applier = applier().limits(new LayerLimits(2, 1 << 20, 1 << 20, 1 << 16));

        assertThatThrownBy(() -> applier.apply(archive.stream()))
                .hasMessageContaining("more entries than the limit of 2");
    }

    @Test
    void tooMuchContentIsRefused() {
        TestArchive archive = new TestArchive().file("a", "x".repeat(600)).file("b", "x".repeat(600));
        LayerApplier content = applier().limits(new LayerLimits(9, 1000, 1 << 20, 1 << 16));
        LayerApplier file = applier().limits(new LayerLimits(9, 1 << 20, 500, 1 << 16));

        assertThatThrownBy(() -> content.apply(archive.stream())).hasMessageContaining("more than the limit of 1000");
        assertThatThrownBy(() -> file.apply(archive.stream())).hasMessageContaining("more than the limit of 500");
    }

    @ParameterizedTest
    @EnumSource(value = Compression.class, names = "NONE", mode = EnumSource.Mode.EXCLUDE)
    @Tag("long")
    void aBombOfNothingIsRefused(Compression compression) throws IOException {
        ByteArrayOutputStream bomb = new ByteArrayOutputStream();
        try (OutputStream out = compression.compress(bomb)) {
            out.write(new TestArchive().file("a", "").toBytes());
            byte[] zeros = new byte[1 << 20];
            for (int i = 0; i < 200; i++) {
                out.write(zeros);
            }
        }
        LayerApplier applier = applier().limits(new LayerLimits(10, 1 << 20, 1 << 20, 1 << 16));

        assertThat(bomb.size()).isLessThan(1 << 20);
        assertThatThrownBy(() -> applier.apply(new ByteArrayInputStream(bomb.toByteArray())))
                .isInstanceOf(RefusedContentException.class)
                .hasMessageContaining("larger than its limits allow");
    }

    @ParameterizedTest
    @EnumSource(value = Compression.class, names = "NONE", mode = EnumSource.Mode.EXCLUDE)
    void whatGrowsTooMuchIsRefusedUnlessItIsHoles(Compression compression) throws IOException {
        LayerLimits limits = new LayerLimits(10, 64 << 20, 64 << 20, 1 << 16);
        byte[] zeros = compressed(compression, new TestArchive().file("a", "\0".repeat(20 << 20)));
        byte[] letters = compressed(compression, new TestArchive().file("a", "A".repeat(20 << 20)));

        assertThat(applier()
                        .limits(limits)
                        .apply(new ByteArrayInputStream(zeros))
                        .contentBytes())
                .isEqualTo(20 << 20);
        assertThatThrownBy(() -> applier().limits(limits).apply(new ByteArrayInputStream(letters)))
                .isInstanceOf(RefusedContentException.class)
                .hasMessageContaining("over 200 for each, as if it were made to fill a disk; give a higher limit");
        applier().limits(limits.upTo(20 << 20)).apply(new ByteArrayInputStream(letters));
        assertThatThrownBy(() -> applier().limits(limits.upTo(20 << 19)).apply(new ByteArrayInputStream(letters)))
                .hasMessageContaining("more than the limit of " + (20 << 19));
    }

    @Test
    void whoseAttributeCannotBeSetIsSaid() {
        TestArchive archive = new TestArchive()
                .directory("d")
                .pax("SCHILY.xattr.security.capability", "x")
                .file("d/f", "x");

        assertThatThrownBy(() -> apply(archive))
                .isInstanceOf(SyscallException.class)
                .hasMessageContaining("Cannot set an attribute of d/f in evil.tar: lsetxattr(")
                .hasMessageContaining("security.capability) failed with EINVAL");
    }

    private static byte[] compressed(Compression compression, TestArchive archive) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = compression.compress(bytes)) {
            out.write(archive.toBytes());
        }
        return bytes.toByteArray();
    }

    @Test
    void anotherDigestIsRefused() {
        TestArchive archive = new TestArchive().file("a", "x");
        Digest other = Digest.of(new byte[1]);

        assertThatThrownBy(() -> applier().expecting(other).apply(archive.stream()))
                .isInstanceOf(RefusedContentException.class)
                .hasMessageContaining("its digest is sha256:")
                .hasMessageContaining("and not " + other);
        assertThatThrownBy(() -> applier().expectingDiffId(other).apply(archive.stream()))
                .isInstanceOf(RefusedContentException.class)
                .hasMessageContaining("digest without compression");
    }

    @Test
    @Tag("long")
    void anArchiveThatIsCutOffIsRefusedWhereverThatIs() throws IOException {
        byte[] whole =
                new TestArchive().file("a", "x".repeat(700)).directory("d").toBytes();
        byte[] compressed = TestArchive.gzip(whole);
        for (int length = 0; length < whole.length - 1024; length += 64) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> applier().apply(new ByteArrayInputStream(cut)))
                    .as("after %s bytes", length)
                    .isInstanceOf(RefusedContentException.class);
        }
        for (int length = 1; length < compressed.length; length++) {
            byte[] cut = Arrays.copyOf(compressed, length);
            assertThatThrownBy(() -> applier().apply(new ByteArrayInputStream(cut)))
                    .as("after %s compressed bytes", length)
                    .isInstanceOf(RefusedContentException.class);
        }
    }

    @Test
    void anErrorOfTheStreamIsNotTheContents() {
        IOException lost = new IOException("connection lost");
        InputStream broken = new InputStream() {
            @Override
            public int read() throws IOException {
                throw lost;
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                throw lost;
            }
        };

        assertThatThrownBy(() -> applier().apply(broken)).isSameAs(lost);
    }

    @Test
    void setIdBitsAreKeptOnFilesOfThisUserAlone() throws IOException {
        apply(new TestArchive().entry("su", TarConstants.LF_NORMAL, "x", entry -> entry.setMode(04755)));

        assertThat((int) Files.getAttribute(target.resolve("su"), "unix:mode") & 07777)
                .isEqualTo(04755);
        assertThat(Files.getOwner(target.resolve("su"))).isEqualTo(Files.getOwner(target));
    }

    @Test
    void aDeviceIsAnEmptyFileWithoutPermissionsWhereOwnersAreRecorded() throws IOException {
        apply(new TestArchive().entry("sda", TarConstants.LF_BLK, "", entry -> {
            entry.setDevMajor(8);
            entry.setDevMinor(0);
        }));

        assertThat(target.resolve("sda")).isRegularFile().isEmptyFile();
        assertThat(Files.getPosixFilePermissions(target.resolve("sda")))
                .isEqualTo(PosixFilePermissions.fromString("---------"));
    }

    @Test
    void namesThatAreNotTextKeepTheirBytes() throws IOException {
        String name = "caf\u00e9-\u00ff\u0001";
        apply(new TestArchive().file(name, "1").pax("path", "pax-\u00fe").file("x", "2"));

        byte[] found = new ProcessBuilder("ls", "-1", "-N", "--", target.toString())
                .redirectErrorStream(true)
                .start()
                .getInputStream()
                .readAllBytes();
        assertThat(new String(found, StandardCharsets.ISO_8859_1)).contains(name + "\n", "pax-\u00fe\n");
    }

    @Test
    void aDirectoryWithoutPermissionsIsFilledAllTheSame() throws IOException {
        apply(new TestArchive()
                .entry("shut", TarConstants.LF_DIR, "", entry -> entry.setMode(0))
                .file("shut/a", "x"));
        apply(new TestArchive().file("shut/b", "x").file("shut/.wh.a", ""));
        assertThat((int) Files.getAttribute(target.resolve("shut"), "unix:mode") & 07777)
                .isZero();
        apply(new TestArchive().file(".wh.shut", ""));

        assertThat(target.resolve("shut")).doesNotExist();
    }

    @Test
    @Tag("long")
    void moreDirectoriesThanAreOpenAreLeftWithTheirTimes() throws IOException {
        TestArchive archive = new TestArchive();
        for (int i = 0; i < 200; i++) {
            archive.directory("d" + i);
        }
        for (int i = 0; i < 200; i++) {
            archive.file("d" + i + "/f", "x");
        }
        apply(archive);

        for (int i = 0; i < 200; i++) {
            assertThat(Files.getLastModifiedTime(target.resolve("d" + i)).toMillis())
                    .isEqualTo(1_000_000_000_000L);
        }
    }
}

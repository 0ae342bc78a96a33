package io.carrel.images.layers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an upper layer does not say of a directory is what a lower one says. */
@Tag("kernel")
class ImpliedDirectoriesTest {

    private static final FileTime EARLY = FileTime.from(java.time.Instant.ofEpochSecond(86_400));

    @TempDir
    Path place;

    private Path unpack(String name, TestArchive archive, List<Path> lower) throws IOException {
        Path layer = Files.createDirectory(place.resolve(name));
        AppliedLayer applied =
                LayerApplier.onto(layer, Whiteouts.OVERLAY, Owners.RECORD).apply(archive.file("end", "").stream());
        VoidDeletions.remove(layer, applied, lower);
        ImpliedDirectories.complete(layer, applied.implied(), lower, Owners.RECORD);
        return layer;
    }

    private static TestArchive directory(TestArchive archive, String name, int mode) {
        return archive.entry(name, TarConstants.LF_DIR, "", entry -> {
            entry.setMode(mode);
            entry.setModTime(EARLY);
        });
    }

    @Test
    void comesFromTheNearestLayerThatHasIt() throws IOException {
        TestArchive archive = directory(directory(new TestArchive(), "shut/", 0500), "shut/in/", 0710);
        Path lowest = unpack("lowest", archive, List.of());
        Path middle = unpack("middle", directory(new TestArchive(), "other/", 0700), List.of(lowest));

        Path top = unpack("top", new TestArchive().file("shut/in/new/file", "x"), List.of(lowest, middle));

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(top.resolve("shut"))))
                .isEqualTo("r-x------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(top.resolve("shut/in"))))
                .isEqualTo("rwx--x---");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(top.resolve("shut/in/new"))))
                .isEqualTo("rwxr-xr-x");
        assertThat(Files.getLastModifiedTime(top.resolve("shut/in"))).isEqualTo(EARLY);
        assertThat(top.resolve("shut/in/new/file")).hasContent("x");
    }

    @Test
    void doesNotChangeWhatTheLayerSaysItself() throws IOException {
        Path lower = unpack("lower", directory(new TestArchive(), "d/", 0700), List.of());
        TestArchive late = directory(new TestArchive().file("d/file", "x"), "d/", 0711);

        Path top = unpack("top", late, List.of(lower));

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(top.resolve("d"))))
                .isEqualTo("rwx--x--x");
    }

    @Test
    void ofADeletedDirectoryNothingIsLeft() throws IOException {
        Path lower = unpack("lower", directory(new TestArchive(), "d/", 0700), List.of());
        Path middle = unpack("middle", new TestArchive().file(".wh.d", ""), List.of(lower));

        Path top = unpack("top", new TestArchive().file("d/file", "x"), List.of(lower, middle));

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(top.resolve("d"))))
                .isEqualTo("rwxr-xr-x");
    }

    private static String permissions(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }

    @Test
    void aDeletionBehindALinkLeavesNoDirectory() throws IOException {
        TestArchive archive = new TestArchive()
                .directory("d/")
                .symbolicLink("link", "d")
                .file("link/only/.wh.gone", "")
                .file("link/new/.wh.gone", "")
                .file("link/new/file", "x");

        Path top = unpack("top", archive, List.of(unpack("lower", new TestArchive(), List.of())));

        try (Stream<Path> files = Files.walk(top.resolve("d"))) {
            assertThat(files.map(file -> top.relativize(file).toString())).containsExactly("d", "d/new", "d/new/file");
        }
    }

    /** What a layer deleted and has again hides what lies below, whatever name it is called by. */
    @Test
    void aDirectoryThatComesBackByALinkIsOpaque() throws IOException {
        TestArchive archive = new TestArchive()
                .file("e/d/.wh.e", "")
                .symbolicLink("d", "e/d")
                .file("d/e/.wh..wh..opq", "")
                .file("d/e/file", "x");
        Path lower = unpack("lower", new TestArchive().file("e/d/e/old", ""), List.of());

        Path top = unpack("top", archive, List.of(lower));

        assertThat(top.resolve("e/d/e")).isDirectory();
        assertThat(Files.getAttribute(top.resolve("e/d/e"), "user:overlay.opaque"))
                .isEqualTo(new byte[] {'y'});
        assertThat(top.resolve("e/d/e/file")).hasContent("x");
    }

    @Test
    void whatAnEntryReplacesIsNoLongerImplied() throws IOException {
        Path lower = unpack("lower", directory(new TestArchive(), "d/", 0700), List.of());
        TestArchive archive =
                new TestArchive().file("a", "").file("d/file", "x").hardLink("d", "a");
        archive.file("takes", "the first inode").file("takes too", "the other");

        Path top = unpack("top", directory(archive, "d/", 0711), List.of(lower));

        assertThat(permissions(top.resolve("d"))).isEqualTo("rwx--x--x");
    }

    @Test
    void whatAnOpaqueDirectoryHidesIsNoModel() throws IOException {
        TestArchive archive = directory(directory(new TestArchive(), "d/", 0711), "d/in/", 0700);
        Path lowest = unpack("lowest", archive, List.of());
        Path middle = unpack("middle", new TestArchive().file("d/.wh..wh..opq", ""), List.of(lowest));

        Path top = unpack("top", new TestArchive().file("d/in/file", "x"), List.of(lowest, middle));
        Path other =
                unpack("other", new TestArchive().file("d/.wh..wh..opq", "").file("d/in/file", "x"), List.of(lowest));

        for (Path layer : List.of(top, other)) {
            assertThat(permissions(layer.resolve("d"))).isEqualTo("rwx--x--x");
            assertThat(permissions(layer.resolve("d/in"))).isEqualTo("rwxr-xr-x");
        }
    }

    /** Overlayfs merges a directory with none that a link leads to. */
    @Test
    void whatALinkLeadsToIsNoModel() throws IOException {
        TestArchive archive = directory(new TestArchive(), "usr/lib/", 0700).symbolicLink("lib", "usr/lib");
        Path lower = unpack("lower", archive, List.of());

        Path top = unpack("top", new TestArchive().file("lib/file", "x"), List.of(lower));

        assertThat(permissions(top.resolve("lib"))).isEqualTo("rwxr-xr-x");
    }
}

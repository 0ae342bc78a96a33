package io.carrel.fs.layers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
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
}

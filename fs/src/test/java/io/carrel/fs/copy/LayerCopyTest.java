package io.carrel.fs.copy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.carrel.fs.ContainerPath;
import io.carrel.linux.Descriptor;
import io.carrel.linux.Errno;
import io.carrel.linux.SyscallException;
import io.carrel.linux.binding.DeviceNumber;
import io.carrel.linux.binding.FileCalls;
import io.carrel.linux.binding.Kernel;
import io.carrel.linux.uapi.Fcntl;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Directories of images, whose layers hide and complete each other. */
@Tag("kernel")
class LayerCopyTest {

    @TempDir
    private Path directory;

    private Path low;
    private Path high;
    private Path target;

    @BeforeEach
    void makeLayers() throws IOException {
        low = Files.createDirectories(directory.resolve("low/data"));
        high = Files.createDirectories(directory.resolve("high/data"));
        target = Files.createDirectory(directory.resolve("target"));
    }

    private boolean copy(String path) {
        return LayerCopy.content(
                List.of(directory.resolve("low"), directory.resolve("high")), ContainerPath.of(path), target);
    }

    private List<String> copied() throws IOException {
        try (Stream<Path> files = Files.walk(target)) {
            return files.filter(file -> !file.equals(target))
                    .map(file -> target.relativize(file).toString())
                    .sorted()
                    .toList();
        }
    }

    private static void write(Path file, String content) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }

    private static void attribute(Path file, String name, String value) throws IOException {
        Files.getFileAttributeView(file, UserDefinedFileAttributeView.class)
                .write(name, ByteBuffer.wrap(value.getBytes(UTF_8)));
    }

    private static void whiteout(Path parent, String name) {
        try (Descriptor open = Kernel.open("Cannot open", parent.toString(), Fcntl.O_PATH);
                FileCalls calls = new FileCalls()) {
            assertThat(calls.makeNode(open, name, Fcntl.S_IFCHR, DeviceNumber.NONE))
                    .isTrue();
        }
    }

    @Test
    void showsWhatOverlayfsWould() throws IOException {
        write(low.resolve("both/low"), "low");
        write(high.resolve("both/high"), "high");
        write(low.resolve("both/same"), "low");
        write(high.resolve("both/same"), "high");
        write(low.resolve("gone/file"), "low");
        whiteout(high, "gone");
        write(low.resolve("replaced/file"), "low");
        write(high.resolve("replaced"), "a file by now");
        write(low.resolve("opaque/hidden"), "low");
        write(high.resolve("opaque/shown"), "high");
        attribute(high.resolve("opaque"), "overlay.opaque", "y");
        write(low.resolve("empty"), "low");
        write(high.resolve("empty"), "");
        attribute(high.resolve("empty"), "overlay.whiteout", "y");

        assertThat(copy("/data")).isTrue();

        assertThat(copied())
                .containsExactly("both", "both/high", "both/low", "both/same", "opaque", "opaque/shown", "replaced");
        assertThat(target.resolve("both/same")).hasContent("high");
    }

    @Test
    void keepsPermissionsTimesAndAttributes() throws IOException {
        write(low.resolve("file"), "content");
        attribute(low.resolve("file"), "mark", "kept");
        Files.setAttribute(low.resolve("file"), "unix:mode", 04751);
        Files.setLastModifiedTime(low.resolve("file"), FileTime.fromMillis(1234567890000L));
        attribute(high, "overlay.origin", "not for a volume");
        attribute(high, "mark", "of the directory");
        Files.setPosixFilePermissions(high, PosixFilePermissions.fromString("rwxr-x---"));
        Files.createSymbolicLink(low.resolve("link"), Path.of("/etc/passwd"));
        if (Files.getAttribute(directory, "unix:uid").equals(0)) {
            Files.setAttribute(low.resolve("file"), "unix:uid", 33);
            Files.setAttribute(low.resolve("file"), "unix:mode", 04751);
            Files.setAttribute(high, "unix:gid", 44);
        }

        assertThat(copy("/data")).isTrue();

        Path file = target.resolve("file");
        assertThat(Files.getLastModifiedTime(file).toMillis()).isEqualTo(1234567890000L);
        for (String attribute : List.of("unix:mode", "unix:uid", "unix:gid")) {
            assertThat(Files.getAttribute(file, attribute))
                    .as(attribute)
                    .isEqualTo(Files.getAttribute(low.resolve("file"), attribute));
            assertThat(Files.getAttribute(target, attribute))
                    .as(attribute)
                    .isEqualTo(Files.getAttribute(high, attribute));
        }
        assertThat(Files.getFileAttributeView(file, UserDefinedFileAttributeView.class)
                        .list())
                .containsExactly("mark");
        assertThat(Files.getFileAttributeView(target, UserDefinedFileAttributeView.class)
                        .list())
                .containsExactly("mark");
        assertThat(Files.readSymbolicLink(target.resolve("link"))).isEqualTo(Path.of("/etc/passwd"));
    }

    @Test
    void linksOnTheWayStayInTheImage() throws IOException {
        write(low.resolve("real/file"), "content");
        Files.createSymbolicLink(directory.resolve("high/absolute"), Path.of("/data/./real"));
        Files.createSymbolicLink(high.resolve("relative"), Path.of("../../../../data/real/.."));
        Files.createSymbolicLink(directory.resolve("low/outside"), Path.of("/etc"));
        Files.createSymbolicLink(directory.resolve("low/endless"), Path.of("endless/more"));

        assertThat(copy("/absolute")).isTrue();
        assertThat(copied()).containsExactly("file");
        assertThat(copy("/data/relative/real")).isTrue();
        assertThat(copied()).containsExactly("file");
        assertThat(copy("/outside")).isFalse();
        assertThat(copy("/data/real/file")).isFalse();
        assertThat(copy("/data/real/file/below")).isFalse();
        assertThat(copy("/nowhere/at/all")).isFalse();
        assertThatExceptionOfType(SyscallException.class)
                .isThrownBy(() -> copy("/endless"))
                .satisfies(failure -> assertThat(failure.errno()).isEqualTo(Errno.ELOOP));
    }
}

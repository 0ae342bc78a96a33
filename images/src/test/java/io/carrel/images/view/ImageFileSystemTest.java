package io.carrel.images.view;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carrel.images.compression.Compression;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.ClosedFileSystemException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.NotLinkException;
import java.nio.file.Path;
import java.nio.file.ReadOnlyFileSystemException;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What one sees of an image. */
class ImageFileSystemTest {

    @TempDir
    private Path directory;

    private int layers;

    private LayerSource layer(Archive archive) throws IOException {
        return archive.write(directory.resolve("layer" + layers++ + ".tar"));
    }

    private static List<String> walk(ImageFileSystem image) throws IOException {
        try (Stream<Path> paths = Files.walk(image.getPath("/"))) {
            return paths.map(Path::toString).toList();
        }
    }

    @ParameterizedTest
    @EnumSource(Compression.class)
    void readsContents(Compression compression) throws IOException {
        String large = "0123456789abcdef".repeat(20_000);
        LayerSource layer = new Archive()
                .file("a", "first")
                .file("large", large)
                .file("empty", "")
                .file("z", "last")
                .write(directory.resolve("layer"), compression);
        try (ImageFileSystem image = ImageFileSystem.open(List.of(layer))) {
            assertThat(Files.readString(image.getPath("/z"))).isEqualTo("last");
            assertThat(Files.readString(image.getPath("a"))).isEqualTo("first");
            assertThat(Files.readString(image.getPath("/empty"))).isEmpty();
            assertThat(Files.readString(image.getPath("large"))).isEqualTo(large);
            try (SeekableByteChannel channel = Files.newByteChannel(image.getPath("/large"))) {
                ByteBuffer direct = ByteBuffer.allocateDirect(7);
                assertThat(channel.position(160_003).read(direct)).isEqualTo(7);
                assertThat(UTF_8.decode(direct.flip()).toString()).isEqualTo("3456789");
                assertThat(channel.position(channel.size()).read(direct.clear()))
                        .isEqualTo(-1);
            }
            Path copy = directory.resolve("copy");
            Files.copy(image.getPath("/large"), copy);
            assertThat(copy).hasContent(large);
            assertThat(image.getPath("/large")).hasContent(large);
        }
    }

    @Test
    void upperLayersHideAndReplace() throws IOException {
        LayerSource lower = layer(new Archive()
                .file("kept", "kept")
                .file("removed", "")
                .file("replaced", "old")
                .file("d/one", "")
                .file("d/sub/two", "")
                .file("opaque/one", "")
                .file("opaque/sub/two", "")
                .file("was-file", "")
                .file("was-directory/x", ""));
        LayerSource upper = layer(new Archive()
                .file(".wh.removed", "")
                .file("replaced", "new")
                .file("d/.wh.sub", "")
                .file("d/three", "")
                // The mark need not come first.
                .file("opaque/sub/here", "")
                .file("opaque/.wh..wh..opq", "")
                .directory("was-file")
                .file("was-file/y", "")
                .file("was-directory", "")
                // Hides nothing of its own layer.
                .file("again", "")
                .file(".wh.again", "")
                .file(".wh.never-there", "")
                .file(".wh..wh.plnk/1", ""));
        try (ImageFileSystem image = ImageFileSystem.open(List.of(lower, upper))) {
            assertThat(walk(image))
                    .containsExactly(
                            "/",
                            "/again",
                            "/d",
                            "/d/one",
                            "/d/three",
                            "/kept",
                            "/opaque",
                            "/opaque/sub",
                            "/opaque/sub/here",
                            "/replaced",
                            "/was-directory",
                            "/was-file",
                            "/was-file/y");
            assertThat(Files.readString(image.getPath("/replaced"))).isEqualTo("new");
            assertThat(Files.readString(image.getPath("/kept"))).isEqualTo("kept");
        }
    }

    @Test
    void hardLinksAreOneFile() throws IOException {
        LayerSource lower =
                layer(new Archive().file("a", "content").hardLink("b", "/a").file("c", ""));
        LayerSource upper =
                layer(new Archive().hardLink("d", "./a").file(".wh.a", "").file(".wh..wh..opq", ""));
        try (ImageFileSystem image = ImageFileSystem.open(List.of(lower))) {
            assertThat(Files.isSameFile(image.getPath("/a"), image.getPath("/b")))
                    .isTrue();
            assertThat(Files.isSameFile(image.getPath("/a"), image.getPath("/c")))
                    .isFalse();
            assertThat(Files.getAttribute(image.getPath("/a"), "unix:nlink")).isEqualTo(2);
        }
        try (ImageFileSystem image = ImageFileSystem.open(List.of(lower, upper))) {
            assertThat(walk(image)).containsExactly("/", "/d");
            assertThat(Files.readString(image.getPath("/d"))).isEqualTo("content");
            assertThat(Files.getAttribute(image.getPath("/d"), "unix:nlink")).isEqualTo(1);
        }
    }

    @Test
    void linksAreFollowedInside() throws IOException {
        LayerSource lower = layer(new Archive()
                .file("usr/bin/tool", "tool")
                .link("bin", "usr/bin")
                .link("up", "../../../../usr/./bin/")
                .link("absolute", "/bin/tool")
                .link("loop", "loop2")
                .link("loop2", "/loop")
                .link("dangling", "/etc/passwd")
                .file("bin/other", "other"));
        LayerSource upper = layer(new Archive().file("etc/other", "other"));
        try (ImageFileSystem image = ImageFileSystem.open(List.of(lower, upper))) {
            assertThat(Files.readString(image.getPath("/up/tool"))).isEqualTo("tool");
            assertThat(Files.readString(image.getPath("/absolute"))).isEqualTo("tool");
            assertThat(Files.readString(image.getPath("/usr/bin/other"))).isEqualTo("other");
            assertThat(image.getPath("/up/../bin/../bin/../../bin/./other").toRealPath(LinkOption.NOFOLLOW_LINKS))
                    .isEqualTo(image.getPath("/usr/bin/other"));
            assertThat(image.getPath("absolute").toRealPath()).isEqualTo(image.getPath("/usr/bin/tool"));
            assertThat(image.getPath("absolute").toRealPath(LinkOption.NOFOLLOW_LINKS))
                    .isEqualTo(image.getPath("/absolute"));
            assertThat(image.getPath("..").toRealPath()).isEqualTo(image.getPath("/"));
            assertThat(Files.readSymbolicLink(image.getPath("/bin"))).isEqualTo(image.getPath("usr/bin"));
            assertThat(Files.exists(image.getPath("/dangling"))).isFalse();
            assertThatThrownBy(() -> Files.readString(image.getPath("/loop")))
                    .isInstanceOf(FileSystemLoopException.class);
            assertThatThrownBy(() -> Files.readSymbolicLink(image.getPath("/usr")))
                    .isInstanceOf(NotLinkException.class);
            assertThatThrownBy(() -> Files.size(image.getPath("/bin/tool/x")))
                    .isInstanceOf(FileSystemException.class)
                    .hasMessageContaining("Not a directory");
            assertThatThrownBy(() -> Files.newDirectoryStream(image.getPath("/absolute")))
                    .isInstanceOf(NotDirectoryException.class);
        }
    }

    @Test
    void describesFiles() throws IOException {
        LayerSource layer = layer(new Archive()
                .file("etc/passwd", "root:x:0:0::/:\nbin:x:2:2::/:/bin/false\n")
                .file("etc/group", "root:x:0:\nbin:*:2:\n")
                .owner(2)
                .mode(04751)
                .pax(
                        "mtime", "1700000000.123456789",
                        "SCHILY.xattr.user.note", "hello",
                        "SCHILY.xattr.security.capability", "\u0001\u0000\u0000\u0002\u0000\u00e4\n\u0000\u0000")
                .file("tool", "12345")
                .owner(100_000)
                .entry('4', "null", "", new byte[0]));
        try (ImageFileSystem image = ImageFileSystem.open(List.of(layer))) {
            Path tool = image.getPath("/tool");
            assertThat(Files.size(tool)).isEqualTo(5);
            assertThat(Files.getLastModifiedTime(tool)).hasToString("2023-11-14T22:13:20.123456789Z");
            assertThat(Files.getOwner(tool)).hasToString("bin");
            assertThat(Files.getOwner(image.getPath("null"))).hasToString("100000");
            assertThat(Files.getOwner(tool))
                    .isEqualTo(image.getUserPrincipalLookupService().lookupPrincipalByName("bin"));
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(tool)))
                    .isEqualTo("rwxr-x--x");
            assertThat(Files.readAttributes(tool, "unix:mode,uid,gid,nlink,rdev"))
                    .containsEntry("mode", 0104751)
                    .containsEntry("uid", 2)
                    .containsEntry("gid", 2)
                    .containsEntry("nlink", 1)
                    .containsEntry("rdev", 0L);
            assertThat(Files.readAttributes(tool, "*")).hasSize(9).containsEntry("isRegularFile", true);
            UserDefinedFileAttributeView view =
                    requireNonNull(Files.getFileAttributeView(tool, UserDefinedFileAttributeView.class));
            assertThat(view.list()).containsExactly("note");
            ByteBuffer value = ByteBuffer.allocate(view.size("note"));
            view.read("note", value);
            assertThat(value.array()).asString(UTF_8).isEqualTo("hello");
            assertThat(Files.readAttributes(tool, "xattr:security.capability").get("security.capability"))
                    .isEqualTo(new byte[] {1, 0, 0, 2, 0, (byte) 0xe4, '\n', 0, 0});
            assertThat(Files.isExecutable(tool)).isTrue();
            assertThat(Files.isReadable(tool)).isTrue();
            assertThat(Files.isWritable(tool)).isFalse();
            assertThat(Files.getFileStore(tool).isReadOnly()).isTrue();
            assertThatThrownBy(() -> Files.getAttribute(tool, "unix:colour"))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void namesOfAnyBytesCanBeRead() throws IOException {
        LayerSource layer = layer(new Archive()
                .file("caf\u00e9", "latin")
                .file(new String("café".getBytes(UTF_8), ISO_8859_1), "utf")
                .pax("path", "\u00ff\u00fe/" + "\u00ff".repeat(200))
                .file("x", "pax"));
        try (ImageFileSystem image = ImageFileSystem.open(List.of(layer));
                Stream<Path> paths = Files.walk(image.getPath("/"))) {
            List<String> contents = new ArrayList<>();
            for (Path path : paths.filter(Files::isRegularFile).toList()) {
                contents.add(Files.readString(image.getPath(path.toString())));
            }
            assertThat(contents).containsExactly("utf", "latin", "pax");
            assertThat(Files.readString(image.getPath("/café"))).isEqualTo("utf");
        }
    }

    @Test
    void listsDirectories() throws IOException {
        LayerSource layer =
                layer(new Archive().file("d/a.txt", "").file("d/b.md", "").directory("d/c.txt"));
        try (ImageFileSystem image = ImageFileSystem.open(List.of(layer));
                DirectoryStream<Path> texts = Files.newDirectoryStream(image.getPath("d"), "*.txt")) {
            assertThat(texts).extracting(Path::toString).containsExactly("d/a.txt", "d/c.txt");
        }
    }

    @Test
    void nothingCanBeWritten() throws IOException {
        try (ImageFileSystem image = ImageFileSystem.open(List.of(layer(new Archive().file("a", ""))))) {
            Path path = image.getPath("/a");
            assertThatThrownBy(() -> Files.writeString(path, "x")).isInstanceOf(ReadOnlyFileSystemException.class);
            assertThatThrownBy(() -> Files.delete(path)).isInstanceOf(ReadOnlyFileSystemException.class);
            assertThatThrownBy(() -> Files.createDirectory(image.getPath("/b")))
                    .isInstanceOf(ReadOnlyFileSystemException.class);
            assertThatThrownBy(() -> Files.newByteChannel(path, StandardOpenOption.APPEND))
                    .isInstanceOf(ReadOnlyFileSystemException.class);
            assertThatThrownBy(() -> Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxrwxrwx")))
                    .isInstanceOf(ReadOnlyFileSystemException.class);
            assertThatThrownBy(() -> path.getFileSystem().provider().checkAccess(path, java.nio.file.AccessMode.WRITE))
                    .isInstanceOf(AccessDeniedException.class);
            try (SeekableByteChannel channel = Files.newByteChannel(path)) {
                assertThatThrownBy(() -> channel.write(ByteBuffer.allocate(1)))
                        .isInstanceOf(NonWritableChannelException.class);
                channel.close();
                assertThatThrownBy(channel::position).isInstanceOf(ClosedChannelException.class);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Compression.class)
    void visitsAllContentsInOneGo(Compression compression) throws IOException {
        LayerSource lower = new Archive()
                .file("hidden", "hidden")
                .file("b", "b of lower")
                .hardLink("a-too", "b")
                .file("empty", "")
                .write(directory.resolve("lower"), compression);
        LayerSource upper = new Archive()
                .file("hidden", "twice")
                .file("c", "not read to its end")
                .file("hidden", "visible")
                .write(directory.resolve("upper"), compression);
        try (ImageFileSystem image = ImageFileSystem.open(List.of(lower, upper))) {
            List<String> visited = new ArrayList<>();
            image.visitFiles((path, content) -> visited.add(path + "=" + new String(content.readNBytes(12), UTF_8)));
            assertThat(visited).containsExactly("/empty=", "/a-too=b of lower", "/c=not read to ", "/hidden=visible");
        }
    }

    @Test
    void manyThreadsReadAtOnce() throws Exception {
        Archive archive = new Archive();
        for (int i = 0; i < 500; i++) {
            archive.file("f" + i, ("content of " + i + " ").repeat(500));
        }
        LayerSource layer = archive.write(directory.resolve("layer"), Compression.GZIP);
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try (ImageFileSystem image = ImageFileSystem.open(List.of(layer))) {
            List<Future<String>> contents = new ArrayList<>();
            for (int i = 499; i >= 0; i--) {
                Path path = image.getPath("/f" + i);
                contents.add(threads.submit(() -> Files.readString(path)));
            }
            for (int i = 499; i >= 0; i--) {
                assertThat(contents.get(499 - i).get()).isEqualTo(("content of " + i + " ").repeat(500));
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void anInterruptedReaderDisturbsNobody() throws Exception {
        LayerSource layer = layer(new Archive().file("a", "a"));
        try (ImageFileSystem image = ImageFileSystem.open(List.of(layer))) {
            Thread.currentThread().interrupt();
            try {
                Files.readString(image.getPath("/a"));
            } catch (IOException e) {
                // The reader itself may fail.
            }
            assertThat(Thread.interrupted()).isTrue();
            assertThat(Files.readString(image.getPath("/a"))).isEqualTo("a");
        }
    }

    @ParameterizedTest
    @EnumSource(Compression.class)
    void nothingIsReadAfterClosing(Compression compression) throws IOException {
        LayerSource layer = new Archive().file("a", "aa").write(directory.resolve("layer"), compression);
        ImageFileSystem image = ImageFileSystem.open(List.of(layer));
        Path path = image.getPath("/a");
        try (SeekableByteChannel channel = Files.newByteChannel(path)) {
            channel.read(ByteBuffer.allocate(1));
            image.close();
            image.close();
            assertThat(image.isOpen()).isFalse();
            assertThatThrownBy(() -> channel.read(ByteBuffer.allocate(1)))
                    .isInstanceOf(ClosedFileSystemException.class);
            assertThatThrownBy(() -> Files.exists(path)).isInstanceOf(ClosedFileSystemException.class);
        }
    }

    /** What docs/image-filesystem.md shows. */
    @Test
    void doesWhatTheDocumentationShows() throws IOException {
        LayerSource base = layer(new Archive().file("etc/os-release", "ID=test").file("etc/a.conf", ""));
        LayerSource application = layer(new Archive()
                .mode(0755)
                .file("opt/tool", "tool")
                .link("usr/bin/tool", "/opt/tool")
                .file("etc/d/b.conf", ""));
        try (ImageFileSystem image = ImageFileSystem.open(List.of(base, application))) {
            assertThat(Files.readString(image.getPath("/etc/os-release"))).isEqualTo("ID=test");
            Path tool = image.getPath("/usr/bin/tool");
            Files.copy(tool.toRealPath(), directory.resolve("tool"));
            assertThat(directory.resolve("tool")).hasContent("tool");
            assertThat(Files.getAttribute(tool, "unix:mode")).isEqualTo(0100755);
            try (Stream<Path> files = Files.walk(image.getPath("/etc"))) {
                assertThat(files.filter(image.getPathMatcher("glob:**.conf")::matches))
                        .containsExactly(image.getPath("/etc/a.conf"), image.getPath("/etc/d/b.conf"));
            }
        }
    }

    @Test
    void whatIsNotThereIsMissing() throws IOException {
        try (ImageFileSystem image = ImageFileSystem.open(List.of())) {
            assertThat(walk(image)).containsExactly("/");
            assertThatThrownBy(() -> Files.size(image.getPath("/x"))).isInstanceOf(NoSuchFileException.class);
        }
        assertThatThrownBy(() -> ImageFileSystem.open(List.of(LayerSource.archive(directory.resolve("none")))))
                .isInstanceOf(NoSuchFileException.class);
    }
}

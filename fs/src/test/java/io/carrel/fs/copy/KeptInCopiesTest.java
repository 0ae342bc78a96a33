package io.carrel.fs.copy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carrel.linux.RefusedContentException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What files have besides their content, into a root and out of one. */
@Tag("kernel")
class KeptInCopiesTest {

    @TempDir
    private Path place;

    private Path source = Path.of("");
    private Path root = Path.of("");

    @BeforeEach
    void makeTree() throws IOException {
        source = Files.createDirectory(place.resolve("source"));
        Files.createDirectory(source.resolve("d"));
        root = Files.createDirectory(place.resolve("root"));
        Files.writeString(source.resolve("one"), "content");
        Files.createLink(source.resolve("d/two"), source.resolve("one"));
        Files.createLink(source.resolve("three"), source.resolve("one"));
        Files.writeString(source.resolve("alone"), "content");
        attribute(source.resolve("one"), "note", "of the file");
        attribute(source.resolve("d"), "note", "of the directory");
        attribute(source.resolve("alone"), "empty", "");
        attribute(source.resolve("alone"), "overlay.opaque", "y");
        attribute(source.resolve("alone"), "rootlesscontainers", "x");
    }

    private static void attribute(Path file, String name, String value) throws IOException {
        Files.setAttribute(file, "user:" + name, UTF_8.encode(value));
    }

    private static Copied in(Path host, String inside, Path root, CopyOptions options) {
        try (FileRoot to = FileRoot.of(root)) {
            return FileCopy.in(host, to, inside, options);
        }
    }

    private static void assertIsCopied(Path copy) throws IOException {
        assertThat(copy.resolve("d/two")).hasContent("content");
        assertThat(Files.getAttribute(copy.resolve("one"), "unix:nlink")).isEqualTo(3);
        assertThat(Files.isSameFile(copy.resolve("one"), copy.resolve("d/two"))).isTrue();
        assertThat(Files.isSameFile(copy.resolve("one"), copy.resolve("three"))).isTrue();
        assertThat(Files.getAttribute(copy.resolve("alone"), "unix:nlink")).isEqualTo(1);
        assertThat((byte[]) Files.getAttribute(copy.resolve("three"), "user:note"))
                .asString(UTF_8)
                .isEqualTo("of the file");
        assertThat((byte[]) Files.getAttribute(copy.resolve("d"), "user:note"))
                .asString(UTF_8)
                .isEqualTo("of the directory");
        assertThat(Files.readAttributes(copy.resolve("alone"), "user:*")).containsOnlyKeys("empty");
    }

    @Test
    void hardLinksAndAttributesGoInAndOut() throws IOException {
        Copied copied = in(source, "/copy", root, CopyOptions.DEFAULT);

        assertIsCopied(root.resolve("copy"));
        assertThat(copied.files()).isEqualTo(6);
        assertThat(copied.bytes()).isBetween(14L, 60L);
        Path out = Files.createDirectory(place.resolve("out"));
        try (FileRoot from = FileRoot.of(root)) {
            FileCopy.out(from, "/copy/.", out, CopyOptions.DEFAULT);
        }
        assertIsCopied(out);
    }

    /** A file that has the name is replaced, and its other names keep what they have. */
    @Test
    void aLinkReplacesWhatIsThere() throws IOException {
        Path copy = Files.createDirectory(root.resolve("source"));
        Files.createDirectory(copy.resolve("d"));
        Files.writeString(root.resolve("other"), "other");
        Files.createLink(copy.resolve("d/two"), root.resolve("other"));
        Files.createSymbolicLink(copy.resolve("three"), Path.of("../other"));

        in(source, "/", root, CopyOptions.DEFAULT);
        assertThat(Files.isSameFile(copy.resolve("one"), copy.resolve("d/two"))).isTrue();
        assertThat(copy.resolve("three")).isRegularFile().hasContent("content");
        assertThat(Files.isSymbolicLink(copy.resolve("three"))).isFalse();
        assertThat(root.resolve("other")).hasContent("other");
        assertThat(Files.readAttributes(root.resolve("other"), "unix:nlink", LinkOption.NOFOLLOW_LINKS))
                .containsEntry("nlink", 1);
    }

    @Test
    void aSecondCopyIsAnotherFile() throws IOException {
        in(source, "/first", root, CopyOptions.DEFAULT);
        in(source, "/second", root, CopyOptions.DEFAULT);

        assertThat(Files.isSameFile(root.resolve("first/one"), root.resolve("second/one")))
                .isFalse();
        assertThat(Files.getAttribute(root.resolve("second/one"), "unix:nlink")).isEqualTo(3);
    }

    @Test
    void attributesCountForTheLimit() throws IOException {
        Path file = Files.createFile(place.resolve("file"));
        attribute(file, "large", "x".repeat(2000));

        assertThatThrownBy(() -> in(file, "/file", root, CopyOptions.DEFAULT.limits(new CopyLimits(10, 1999, 10))))
                .isInstanceOf(RefusedContentException.class)
                .hasMessageContaining("bytes");
        assertThat(in(file, "/file", root, CopyOptions.DEFAULT.limits(new CopyLimits(10, 2000, 10)))
                        .bytes())
                .isEqualTo(2000);
        assertThat(Files.size(root.resolve("file"))).isZero();
        assertThat((byte[]) Files.getAttribute(root.resolve("file"), "user:large"))
                .hasSize(2000);
    }
}

package io.carrel.images.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.ProviderMismatchException;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Paths in images behave as the JDK's own paths on Unix do. */
class ImagePathTest {

    private static final int ROUNDS = 50_000;
    private static final List<String> PARTS =
            List.of("a", "b", "ab", ".", "..", "/", "/", "/", "//", "...", ".b", "a.b", "c d", "");

    private final Random random = new Random(42);
    private ImageFileSystem image;

    @BeforeEach
    void openAnEmptyImage() throws IOException {
        image = ImageFileSystem.open(List.of());
    }

    @AfterEach
    void close() throws IOException {
        image.close();
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "paths of Windows are other ones")
    void behavesAsThePathsOfTheHost() {
        for (int i = 0; i < ROUNDS; i++) {
            String text = text();
            same(text, text(), (path, other) -> path);
            same(text, "", (path, other) -> path.getFileName());
            same(text, "", (path, other) -> path.getParent());
            same(text, "", (path, other) -> path.getRoot());
            same(text, "", (path, other) -> path.getNameCount());
            same(text, "", (path, other) -> path.isAbsolute());
            same(text, "", (path, other) -> path.normalize());
            same(text, "", (path, other) -> List.copyOf(names(path)));
        }
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "paths of Windows are other ones")
    void relatesToOtherPathsAsThoseOfTheHostDo() {
        for (int i = 0; i < ROUNDS; i++) {
            String text = text();
            String other = text();
            int from = random.nextInt(5) - 1;
            int to = random.nextInt(6) - 1;
            same(text, other, Path::resolve);
            same(text, other, Path::resolveSibling);
            same(text, other, Path::relativize);
            same(text, other, Path::startsWith);
            same(text, other, Path::endsWith);
            same(text, other, Path::equals);
            same(text, other, (path, second) -> Integer.signum(path.compareTo(second)));
            same(text, other, (path, second) -> path.subpath(from, to));
            same(text, other, (path, second) -> path.getName(from));
            same(text, other, (path, second) -> path.getFileSystem().getPath(text, other, text));
        }
    }

    @Test
    void sameTextMeansSameHash() {
        for (int i = 0; i < 1000; i++) {
            String text = text();
            assertThat(image.getPath(text)).hasSameHashCodeAs(image.getPath(text));
        }
    }

    @Test
    void pathsOfOtherFileSystemsAreForeign() throws IOException {
        Path path = image.getPath("/a");
        Path foreign = Path.of("a");
        try (ImageFileSystem other = ImageFileSystem.open(List.of())) {
            assertThat(path).isNotEqualTo(other.getPath("/a")).isNotEqualTo(foreign);
            assertThat(path.startsWith(other.getPath("/"))).isFalse();
        }
        assertThat(path.startsWith(foreign)).isFalse();
        assertThat(path.endsWith(foreign)).isFalse();
        assertThatThrownBy(() -> path.resolve(foreign)).isInstanceOf(ProviderMismatchException.class);
        assertThatThrownBy(() -> path.relativize(foreign)).isInstanceOf(ProviderMismatchException.class);
        assertThatThrownBy(() -> path.compareTo(foreign)).isInstanceOf(ClassCastException.class);
    }

    @Test
    void noNameHasAZero() {
        assertThatThrownBy(() -> image.getPath("a\0b")).isInstanceOf(InvalidPathException.class);
    }

    @Test
    void uriLeadsBack() throws IOException {
        Path path = image.getPath("/a b/ü%/\udcff\udc80!");
        URI uri = path.toUri();
        assertThat(uri.toString()).endsWith("!/a%20b/%C3%BC%25/%FF%80!");
        assertThat(path.getFileSystem().provider().getPath(uri)).isEqualTo(path);

        image.close();
        assertThatThrownBy(() -> path.getFileSystem().provider().getPath(uri))
                .isInstanceOf(FileSystemNotFoundException.class);
    }

    private String text() {
        StringBuilder text = new StringBuilder();
        for (int parts = random.nextInt(7); parts > 0; parts--) {
            text.append(PARTS.get(random.nextInt(PARTS.size())));
            text.append(random.nextBoolean() ? "/" : "");
        }
        return text.toString();
    }

    private static List<String> names(Path path) {
        List<String> names = new java.util.ArrayList<>();
        path.forEach(name -> names.add(name.toString()));
        return names;
    }

    private interface Question {
        @Nullable Object ask(Path path, Path other);
    }

    private void same(String text, String other, Question question) {
        String here = answer(question, image::getPath, text, other);
        String host = answer(question, Path::of, text, other);
        assertThat(here).as("\"%s\" and \"%s\"", text, other).isEqualTo(host);
    }

    private static String answer(Question question, Function<String, Path> paths, String text, String other) {
        try {
            return Objects.toString(question.ask(paths.apply(text), paths.apply(other)));
        } catch (IllegalArgumentException e) {
            return "IllegalArgumentException";
        }
    }
}

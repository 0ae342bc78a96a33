package io.carrel.images.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystemAlreadyExistsException;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The JVM finds the provider by itself: nothing of this package is needed to open an image. */
class InstalledProviderTest {

    @TempDir
    private Path directory;

    @Test
    void opensAnArchiveByItsUri() throws IOException {
        Path archive = directory.resolve("a layer!.tar");
        new Archive().file("etc/os-release", "ID=test").write(archive);
        URI uri = URI.create("carrel-image:" + archive.toUri().toString().replace("!", "%21"));

        try (FileSystem image = FileSystems.newFileSystem(uri, Map.of())) {
            Path path = Path.of(URI.create(uri + "!/etc/os-release"));
            assertThat(path).hasContent("ID=test");
            assertThat(path.getFileSystem()).isSameAs(image).isSameAs(FileSystems.getFileSystem(uri));
            assertThat(Path.of(path.toUri())).isEqualTo(path);
            assertThatThrownBy(() -> FileSystems.newFileSystem(uri, Map.of()))
                    .isInstanceOf(FileSystemAlreadyExistsException.class);
        }
        assertThatThrownBy(() -> Path.of(URI.create(uri + "!/"))).isInstanceOf(FileSystemNotFoundException.class);
        try (FileSystem again = FileSystems.newFileSystem(uri, Map.of())) {
            assertThat(again.getPath("/etc/os-release")).hasContent("ID=test");
        }
    }

    @Test
    void opensSeveralLayersByAName() throws IOException {
        Path lower = directory.resolve("lower");
        new Archive().file("a", "lower").file("b", "lower").write(lower);
        Path upper = Files.createDirectory(directory.resolve("upper"));
        Files.writeString(upper.resolve("b"), "upper");
        URI uri = URI.create("carrel-image:mine");

        try (FileSystem image = FileSystems.newFileSystem(uri, Map.of("layers", List.of(lower, upper)))) {
            assertThat(image.getPath("/a")).hasContent("lower");
            assertThat(Path.of(URI.create("carrel-image:mine!/b"))).hasContent("upper");
        }
    }

    @Test
    void whatCannotBeOpenedLeavesItsNameFree() throws IOException {
        Path archive = directory.resolve("late.tar");
        URI uri = URI.create("carrel-image:" + archive.toUri());

        assertThatThrownBy(() -> FileSystems.newFileSystem(uri, Map.of())).isInstanceOf(NoSuchFileException.class);
        new Archive().file("a", "").write(archive);
        try (FileSystem image = FileSystems.newFileSystem(uri, Map.of())) {
            assertThat(image.getPath("/a")).exists();
        }
    }

    @Test
    void refusesWhatMeansNothing() {
        Map<String, ?> layers = Map.of("layers", List.of());
        assertThatThrownBy(() -> FileSystems.newFileSystem(URI.create("carrel-image:7"), layers))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("choose another name");
        assertThatThrownBy(() -> FileSystems.newFileSystem(URI.create("carrel-image:x!y"), layers))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("carrel-image:NAME");
        assertThatThrownBy(() -> FileSystems.newFileSystem(URI.create("carrel-image:x"), Map.of("layers", "x")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("must be a list");
    }
}

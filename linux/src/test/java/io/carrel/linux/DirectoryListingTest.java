package io.carrel.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryListingTest {

    @TempDir
    private Path directory;

    @Test
    void namesWhatIsThere() throws IOException {
        Path one = Files.createFile(directory.resolve("one"));
        Path two = Files.createDirectory(directory.resolve("two"));
        Files.createFile(two.resolve("deeper"));
        assertThat(DirectoryListing.of(directory)).containsExactlyInAnyOrder(one, two);
        assertThat(DirectoryListing.of(directory, "o*")).containsExactly(one);
        assertThat(DirectoryListing.isEmpty(two)).isFalse();
        assertThat(DirectoryListing.isEmpty(Files.createDirectory(directory.resolve("empty"))))
                .isTrue();
        assertThatExceptionOfType(NoSuchFileException.class)
                .isThrownBy(() -> DirectoryListing.of(directory.resolve("none")));
    }
}

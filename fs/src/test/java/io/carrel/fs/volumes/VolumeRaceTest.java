package io.carrel.fs.volumes;

import static org.assertj.core.api.Assertions.assertThat;

import io.carrel.linux.NotFoundException;
import io.carrel.testing.Race;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Several that change the same volumes at the same time, as several JVMs do: they exclude each other by the same locks.
 */
@Tag("kernel")
@Tag("long") // it says nothing about kernels
@Timeout(60)
class VolumeRaceTest {

    private static final int TURNS = 150;

    @TempDir
    private Path directory;

    private void use(int number) throws Exception {
        try (VolumeLease lease = VolumeStore.open(directory).use("shared")) {
            Path own = Files.createTempFile(lease.volume().path(), "file", "");
            Files.writeString(own, "x");
            assertThat(Files.readString(own)).as("a file of a volume in use").isEqualTo("x");
        }
    }

    private void useAnonymous(int number) throws Exception {
        Path files;
        try (VolumeLease lease = VolumeStore.open(directory).useAnonymous()) {
            files = Files.writeString(lease.volume().path().resolve("file" + number), "x");
            assertThat(files).exists();
        }
        assertThat(files).doesNotExist();
    }

    private void remove(int number) {
        try {
            VolumeStore.open(directory).remove("shared");
        } catch (RuntimeException refused) {
            assertThat(refused).hasMessageMatching("(?s).*(in use|no volume).*");
        }
    }

    private void look(int number) {
        VolumeStore store = VolumeStore.open(directory);
        for (Volume volume : store.list()) {
            store.find(volume.name());
            users(store, volume.name());
        }
        assertThat(store.damaged()).isEmpty();
    }

    private static void users(VolumeStore store, String name) {
        try {
            store.users(name);
        } catch (NotFoundException removed) {
            assertThat(removed).hasMessageContaining(name);
        }
    }

    @Test
    void whatIsInUseStaysAndWhatIsRemovedIsGone() throws Exception {
        Race.run(
                TURNS,
                this::use,
                this::use,
                this::useAnonymous,
                this::remove,
                this::look,
                number -> VolumeStore.open(directory).prune(number % 2 == 0));

        VolumeStore store = VolumeStore.open(directory);
        store.create("last", Map.of());
        store.prune(true);
        assertThat(store.list()).isEmpty();
        try (Stream<Path> left = Files.walk(directory)) {
            assertThat(left.filter(Files::isRegularFile).map(Path::getFileName).map(Path::toString))
                    .isSubsetOf(List.of(".lock"));
        }
    }
}

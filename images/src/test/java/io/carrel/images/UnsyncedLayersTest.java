package io.carrel.images;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.Iterables;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A machine that stops before a layer is on disk costs the time to unpack it again, and no more. */
@Tag("kernel")
@Timeout(60)
class UnsyncedLayersTest {

    private static final String OTHER_BOOT = "00000000-1111-2222-3333-444444444444";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path temp;

    private Path directory = Path.of("");
    private Path source = Path.of("");

    @BeforeEach
    void makeImage() throws IOException {
        directory = temp.resolve("store");
        source = TestImage.of(temp.resolve("image"), "app:1", "text");
    }

    @Test
    void theMarkGoesWhenTheLayerIsWritten() throws IOException {
        assertThat(loaded().resolve("text")).hasContent("text");
        while (marks() > 0) {
            LockSupport.parkNanos(1_000_000);
        }
        ImageStore.open(directory);
        assertThat(directory.resolve("layers")).isDirectoryRecursivelyContaining("glob:**/text");
    }

    @Test
    void whatAnotherBootLeftUnwrittenIsUnpackedAgain() throws IOException {
        Path layer = loaded();
        Files.writeString(layer.resolve("text"), "half of a");
        mark(OTHER_BOOT, layer);
        ImageStore store = ImageStore.open(directory);
        assertThat(layer).doesNotExist();
        assertThat(store.image("app:1").layers().get(0).resolve("text")).hasContent("text");
        assertThat(directory.resolve("tmp")).isEmptyDirectory();
    }

    @Test
    void whatThisBootHasNotWrittenYetStays() throws IOException {
        Path layer = loaded();
        Files.writeString(layer.resolve("own"), "seen");
        mark(MountRecord.bootHere(), layer);
        ImageStore.open(directory);
        assertThat(layer.resolve("own")).hasContent("seen");
        while (marks() > 0) {
            LockSupport.parkNanos(1_000_000);
        }
        assertThat(layer.resolve("own")).hasContent("seen");
    }

    @Test
    void whileSomebodyHasTheStoreNothingIsTakenAway() throws IOException {
        Path layer = loaded();
        mark(OTHER_BOOT, layer);
        try (StoreLock.Held held =
                new StoreLayout(directory, false).contentLock().shared()) {
            ImageStore.open(directory);
            assertThat(layer).exists();
        }
        ImageStore.open(directory);
        assertThat(layer).doesNotExist();
    }

    private Path loaded() {
        return ImageStore.open(directory).load(source).get(0).layers().get(0);
    }

    private void mark(String boot, Path layer) throws IOException {
        String place = directory.resolve("layers").relativize(layer).toString().replace('/', '.');
        Files.createFile(directory.resolve("unsynced/%s.%s.x".formatted(boot, place)));
    }

    private int marks() throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory.resolve("unsynced"))) {
            return Iterables.size(files);
        }
    }
}

package io.carrel.linux.binding;

import static org.assertj.core.api.Assertions.assertThat;

import io.carrel.linux.uapi.InotifyMask;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("kernel")
class InotifyTest {

    @TempDir
    private Path directory;

    @Test
    void tellsWhichFileWasWritten() throws IOException {
        Path one = Files.createFile(directory.resolve("one"));
        Path other = Files.createFile(directory.resolve("other"));
        try (Inotify inotify = Inotify.open("two files")) {
            int first = inotify.watch(one, InotifyMask.IN_CLOSE_WRITE).orElseThrow();
            int second = inotify.watch(other, InotifyMask.IN_CLOSE_WRITE).orElseThrow();
            assertThat(read(inotify)).isEmpty();

            Files.writeString(other, "x", StandardOpenOption.APPEND);

            assertThat(TransferCalls.poll(List.of(inotify.descriptor()), Duration.ofSeconds(10)))
                    .containsExactly(true);
            assertThat(read(inotify)).containsExactly(second).doesNotContain(first);
        }
    }

    @Test
    void tellsNothingOfAFileThatIsForgotten() throws IOException {
        Path file = Files.createFile(directory.resolve("file"));
        try (Inotify inotify = Inotify.open("a file")) {
            int watch = inotify.watch(file, InotifyMask.IN_MODIFY).orElseThrow();
            inotify.forget(watch);
            assertThat(read(inotify)).containsExactly(watch); // the kernel says that it is over

            Files.writeString(file, "x");

            assertThat(read(inotify)).isEmpty();
        }
    }

    @Test
    void aFileThatIsNotThereIsNoFailure() {
        try (Inotify inotify = Inotify.open("nothing")) {
            assertThat(inotify.watch(directory.resolve("none"), InotifyMask.IN_MODIFY))
                    .isEmpty();
        }
    }

    private static List<Integer> read(Inotify inotify) {
        List<Integer> read = new ArrayList<>();
        inotify.read(read::add);
        return read;
    }
}

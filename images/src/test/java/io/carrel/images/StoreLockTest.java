package io.carrel.images;

import static org.assertj.core.api.Assertions.assertThat;

import io.carrel.testing.Waiter;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("kernel")
class StoreLockTest {

    @TempDir
    private Path directory;

    private StoreLock lock() {
        return new StoreLock(directory.resolve("content"), false);
    }

    @Test
    void oneHasItOrManyShareIt() {
        try (StoreLock.Held one = lock().shared()) {
            assertThat(lock().tryExclusive()).isEmpty();
            assertThat(one).isNotNull();
        }
        try (StoreLock.Held alone = lock().exclusive()) {
            assertThat(lock().tryExclusive()).isEmpty();
            assertThat(alone).isNotNull();
        }
        assertThat(lock().tryExclusive()).hasValueSatisfying(StoreLock.Held::close);
    }

    @Test
    void whoWantsItAloneIsNotOvertaken() throws Exception {
        StoreLock.Held first = lock().shared();
        Waiter<StoreLock.Held> alone = Waiter.start(() -> lock().exclusive());
        Waiter<Boolean> late = Waiter.start(() -> {
            lock().shared().close();
            return true;
        });

        // Waiting for somebody who waits for this thread would never end.
        lock().shared().close();
        first.close();

        StoreLock.Held held = alone.result();
        assertThat(late.isDone()).isFalse();
        held.close();
        assertThat(late.result()).isTrue();
        assertThat(lock().tryExclusive()).hasValueSatisfying(StoreLock.Held::close);
    }
}

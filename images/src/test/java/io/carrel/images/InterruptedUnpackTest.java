package io.carrel.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.carrel.fs.internal.Tree;
import io.carrel.images.layers.Digest;
import io.carrel.linux.HostFileException;
import io.carrel.linux.binding.Lease;
import io.carrel.testing.Waiter;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who waits for layers that another process unpacks need not wait for ever. */
@Tag("kernel")
class InterruptedUnpackTest {

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path temp;

    /** There are more layers than threads, so some have not begun. */
    @Test
    void anInterruptEndsTheWaitForLayers() throws Exception {
        ImageStore store = ImageStore.open(temp.resolve("store"));
        String[] texts = new String[20];
        for (int i = 0; i < texts.length; i++) {
            texts[i] = "layer " + i;
        }
        Image image =
                store.load(TestImage.of(temp.resolve("made"), "app:1", texts)).get(0);
        for (Path layer : image.layers()) {
            Tree.delete(layer);
        }
        List<Lease> held = new ArrayList<>();
        for (Digest diffId : image.config().diffIds()) {
            held.add(store.layout().lockLayer(store.unpacker().owners(), diffId));
        }
        Waiter<Boolean> waiting = Waiter.start(() -> {
            assertThatExceptionOfType(HostFileException.class)
                    .isThrownBy(image::layers)
                    .withRootCauseInstanceOf(InterruptedIOException.class);
            return Thread.currentThread().isInterrupted();
        });

        waiting.interrupt();

        assertThat(waiting.result()).isTrue();
        held.forEach(Lease::close);
        assertThat(image.layers())
                .hasSize(texts.length)
                .allSatisfy(layer -> assertThat(layer).exists());
    }
}

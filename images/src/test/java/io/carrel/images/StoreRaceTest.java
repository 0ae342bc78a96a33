package io.carrel.images;

import static org.assertj.core.api.Assertions.assertThat;

import io.carrel.testing.Race;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Several that change the same store at the same time, as several JVMs do. */
@Tag("kernel")
@Tag("long") // it says nothing about kernels
@Timeout(60)
class StoreRaceTest {

    private static final int TURNS = 30;

    @TempDir
    private Path temporary;

    private ImageStore store() {
        return ImageStore.open(temporary.resolve("store"));
    }

    @Test
    void noImageIsLostOrHalfThere() throws Exception {
        Path stays = TestImage.of(temporary.resolve("stays"), "stays:1", "base", "one");
        Path comes = TestImage.of(temporary.resolve("comes"), "comes:1", "base", "two");
        store().load(stays);
        Race.run(
                TURNS,
                number -> {
                    store().load(comes);
                    remove("comes:1");
                },
                number -> {
                    ImageStore store = store();
                    store.tag(store.image("stays:1"), Reference.parse("also:" + number % 3));
                },
                number -> store().untag(Reference.parse("also:" + number % 3)),
                number -> store().prune(false),
                number -> {
                    ImageStore store = store();
                    assertThat(store.images()).extracting(Image::digest).isNotEmpty();
                    assertThat(store.image("stays:1").layers())
                            .allSatisfy(layer -> assertThat(layer).exists());
                });

        assertThat(store().verify().damages()).isEmpty();
        store().load(comes);
        assertThat(store().image("comes:1").layers())
                .hasSize(2)
                .allSatisfy(layer -> assertThat(layer).exists());
    }

    /** Somebody may have pruned it meanwhile. */
    private void remove(String name) {
        try {
            store().remove(name, true);
        } catch (RuntimeException gone) {
            assertThat(gone).hasMessageContaining("no image");
        }
    }
}

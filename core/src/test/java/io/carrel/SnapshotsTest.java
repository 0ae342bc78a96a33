package io.carrel;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.carrel.Snapshots.Snapshot;
import io.carrel.fs.ImageRoot;
import io.carrel.fs.Overlay;
import io.carrel.fs.RootFs;
import io.carrel.fs.Storage;
import io.carrel.fs.Upper;
import io.carrel.images.ImageInUseException;
import io.carrel.images.ImageStore;
import io.carrel.images.ImageUser;
import io.carrel.images.NewImage;
import io.carrel.images.Reference;
import io.carrel.linux.NotFoundException;
import io.carrel.testing.Inside;
import io.carrel.testing.KernelFeature;
import io.carrel.testing.Layers;
import io.carrel.testing.NeedsKernel;
import io.carrel.testing.NeedsProgram;
import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What containers changed can be listed and thrown away. */
@Tag("kernel")
@NeedsProgram("busybox")
@NeedsKernel(KernelFeature.LAYERS)
class SnapshotsTest {

    private static final String CLOSED =
            "mkdir -p /srv/a/b; touch /srv/a/b/f; busybox chmod 0 /srv/a/b; busybox chmod 0111 /srv/a";

    @TempDir
    private Path temporary;

    private Layers layers = new Layers(Path.of("/"));
    private Storage storage = new Storage(Path.of("/"));

    @BeforeEach
    void makeLayers() throws Exception {
        layers = Layers.in(temporary);
        storage = new Storage(temporary.resolve("home"));
    }

    private Overlay root(Upper upper) {
        return RootFs.overlay(layers.busybox()).upper(upper);
    }

    @Test
    void imagesThatContainersAndTheirChangesNeedAreNotRemoved() throws Exception {
        ImageStore store = ImageStore.open(storage);
        store.importRoot(layers.busybox(), NewImage.of().named(Reference.parse("desk:1")));
        Path kept = temporary.resolve("kept");
        ImageRoot image = RootFs.image("desk:1").in(storage);
        for (Upper upper : List.of(Upper.kept(kept), Upper.snapshot("work", storage))) {
            Container.builder().root(image.upper(upper)).command("true").build().run();
        }
        Path snapshot = storage.uppers().resolve("named/work");
        ContainerProcess running = Container.builder()
                .root(image.upper(Upper.memory(0)))
                .command("cat")
                .build()
                .start();
        try (running) {
            assertThat(usersOf(store))
                    .containsExactlyInAnyOrder(
                            new ImageUser(
                                    ImageUser.Kind.PROCESS,
                                    Long.toString(ProcessHandle.current().pid())),
                            new ImageUser(ImageUser.Kind.CHANGES, kept.toString()),
                            new ImageUser(ImageUser.Kind.CHANGES, snapshot.toString()));
        }
        assertThat(usersOf(store)).hasSize(2);
        Snapshots.of(storage).remove("work");
        assertThat(store.prune(true).names()).isEmpty();
        assertThat(usersOf(store)).containsExactly(new ImageUser(ImageUser.Kind.CHANGES, kept.toString()));

        Snapshots.discard(Upper.kept(kept));
        assertThat(store.remove("desk:1", false).isGone()).isTrue();
    }

    private static List<ImageUser> usersOf(ImageStore store) {
        ImageInUseException refused =
                catchThrowableOfType(ImageInUseException.class, () -> store.remove("desk:1", false));
        assertThat(store.users(store.image("desk:1"))).isEqualTo(refused.users());
        return refused.users();
    }

    @Test
    void closedDirectoriesAndThoseOfOverlayfsAreThrownAway() throws Exception {
        Path kept = temporary.resolve("kept");
        Inside.run(Layers.on(root(Upper.kept(kept))), CLOSED);
        assertThat(kept.resolve("work/work")).exists();

        Snapshots.discard(Upper.kept(kept));

        assertThat(kept).doesNotExist();
        assertThat(Inside.run(Layers.on(root(Upper.kept(kept))), "ls /")).doesNotContain("srv");
    }

    @Test
    void whatElseLiesThereStays() throws Exception {
        Path kept = temporary.resolve("kept");
        Inside.run(Layers.on(root(Upper.kept(kept))), "true");
        Files.writeString(kept.resolve("letter"), "");
        Snapshots.discard(Upper.kept(kept));
        assertThat(kept).isDirectoryContaining("glob:**/letter");
        assertThat(kept.resolve("upper")).doesNotExist();
    }

    @Test
    void snapshotsAreListedAndRemoved() throws Exception {
        Snapshots snapshots = Snapshots.of(storage);
        assertThat(snapshots.list()).isEmpty();
        Inside.run(Layers.on(root(Upper.snapshot("b", storage))), CLOSED);
        Inside.run(Layers.on(root(Upper.snapshot("a", storage))), "true");
        assertThat(snapshots.list()).extracting(Snapshot::name).containsExactly("a", "b");
        assertThat(snapshots.find("a").orElseThrow().image()).isEmpty();
        snapshots.remove("b");
        assertThat(snapshots.list()).extracting(Snapshot::name).containsExactly("a");
        assertThatThrownBy(() -> snapshots.remove("b")).isInstanceOf(NotFoundException.class);
    }

    @Test
    void oneThatAContainerRunsOnIsNotRemoved() throws Exception {
        Snapshots snapshots = Snapshots.of(storage);
        try (ContainerProcess process = Layers.on(root(Upper.snapshot("a", storage)))
                        .command("sh", "-c", "echo runs; cat")
                        .build()
                        .start();
                BufferedReader output = process.inputReader(UTF_8)) {
            assertThat(output.readLine()).isEqualTo("runs");
            assertThat(snapshots.list()).extracting(Snapshot::inUse).containsExactly(true);
            assertThatThrownBy(() -> snapshots.remove("a"))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("those of a container that runs now");
        }
        snapshots.remove("a");
        assertThat(snapshots.list()).isEmpty();
    }
}

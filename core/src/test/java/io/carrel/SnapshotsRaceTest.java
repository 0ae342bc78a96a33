package io.carrel;

import static org.assertj.core.api.Assertions.assertThat;

import io.carrel.fs.RootFs;
import io.carrel.fs.Storage;
import io.carrel.fs.Upper;
import io.carrel.testing.KernelFeature;
import io.carrel.testing.Layers;
import io.carrel.testing.NeedsKernel;
import io.carrel.testing.NeedsProgram;
import io.carrel.testing.Race;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Several that run on the same snapshots and remove them at the same time, as several JVMs do. */
@Tag("kernel")
@Tag("long")
@Timeout(100)
@NeedsProgram("busybox")
@NeedsKernel(KernelFeature.LAYERS)
class SnapshotsRaceTest {

    private static final int TURNS = 100;

    @TempDir
    private Path temporary;

    @Test
    void aSnapshotIsThereWholeOrNotAtAll() throws Exception {
        Layers layers = Layers.in(temporary);
        Storage storage = new Storage(temporary.resolve("home"));
        Snapshots snapshots = Snapshots.of(storage);
        AtomicInteger ran = new AtomicInteger();
        Race.Turn run = number -> {
            Upper upper = Upper.snapshot("work", storage);
            try {
                ContainerResult result = Container.builder()
                        .root(RootFs.overlay(layers.busybox()).upper(upper))
                        .command("sh", "-c", "echo " + number + " > /mine && cat /mine")
                        .build()
                        .run();
                assertThat(result.stdout()).as(result.stderr()).isEqualTo(number + "\n");
                ran.incrementAndGet();
            } catch (RuntimeException refused) {
                assertThat(refused).hasMessageContaining("a container that runs now");
            }
        };
        Race.run(
                TURNS,
                run,
                run,
                number -> {
                    try {
                        snapshots.remove("work");
                    } catch (RuntimeException refused) {
                        assertThat(refused).hasMessageMatching("(?s).*(a container that runs now|no snapshot).*");
                    }
                },
                number -> {
                    for (Snapshots.Snapshot snapshot : snapshots.list()) {
                        assertThat(snapshot.name()).isEqualTo("work");
                    }
                });

        assertThat(ran).hasPositiveValue();
        if (snapshots.find("work").isPresent()) {
            snapshots.remove("work");
        }
        assertThat(snapshots.list()).isEmpty();
        assertThat(Files.exists(storage.uppers().resolve("named/work"))).isFalse();
    }

    @Test
    void whoLooksIsInNobodysWay() throws Exception {
        Storage storage = new Storage(temporary.resolve("home"));
        Snapshots snapshots = Snapshots.of(storage);
        Container container = Container.builder()
                .root(RootFs.overlay(Layers.in(temporary).busybox()).upper(Upper.snapshot("work", storage)))
                .command("true")
                .build();
        AtomicBoolean done = new AtomicBoolean();
        Race.Turn look = number -> {
            while (!done.get()) {
                assertThat(snapshots.list()).hasSizeLessThanOrEqualTo(1);
            }
        };
        Race.run(
                1,
                number -> {
                    try {
                        for (int turn = 0; turn < TURNS; turn++) {
                            assertThat(container.run().exitStatus().success()).isTrue();
                            snapshots.remove("work");
                        }
                    } finally {
                        done.set(true);
                    }
                },
                look,
                look);
    }
}

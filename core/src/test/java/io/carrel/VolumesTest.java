package io.carrel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.google.common.util.concurrent.Uninterruptibles;
import io.carrel.fs.Access;
import io.carrel.fs.ContainerPath;
import io.carrel.fs.Mount;
import io.carrel.fs.Storage;
import io.carrel.fs.volumes.VolumeStore;
import io.carrel.testing.Inside;
import io.carrel.testing.KernelFeature;
import io.carrel.testing.NeedsKernel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Volumes in containers. */
@Tag("kernel")
@NeedsKernel(KernelFeature.BINDS)
class VolumesTest {

    @TempDir
    private Path directory;

    private ContainerBuilder with(String name, Access access) {
        return Container.builder()
                .mount(new Mount.Volume(new Storage(directory), name, ContainerPath.of("/data"), access));
    }

    private VolumeStore store() {
        return VolumeStore.open(new Storage(directory));
    }

    @Test
    void filesOutliveTheContainer() throws Exception {
        Inside.run(with("kept", Access.READ_WRITE), "echo hello > /data/file");

        assertThat(Inside.run(with("kept", Access.READ_ONLY), "cat /data/file")).isEqualTo("hello");
        assertThat(store().users("kept")).isEmpty();
    }

    @Test
    void isReadOnlyOnRequest() throws Exception {
        assertThat(Inside.attempt(with("kept", Access.READ_ONLY), "touch /data/file")
                        .stderr())
                .contains("Read-only file system");
    }

    @Test
    void ownersAreThoseOfTheContainer() throws Exception {
        Inside.run(with("kept", Access.READ_WRITE), "touch /data/file");

        assertThat(Files.getAttribute(directory.resolve("volumes/kept/data/file"), "unix:uid"))
                .isEqualTo(Files.getAttribute(directory, "unix:uid"));
    }

    @Test
    void cannotBeRemovedWhileAContainerRuns() throws Exception {
        try (ContainerProcess running =
                with("kept", Access.READ_WRITE).command("sleep", "60").build().start()) {
            assertThat(running.isAlive()).isTrue();
            assertThatIllegalStateException().isThrownBy(() -> store().remove("kept"));
        }
        store().remove("kept");
        assertThat(store().list()).isEmpty();
    }

    @Test
    void anonymousOnesGoWithTheContainer() throws Exception {
        Container container = with("", Access.READ_WRITE)
                .command("sh", "-c", "ls /data; touch /data/file")
                .build();

        assertThat(container.run().stdout()).isEmpty();
        assertThat(container.run().stdout()).isEmpty();
        assertThat(store().list()).isEmpty();
    }

    @Test
    void aFailedStartHoldsNothing() {
        Container container =
                with("kept", Access.READ_WRITE).command("/no/such/program").build();

        org.assertj.core.api.Assertions.assertThatThrownBy(container::start)
                .isInstanceOf(io.carrel.linux.SetupException.class);

        assertThat(store().users("kept")).isEmpty();
    }

    @Test
    void anInterruptEndsTheWaitForAVolume() throws Exception {
        Container container = with("kept", Access.READ_WRITE).command("true").build();
        container.plan(); // Refused here, not by another thread.
        CountDownLatch filling = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        Thread filler = new Thread(() -> store().use("kept", volume -> {
                    filling.countDown();
                    Uninterruptibles.awaitUninterruptibly(go);
                    return false;
                })
                .close());
        FutureTask<Class<?>> run = new FutureTask<>(() -> {
            try {
                container.run();
                return ContainerResult.class;
            } catch (InterruptedException e) {
                return e.getClass();
            }
        });
        Thread runner = new Thread(run);
        filler.start();
        filling.await();
        runner.start();
        // The second user is there before it waits.
        while (store().users("kept").size() < 2 || runner.getState() != Thread.State.WAITING) {
            assertThat(run.isDone()).isFalse();
        }

        runner.interrupt();

        assertThat(run.get(20, TimeUnit.SECONDS)).isEqualTo(InterruptedException.class);
        assertThat(store().users("kept")).hasSize(1);
        go.countDown();
        filler.join();
        assertThat(store().users("kept")).isEmpty();
    }
}

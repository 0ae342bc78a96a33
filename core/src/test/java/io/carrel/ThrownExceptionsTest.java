package io.carrel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.google.common.base.Throwables;
import io.carrel.fs.Access;
import io.carrel.fs.ContainerPath;
import io.carrel.fs.HostPath;
import io.carrel.fs.Mount;
import io.carrel.fs.RootFs;
import io.carrel.fs.Storage;
import io.carrel.fs.Upper;
import io.carrel.fs.copy.CopyOptions;
import io.carrel.images.ImageStore;
import io.carrel.linux.ContainerException;
import io.carrel.linux.Signal;
import io.carrel.netns.Egress;
import io.carrel.netns.PortMapping;
import io.carrel.testing.KernelFeature;
import io.carrel.testing.NeedsKernel;
import io.carrel.testing.Outside;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Where another thread has failed, or a stream of files, what leaves the library is what it failed with: nowhere in it
 * is one of the exceptions by which the JDK passes it on.
 */
@Tag("kernel")
@Timeout(60)
class ThrownExceptionsTest {

    @TempDir
    private Path directory;

    private static Throwable assertClean(Class<? extends Throwable> type, ThrowingCallable call) {
        Throwable thrown = catchThrowable(call);
        assertThat(thrown).isInstanceOf(type);
        assertClean(thrown);
        return thrown;
    }

    private static void assertClean(Throwable thrown) {
        for (Throwable each : Throwables.getCausalChain(thrown)) {
            assertThat(each)
                    .as(Throwables.getStackTraceAsString(thrown))
                    .isNotInstanceOfAny(
                            CompletionException.class, ExecutionException.class, UncheckedIOException.class);
            List.of(each.getSuppressed()).forEach(ThrownExceptionsTest::assertClean);
        }
    }

    private Mount volume() {
        return new Mount.Volume(
                new Storage(directory.resolve("storage")), "kept", ContainerPath.of("/kept"), Access.READ_WRITE);
    }

    @Test
    @NeedsKernel(KernelFeature.BINDS)
    void whatCannotBeCleanedUpIsToldAndNotThrown() throws Exception {
        ContainerProcess cat =
                Container.builder().mount(volume()).command("cat").build().start();
        Files.move(directory.resolve("storage"), directory.resolve("moved"));
        cat.close();
        assertThat(cat.awaitExit().success()).isFalse();
        assertThat(cat.cleanupFailure()).hasValueSatisfying(failure -> {
            assertThat(failure).isInstanceOf(ContainerException.class);
            assertClean(failure);
        });
    }

    @Test
    void whatTheInitAnswersIsThrown() throws Exception {
        try (ContainerProcess cat = Container.builder().command("cat").build().start()) {
            assertClean(ContainerException.class, () -> cat.exec("/nowhere"));
            assertClean(
                    ContainerException.class,
                    () -> cat.execBuilder("true").workingDirectory("/nowhere").start());
            assertClean(
                    ContainerException.class,
                    () -> cat.execBuilder("true")
                            .redirectInput(
                                    Redirect.from(directory.resolve("none").toFile()))
                            .start());
            cat.signal(Signal.KILL);
            cat.awaitExit();
            assertClean(IllegalStateException.class, () -> cat.exec("true"));
        }
    }

    /** Its end and the answer come in any order. */
    @Test
    void whoAsksWhileItEndsIsToldSo() throws Exception {
        for (int i = 0; i < 20; i++) {
            try (ContainerProcess cat =
                    Container.builder().command("cat").build().start()) {
                cat.signal(Signal.KILL);
                Throwable thrown =
                        catchThrowable(() -> cat.exec("/proc/self/exe").close());
                if (thrown != null) {
                    assertThat(thrown).isInstanceOfAny(ContainerException.class, IllegalStateException.class);
                    assertClean(thrown);
                }
            }
        }
    }

    /** They are copied on a thread of their own. */
    @Test
    void whatCannotBeCopiedIsThrown() throws Exception {
        Path file = Files.writeString(directory.resolve("file"), "content");
        try (ContainerProcess cat = Container.builder().command("cat").build().start()) {
            ContainerFiles files = cat.files();
            assertClean(ContainerException.class, () -> files.copyOut("/nowhere", directory));
            assertClean(ContainerException.class, () -> files.copyIn(directory.resolve("none"), "/tmp"));
            assertClean(ContainerException.class, () -> files.copyIn(file, "/nowhere/below"));
            assertClean(ContainerException.class, () -> files.readFile("/tmp", 10));
            assertClean(ContainerException.class, () -> files.writeFile("/nowhere/below", new byte[1], 0644));
            assertClean(
                    ContainerException.class,
                    () -> files.copyIn(Files.newInputStream(file), "/tmp", CopyOptions.DEFAULT));
        }
    }

    @Test
    void whatAStartFailsWithOnAnotherThreadIsThrown() throws Exception {
        assertClean(
                ContainerException.class,
                () -> Container.builder()
                        .bind(HostPath.of(directory.resolve("none")), "/data", Access.READ_ONLY)
                        .command("true")
                        .build()
                        .start());
        assertClean(
                ContainerException.class,
                () -> Container.builder().command("/nowhere").build().run());
        assertClean(
                ContainerException.class,
                () -> Container.builder()
                        .root(RootFs.image("none").in(new Storage(directory)))
                        .command("true")
                        .build()
                        .run());
    }

    /** The relay has a thread of its own. */
    @Test
    void whatTheNetworksLoopFailsWithIsThrown() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Container container = Container.builder()
                    .network(Network.egress(Egress.allow("example.org:443")))
                    .publish(PortMapping.parse("127.0.0.1:" + taken.getLocalPort() + ":80"))
                    .command("true")
                    .build();
            assertClean(ContainerException.class, container::start);
            assertClean(ContainerException.class, container::run);
        }
    }

    /** Directories are read as streams, which fail in the middle with unchecked exceptions. */
    @Test
    void whatStoresCannotReadIsThrown() throws Exception {
        Storage storage = new Storage(directory.resolve("storage"));
        ImageStore.open(storage);
        Path images = storage.directory().resolve("images");
        Outside.run("rm", "-r", images.resolve("blobs").toString());
        Files.writeString(images.resolve("blobs"), "not a directory");
        assertClean(RuntimeException.class, () -> ImageStore.open(storage).verify());
        Path file = Files.writeString(directory.resolve("file"), "not a directory");
        assertClean(
                RuntimeException.class,
                () -> Container.builder()
                        .root(RootFs.image("none").in(new Storage(file)).upper(Upper.disk(new Storage(file))))
                        .command("true")
                        .build()
                        .run());
    }
}

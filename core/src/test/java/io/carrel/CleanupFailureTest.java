package io.carrel;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.carrel.fs.Access;
import io.carrel.fs.ContainerPath;
import io.carrel.fs.HostPath;
import io.carrel.fs.Mount;
import io.carrel.fs.Storage;
import io.carrel.fs.volumes.VolumeStore;
import io.carrel.internal.step.HostStep;
import io.carrel.linux.ContainerException;
import io.carrel.namespaces.IdMap;
import io.carrel.outcome.ExitStatus;
import io.carrel.outcome.HostStage;
import io.carrel.testing.ChildJvm;
import io.carrel.testing.Eventually;
import io.carrel.testing.KernelFeature;
import io.carrel.testing.NeedsKernel;
import io.carrel.testing.NeedsProgram;
import io.carrel.testing.Outside;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How a command ended is told whatever becomes of what it leaves on the host. */
@Tag("kernel")
@NeedsKernel(KernelFeature.BINDS)
@Timeout(60)
class CleanupFailureTest {

    private static final ExitStatus THREE = new ExitStatus.Exited(3);

    @TempDir
    private Path directory;

    private ContainerBuilder withVolumes() {
        return Container.builder().mount(volume("one", "/one")).mount(volume("two", "/two"));
    }

    private Mount volume(String name, String target) {
        return new Mount.Volume(
                new Storage(directory.resolve(name)), name, ContainerPath.of(target), Access.READ_WRITE);
    }

    /** The second volume is given back all the same. */
    private void loseTheFirst() throws IOException {
        Files.move(directory.resolve("one"), directory.resolve("moved"));
    }

    private void assertTold(Optional<Throwable> failure) {
        assertThat(failure)
                .hasValueSatisfying(thrown -> assertThat(thrown)
                        .isInstanceOf(ContainerException.class)
                        .hasMessageContaining(directory.resolve("one").toString()));
        assertThat(VolumeStore.open(new Storage(directory.resolve("two"))).users("two"))
                .isEmpty();
    }

    @Test
    void aProcessKeepsItsEnd() throws Exception {
        try (ContainerProcess shell = withVolumes()
                .command("sh", "-c", "read go; echo result; exit 3")
                .build()
                .start()) {
            loseTheFirst();
            shell.getOutputStream().write('\n');
            shell.getOutputStream().close();
            assertThat(shell.awaitExit()).isEqualTo(THREE);
            assertThat(new String(shell.getInputStream().readAllBytes(), UTF_8)).isEqualTo("result\n");
            assertTold(shell.cleanupFailure());
        }
    }

    @Test
    void aRunKeepsItsResult() throws Exception {
        Path meet = Files.createDirectory(directory.resolve("meet"));
        Container container = withVolumes()
                .bind(HostPath.of(meet), "/meet", Access.READ_WRITE)
                .command(
                        "sh",
                        "-c",
                        "touch /meet/ready; until [ -e /meet/go ]; do sleep 0.02; done; echo result; exit 3")
                .build();
        FutureTask<ContainerResult> run = new FutureTask<>(container::run);
        new Thread(run).start();
        Eventually.holds("it runs", Duration.ofSeconds(20), () -> run.isDone() || Files.exists(meet.resolve("ready")));
        if (run.isDone()) {
            run.get(); // throws why it does not
        }
        loseTheFirst();
        Files.createFile(meet.resolve("go"));
        ContainerResult result = run.get();
        assertThat(result.exitStatus()).isEqualTo(THREE);
        assertThat(result.stdout()).isEqualTo("result\n");
        assertTold(result.cleanupFailure());
    }

    /** Loses a volume in the middle of a start that fails, and tells why. */
    static final class FailingStart {
        public static void main(String[] arguments) {
            Path directory = Path.of(arguments[0]);
            HostStep<?> fails = HostStep.doing(HostStage.MAP_IDS, HostStep.Moment.IDS, "fails", start -> {
                try {
                    Files.move(directory, directory.resolveSibling("moved"));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
                throw new IllegalStateException("the host refuses");
            });
            Plan plan = Container.builder()
                    .idMaps(IdMap.single(0, Outside.uid()), IdMap.single(0, Outside.gid()))
                    .mount(new Mount.Volume(new Storage(directory), "one", ContainerPath.of("/one"), Access.READ_WRITE))
                    .command("true")
                    .build()
                    .plan()
                    .withIdSteps(List.of(fails));
            try {
                plan.start().close();
            } catch (IllegalStateException e) {
                System.out.println(e.getMessage() + ", and "
                        + Stream.of(e.getSuppressed())
                                .filter(ContainerException.class::isInstance)
                                .count());
            }
        }
    }

    @Test
    @NeedsProgram("unshare")
    @NeedsKernel(KernelFeature.NOTHING)
    void aStartKeepsWhatItFailedOf() throws Exception {
        assertThat(ChildJvm.by("unshare", "-Ur")
                        .option("-Xlog:disable")
                        .run(FailingStart.class, directory.resolve("one").toString())
                        .success())
                .isEqualTo("the host refuses, and 1");
    }

    /** Lets a container end, and starts another, when this process can have no more threads. */
    static final class WithoutThreads {

        public static void main(String[] arguments) throws Exception {
            Storage storage = new Storage(Path.of(arguments[0]));
            Container container = Container.builder()
                    .mount(new Mount.Volume(storage, "kept", ContainerPath.of("/data"), Access.READ_WRITE))
                    .command("sh", "-c", "read go; exit 3")
                    .build();
            try (ContainerProcess shell = container.start()) {
                limitThreads();
                shell.getOutputStream().close();
                System.out.println(shell.awaitExit());
                System.out.println(shell.cleanupFailure());
                System.out.println(VolumeStore.open(storage).users("kept"));
            }
            try {
                container.run();
            } catch (RuntimeException | OutOfMemoryError e) {
                System.out.println(e.getClass().getSimpleName());
                System.out.println(VolumeStore.open(storage).users("kept"));
                System.out.println(ProcessHandle.current().children().count());
            }
        }

        /**
         * By another process, when the thread that waits for that is there. The kernel counts what the user has
         * everywhere.
         */
        private static void limitThreads() throws Exception {
            String self = Long.toString(ProcessHandle.current().pid());
            Process shell =
                    new ProcessBuilder("sh", "-c", "read go; exec prlimit --pid " + self + " --nproc=1:").start();
            shell.getOutputStream().write('\n');
            shell.getOutputStream().close();
            assertThat(shell.waitFor()).isZero();
        }
    }

    @Test
    @Tag("user") // no such limit holds for root
    void whereNoThreadCanBeHadAllIsGivenBack() throws Exception {
        String output = ChildJvm.by()
                .option("-Xlog:disable")
                .run(WithoutThreads.class, directory.toString())
                .success();
        assertThat(output.lines())
                .containsExactly("Exited[code=3]", "Optional.empty", "[]", "SyscallException", "[]", "0");
    }
}

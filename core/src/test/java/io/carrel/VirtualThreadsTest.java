package io.carrel;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carrel.fs.Access;
import io.carrel.fs.HostPath;
import io.carrel.testing.Eventually;
import io.carrel.testing.KernelFeature;
import io.carrel.testing.NeedsKernel;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * More threads wait for containers than the machine has processors, and others run all the same. The threads are
 * virtual where the JDK has them (21), and platform threads elsewhere.
 */
@Tag("kernel")
class VirtualThreadsTest {

    private static final Duration SOON = Eventually.patience(Duration.ofSeconds(20));
    private static final int MANY = 2 * Runtime.getRuntime().availableProcessors() + 1;

    private ExecutorService threads = Executors.newCachedThreadPool();

    @BeforeEach
    void useVirtualThreads() throws Exception {
        if (Runtime.version().feature() >= 21) {
            threads.shutdown();
            threads = (ExecutorService)
                    Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
        }
    }

    @AfterEach
    void interruptThreads() {
        threads.shutdownNow();
    }

    private <T> List<Future<T>> submitMany(Callable<T> work) {
        List<Future<T>> submitted = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            submitted.add(threads.submit(work));
        }
        return submitted;
    }

    private static <T> T soon(Future<T> result) throws Exception {
        return result.get(SOON.toSeconds(), TimeUnit.SECONDS);
    }

    @Test
    @NeedsKernel(KernelFeature.BINDS)
    void anotherThreadLetsTheCommandsEndThatManyRun(@TempDir Path directory) throws Exception {
        Container waiting = Container.builder()
                .bind(HostPath.of(directory), "/meet", Access.READ_ONLY)
                .timeout(SOON)
                .command("sh", "-c", "until [ -e /meet/go ]; do sleep 0.02; done; echo end")
                .build();
        List<Future<String>> outputs = submitMany(() -> waiting.run().stdout());
        soon(threads.submit(() -> Files.createFile(directory.resolve("go"))));
        for (Future<String> output : outputs) {
            assertThat(soon(output)).isEqualTo("end\n");
        }
    }

    @Test
    void anotherThreadWritesWhatManyWaitToRead() throws Exception {
        try (Processes cats = Processes.start(threads, "cat")) {
            List<Future<byte[]>> outputs = new ArrayList<>();
            cats.all()
                    .forEach(cat -> outputs.add(
                            threads.submit(() -> cat.getInputStream().readAllBytes())));
            soon(threads.submit(() -> {
                for (ContainerProcess cat : cats.all()) {
                    try (OutputStream input = cat.getOutputStream()) {
                        input.write("hi".getBytes(UTF_8));
                    }
                }
                return true;
            }));
            for (Future<byte[]> output : outputs) {
                assertThat(soon(output)).asString(UTF_8).isEqualTo("hi");
            }
        }
    }

    @Test
    void anotherThreadClosesWhatManyWaitToWrite() throws Exception {
        try (Processes sleepers = Processes.start(threads, "sleep", "1000")) {
            List<Future<?>> writers = new ArrayList<>();
            sleepers.all()
                    .forEach(sleeper -> writers.add(threads.submit(() -> {
                        sleeper.getOutputStream().write(new byte[1 << 20]);
                        return true;
                    })));
            soon(threads.submit(() -> sleepers.all().forEach(ContainerProcess::destroyForcibly)));
            for (Future<?> writer : writers) {
                assertThatThrownBy(() -> soon(writer)).hasCauseInstanceOf(IOException.class);
            }
        }
    }

    /** As many as there are threads for, started by them. */
    private record Processes(List<ContainerProcess> all) implements AutoCloseable {

        static Processes start(ExecutorService threads, String... command) throws Exception {
            Container container = Container.builder().command(command).build();
            List<Future<ContainerProcess>> starting = new ArrayList<>();
            for (int i = 0; i < MANY; i++) {
                starting.add(threads.submit(container::start));
            }
            List<ContainerProcess> all = new ArrayList<>();
            for (Future<ContainerProcess> one : starting) {
                all.add(soon(one));
            }
            return new Processes(all);
        }

        @Override
        public void close() {
            all.forEach(ContainerProcess::close);
        }
    }
}

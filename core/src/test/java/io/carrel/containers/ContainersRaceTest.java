package io.carrel.containers;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.carrel.fs.Storage;
import io.carrel.testing.ChildJvm;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several JVMs and threads with one storage. */
@Tag("kernel")
class ContainersRaceTest {

    private static final int ROUNDS = 50;

    @TempDir
    private Path home;

    private final List<Process> started = new ArrayList<>();

    @AfterEach
    void endAll() throws InterruptedException {
        for (Process process : started) {
            process.destroyForcibly().waitFor();
        }
    }

    /** Another JVM, and what it says. */
    private record Other(Process process, BufferedReader lines) {

        void ask(String name) throws IOException {
            process.getOutputStream().write((name + "\n").getBytes(UTF_8));
            process.getOutputStream().flush();
        }

        String answer() throws IOException {
            return String.valueOf(lines.readLine());
        }
    }

    private Other start() throws IOException {
        Process process = ChildJvm.by().start(RegisterMain.class, home.toString());
        started.add(process);
        return new Other(process, new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8)));
    }

    private Containers containers() {
        return Containers.open(new Storage(home));
    }

    @Test
    void ofTwoJvmsThatWantANameAtOnceOneGetsItAndTheOtherIsToldWhoHasIt() throws Exception {
        Other one = start();
        Other two = start();
        assertThat(one.answer()).isEqualTo("ready");
        assertThat(two.answer()).isEqualTo("ready");
        for (int round = 0; round < ROUNDS; round++) {
            one.ask("desk" + round);
            two.ask("desk" + round);
            String first = one.answer();
            String second = two.answer();
            if (first.equals("registered")) {
                assertThat(second).isEqualTo("in use by " + one.process.pid());
            } else {
                assertThat(first).isEqualTo("in use by " + two.process.pid());
                assertThat(second).isEqualTo("registered");
            }
        }
        assertThat(containers().list()).hasSize(ROUNDS);
    }

    @Test
    void whatAKilledJvmHasLeftIsRemovedByTheNextWhoLooks() throws Exception {
        Other other = start();
        assertThat(other.answer()).isEqualTo("ready");
        other.ask("desk");
        assertThat(other.answer()).isEqualTo("registered");
        assertThat(containers().get("desk").record().holder().pid()).isEqualTo(other.process.pid());
        Path unfinished = Files.createDirectory(home.resolve("containers").resolve("f".repeat(64)));
        Files.createFile(unfinished.resolve("lease"));
        Path going = Files.createDirectory(home.resolve("containers").resolve(".removed-" + "e".repeat(64)));
        Files.createFile(going.resolve("record.json"));

        other.process.destroyForcibly().waitFor();
        assertThat(containers().list()).isEmpty();
        assertThat(files()).containsExactlyInAnyOrder(unfinished, going);
        try (Registration desk =
                containers().register(ContainerDescription.of(List.of()).withName("desk"))) {
            assertThat(records()).containsExactly(desk.container());
            assertThat(files()).hasSize(1);
        }
    }

    /** Who comes too late finds what he wanted. */
    @Test
    void severalRemoveAContainerAtOnce() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(3);
        try {
            for (int round = 0; round < 10 * ROUNDS; round++) {
                containers()
                        .register(ContainerId.random(), ContainerDescription.of(List.of()), ContainerSettings.KEPT)
                        .close();
                ContainerHandle desk = containers().list().get(0);
                CyclicBarrier together = new CyclicBarrier(3);
                for (Future<?> removal : threads.invokeAll(Collections.nCopies(3, () -> {
                    together.await();
                    desk.remove(true);
                    return desk;
                }))) {
                    removal.get();
                }
                assertThat(files()).isEmpty();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private List<ContainerRecord> records() {
        return containers().list().stream().map(ContainerHandle::record).toList();
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> all = Files.list(home.resolve("containers"))) {
            return all.filter(file -> !file.endsWith("lock")).toList();
        }
    }

    @Test
    void whoReadsWhileOthersWriteSeesWholeRecordsOnly() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(2);
        AtomicBoolean isOver = new AtomicBoolean();
        try (Registration stays =
                containers().register(ContainerDescription.of(List.of()).withName("stays"))) {
            List<Future<?>> writers = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                ContainerDescription description =
                        ContainerDescription.of(List.of("x".repeat(20_000))).withName("writer" + i);
                writers.add(threads.submit(() -> {
                    while (!isOver.get()) {
                        containers().register(description).close();
                    }
                }));
            }
            int seen = 0;
            for (int round = 0; round < 10 * ROUNDS || seen == 0; round++) {
                List<ContainerRecord> all = records();
                assertThat(all).contains(stays.container());
                assertThat(all.stream().filter(one -> one.name().startsWith("writer")))
                        .allSatisfy(
                                one -> assertThat(one.description().command()).containsExactly("x".repeat(20_000)));
                seen += all.size() - 1;
            }
            isOver.set(true);
            for (Future<?> writer : writers) {
                writer.get();
            }
        } finally {
            isOver.set(true);
            threads.shutdownNow();
        }
        assertThat(files()).isEmpty();
    }
}

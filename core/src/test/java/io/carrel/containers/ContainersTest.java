package io.carrel.containers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.carrel.Container;
import io.carrel.ContainerProcess;
import io.carrel.Lifetime;
import io.carrel.fs.Storage;
import io.carrel.linux.HostFileException;
import io.carrel.linux.NotFoundException;
import io.carrel.linux.ProcessIdentity;
import io.carrel.linux.Signal;
import io.carrel.outcome.ExitStatus;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Tag("kernel")
@Timeout(60)
class ContainersTest {

    private static final ContainerDescription SLEEP = ContainerDescription.of(List.of("sleep", "1\n=2", "ü\u001b"));

    @TempDir
    private Path home;

    private Containers containers;

    @BeforeEach
    void open() {
        containers = Containers.open(new Storage(home));
    }

    private List<ContainerRecord> listed() {
        return containers.list().stream().map(ContainerHandle::record).toList();
    }

    private List<String> files() throws IOException {
        try (Stream<Path> all = Files.list(home.resolve("containers"))) {
            return all.map(file -> file.getFileName().toString())
                    .filter(name -> !name.equals("lock"))
                    .toList();
        }
    }

    private Registration kept(String name) {
        return containers.register(ContainerId.random(), SLEEP.withName(name), ContainerSettings.KEPT);
    }

    private static ContainerProcess start(String script) {
        return Container.builder().command("sh", "-c", script).build().start();
    }

    /** A container that was kept, and has ended like this. */
    private ContainerHandle ended(String name, String script) throws Exception {
        try (Registration registration = kept(name);
                ContainerProcess process = start(script)) {
            registration.started(process);
            process.awaitExit();
        }
        return containers.get(name);
    }

    @Test
    void nothingIsMadeByLooking() {
        assertThat(containers.list()).isEmpty();
        assertThat(containers.unreadable()).isEmpty();
        assertThat(containers.prune()).isEmpty();
        assertThat(home).isEmptyDirectory();
    }

    @Test
    void whatIsRegisteredIsFoundByNameAndIdUntilItIsClosed() throws Exception {
        try (Registration desk = containers.register(SLEEP.withName("desk").withLabel("a.b", "c=d\n"))) {
            ContainerRecord noted = desk.container();
            assertThat(listed()).containsExactly(noted);
            for (String name : List.of("desk", noted.id().hex(), noted.id().shortened())) {
                assertThat(containers.get(name).record()).as(name).isEqualTo(noted);
            }
            assertThat(noted.description().labels()).containsOnlyKeys("a.b").containsValue("c=d\n");
            assertThat(containers.get("desk").state()).isEqualTo(ContainerState.CREATED);
            assertThat(noted.holder()).isEqualTo(ProcessIdentity.current());
        }
        assertThat(files()).isEmpty();
        assertThatExceptionOfType(NotFoundException.class)
                .isThrownBy(() -> containers.get("desk"))
                .satisfies(e -> assertThat(e.kind()).isEqualTo(NotFoundException.Kind.CONTAINER));
    }

    @Test
    void whatIsKeptIsKnownAfterItsEndUntilItIsRemoved() throws Exception {
        Instant before = Instant.now();
        ContainerHandle desk = ended("desk", "exit 7");

        assertThat(desk.state()).isEqualTo(ContainerState.EXITED);
        assertThat(desk.exit()).hasValueSatisfying(exit -> {
            assertThat(exit.status()).isEqualTo(new ExitStatus.Exited(7));
            assertThat(exit.finished()).isBetween(before, Instant.now());
            assertThat(exit.usage())
                    .hasValueSatisfying(
                            usage -> assertThat(usage.maxResidentBytes()).isPositive());
        });
        assertThat(desk.record().run())
                .hasValueSatisfying(run -> assertThat(run.stopSignal()).isEqualTo(Signal.TERM.number()));
        assertThat(desk.awaitExit()).isEqualTo(desk.exit());
        desk.stop(Duration.ofSeconds(1));
        assertThatIllegalStateException().isThrownBy(() -> desk.kill(Signal.TERM.number()));
        assertThatExceptionOfType(NameInUseException.class)
                .isThrownBy(() -> containers.register(SLEEP.withName("desk")));

        desk.remove(false);
        desk.remove(false);
        assertThat(files()).isEmpty();
    }

    @Test
    void whatIsStillBeingCreatedWhenItsMakerGivesUpStaysSo() {
        kept("desk").close();
        assertThat(containers.get("desk").state()).isEqualTo(ContainerState.CREATED);
        assertThat(containers.prune()).extracting(ContainerRecord::name).containsExactly("desk");
        assertThat(containers.list()).isEmpty();
    }

    @Test
    void aRunningContainerIsSignaledAndStoppedByWhoDidNotStartIt() throws Exception {
        try (Registration desk = kept("desk");
                ContainerProcess process =
                        start("trap 'echo again' USR1; trap 'exit 3' TERM; echo ready; while :; do sleep 0.05; done")) {
            desk.started(process);
            assertThat(process.inputReader().readLine()).isEqualTo("ready");
            ContainerHandle handle = containers.get("desk");
            assertThat(handle.state()).isEqualTo(ContainerState.RUNNING);
            handle.kill(Signal.USR1.number());
            assertThat(process.inputReader().readLine()).isEqualTo("again");
            assertThatIllegalStateException().isThrownBy(() -> handle.remove(false));
            assertThat(containers.prune()).isEmpty();

            desk.close();
            handle.stop(Duration.ofSeconds(30));
            assertThat(handle.exit()).map(ContainerExit::status).contains(new ExitStatus.Exited(3));
        }
    }

    @Test
    void whatDoesNotEndWhenAskedIsKilled() throws Exception {
        try (Registration desk = kept("desk");
                ContainerProcess process = start("trap '' TERM; echo ready; while :; do sleep 0.05; done")) {
            desk.started(process);
            assertThat(process.inputReader().readLine()).isEqualTo("ready");
            desk.close();
            ContainerHandle handle = containers.get("desk");
            handle.stop(Duration.ofMillis(50));
            assertThat(handle.exit()).map(exit -> exit.status().code()).contains(137);
        }
    }

    @Test
    void whatRunsIsRemovedByForceAlone() throws Exception {
        try (Registration desk = kept("desk");
                ContainerProcess process = start("sleep 60")) {
            desk.started(process);
            desk.close();
            containers.get("desk").remove(true);
            assertThat(process.waitFor()).isEqualTo(137);
        }
        assertThat(files()).isEmpty();
    }

    @Test
    void aContainerIsRenamed() throws Exception {
        ContainerHandle desk = ended("desk", "exit 0");
        ended("chair", "exit 0");
        assertThatExceptionOfType(NameInUseException.class).isThrownBy(() -> desk.rename("chair"));
        assertThatIllegalArgumentException().isThrownBy(() -> desk.rename("a b"));
        assertThat(desk.rename("table").name()).isEqualTo("table");
        assertThat(containers.find("desk")).isEmpty();
        assertThat(containers.get("table").id()).isEqualTo(desk.id());
        assertThat(containers.get("table").state()).isEqualTo(ContainerState.EXITED);
    }

    @Test
    void aBeginningThatSeveralIdsHaveIsRefused() {
        try (Registration one = containers.register(SLEEP)) {
            String hex = one.container().id().hex();
            String twin = hex.substring(0, 63) + (hex.endsWith("0") ? "1" : "0");
            try (Registration other = containers.register(new ContainerId(twin), SLEEP, ContainerSettings.TEMPORARY)) {
                assertThat(containers.find("")).isEmpty();
                assertThat(containers.get(twin).record()).isEqualTo(other.container());
                assertThatExceptionOfType(AmbiguousIdException.class)
                        .isThrownBy(() -> containers.find(hex.substring(0, 12)))
                        .withMessage("the ids of 2 containers begin with " + hex.substring(0, 12));
            }
            assertThat(containers.get(hex.substring(0, 1)).record()).isEqualTo(one.container());
        }
    }

    @Test
    void aNameIsOneContainersAtATime() {
        try (Registration desk = containers.register(SLEEP.withName("desk"))) {
            assertThatExceptionOfType(NameInUseException.class)
                    .isThrownBy(() -> containers.register(SLEEP.withName("desk")))
                    .satisfies(e -> assertThat(e.other()).isEqualTo(desk.container()));
        }
        try (Registration again = containers.register(SLEEP.withName("desk"))) {
            assertThat(listed()).containsExactly(again.container());
        }
    }

    @Test
    void aLaterProcessWithThePidOfTheFirstOneIsNotSignaled() throws Exception {
        try (Registration desk = kept("desk");
                ContainerProcess process = start("sleep 60")) {
            ContainerRecord record = desk.started(process);
            ContainerRun run = record.run().orElseThrow();
            ProcessIdentity first = run.process();
            ProcessIdentity earlier = new ProcessIdentity(first.pid(), first.startTime() - 1, first.pidNamespace());
            for (ContainerRun other : List.of(
                    new ContainerRun(run.started(), earlier, run.boot(), 15, List.of(), List.of(), run.inside()),
                    new ContainerRun(run.started(), first, "another boot", 15, List.of(), List.of(), run.inside()))) {
                Signals signals = new Signals(
                        "desk",
                        record.withRun(Optional.of(other)),
                        new StateDirectory(containers.directory(record.id())));
                assertThat(signals.sendIfAlive(Signal.KILL.number())).isFalse();
                assertThat(process.isAlive()).isTrue();
            }
        }
    }

    @Test
    void whatCannotBeReadIsToldAndLosesNothing() throws Exception {
        Path directory = containers.directory(ended("desk", "exit 1").id());
        Path record = directory.resolve("record.json");
        String content = Files.readString(record);
        for (String damaged : List.of(
                content.replace("\"version\": 1", "\"version\": 2"),
                content.replace("\"created\"", "\"made\""),
                content.replace("\"created\": \"", "\"created\": \"x"),
                content.substring(0, content.length() / 2),
                content + "x",
                "")) {
            Files.writeString(record, damaged);
            assertThat(containers.list()).as(damaged).isEmpty();
            assertThat(containers.unreadable())
                    .as(damaged)
                    .singleElement()
                    .satisfies(unreadable ->
                            assertThat(unreadable.failure()).hasMessageStartingWith("The record " + record + ": "));
            assertThat(containers.prune()).isEmpty();
            try (Registration other = containers.register(SLEEP)) {
                assertThat(listed()).containsExactly(other.container());
            }
            assertThat(record).hasContent(damaged);
        }
        Files.writeString(record, content);
        assertThat(containers.get("desk").exit()).isPresent();
    }

    @Test
    void oneWhoseFileCannotBeReadHidesNoOther() throws Exception {
        Path record = containers.directory(ended("desk", "exit 1").id()).resolve("record.json");
        Files.delete(record);
        Files.createDirectory(record);
        try (Registration other = containers.register(SLEEP)) {
            assertThat(listed()).containsExactly(other.container());
        }
        assertThat(containers.unreadable())
                .singleElement()
                .satisfies(unreadable -> assertThat(unreadable.failure()).hasMessageContaining(record.toString()));
    }

    @Test
    @SuppressWarnings("NullAway") // on purpose
    void whatIsWrongIsToldBeforeAnythingIsDone() throws Exception {
        ContainerHandle desk = ended("desk", "exit 1");
        for (int signal : List.of(-1, 0, 65, Integer.MAX_VALUE)) {
            assertThatIllegalArgumentException().isThrownBy(() -> desk.kill(signal));
        }
        for (int signal : List.of(-1, 65)) {
            assertThatIllegalArgumentException().isThrownBy(() -> desk.stop(signal, Duration.ZERO));
        }
        assertThatNullPointerException().isThrownBy(() -> desk.stop(null));
        Container container = Container.builder().command("true").build();
        assertThatNullPointerException().isThrownBy(() -> containers.start(container, SLEEP, null));
        assertThatNullPointerException().isThrownBy(() -> containers.start(null, SLEEP, Lifetime.DETACHED));
        assertThatNullPointerException().isThrownBy(() -> ContainerSettings.KEPT.withLifetime(null));
        assertThat(listed()).containsExactly(desk.record());
    }

    @Test
    void aDamagedEndIsNone() throws Exception {
        ContainerHandle desk = ended("desk", "exit 1");
        Path end = containers.directory(desk.id()).resolve("exit");
        ByteBuffer content = ByteBuffer.wrap(Files.readAllBytes(end)).order(ByteOrder.LITTLE_ENDIAN);
        Files.write(end, content.putLong(16, Long.MAX_VALUE).array());
        assertThat(containers.get("desk").state()).isEqualTo(ContainerState.DEAD);
    }

    @Test
    void whatCannotBeWrittenIsToldByItsType() throws Exception {
        Path file = Files.writeString(home.resolve("file"), "");
        Containers nowhere = Containers.open(new Storage(file));
        assertThatExceptionOfType(HostFileException.class).isThrownBy(() -> nowhere.register(SLEEP));
    }
}

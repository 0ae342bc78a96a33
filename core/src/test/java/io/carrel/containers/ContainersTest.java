package io.carrel.containers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.carrel.fs.Storage;
import io.carrel.linux.HostFileException;
import io.carrel.linux.NotFoundException;
import io.carrel.linux.ProcessIdentity;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("kernel")
class ContainersTest {

    private static final ContainerDescription SLEEP = ContainerDescription.of(List.of("sleep", "1\n=2", "ü\u001b"));

    @TempDir
    private Path home;

    private Containers containers;
    private Records records;

    @BeforeEach
    void open() {
        Storage storage = new Storage(home);
        containers = Containers.open(storage);
        records = new Records(storage);
    }

    private static ContainerRecord heldBy(ProcessIdentity holder) {
        return new ContainerRecord(
                ContainerId.random(), SLEEP.withName("desk"), Instant.now(), holder, Optional.empty(), List.of());
    }

    private List<String> files() throws IOException {
        try (Stream<Path> all = Files.list(home.resolve("running"))) {
            return all.map(file -> file.getFileName().toString())
                    .filter(name -> !name.equals("lock"))
                    .toList();
        }
    }

    @Test
    void nothingIsMadeByLooking() {
        assertThat(containers.list()).isEmpty();
        assertThat(containers.removeDead()).isZero();
        assertThat(home).isEmptyDirectory();
    }

    @Test
    void whatIsRegisteredIsFoundByNameAndIdUntilItIsClosed() throws Exception {
        try (Registration desk = containers.register(SLEEP.withName("desk").withLabel("a.b", "c=d\n"))) {
            ContainerRecord noted = desk.container();
            assertThat(containers.list()).containsExactly(noted);
            assertThat(containers.find("desk")).contains(noted);
            assertThat(containers.find(noted.id().hex())).contains(noted);
            assertThat(containers.get(noted.id().shortened())).isEqualTo(noted);
            assertThat(noted.description().labels()).containsOnlyKeys("a.b").containsValue("c=d\n");
            assertThat(noted.state()).isEqualTo(ContainerRecord.State.STARTING);
            assertThat(noted.holder()).isEqualTo(ProcessIdentity.current());
        }
        assertThat(files()).isEmpty();
        assertThatExceptionOfType(NotFoundException.class)
                .isThrownBy(() -> containers.get("desk"))
                .satisfies(e -> assertThat(e.kind()).isEqualTo(NotFoundException.Kind.CONTAINER));
    }

    @Test
    void aBeginningThatSeveralIdsHaveIsRefused() {
        try (Registration one = containers.register(SLEEP);
                Registration other = containers.register(SLEEP)) {
            assertThat(one.container().id()).isNotEqualTo(other.container().id());
            assertThat(containers.find("")).isEmpty();
            for (ContainerRecord container : containers.list()) {
                assertThat(containers.find(container.id().hex().substring(0, 40)))
                        .contains(container);
            }
            ContainerRecord first = one.container();
            String twin = first.id().hex().substring(0, 63) + (first.id().hex().endsWith("0") ? "1" : "0");
            records.write(new ContainerRecord(
                    new ContainerId(twin), SLEEP, Instant.now(), first.holder(), Optional.empty(), List.of()));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> containers.find(first.id().shortened()))
                    .withMessageStartingWith("the ids of 2 containers begin with ");
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
            assertThat(containers.list()).containsExactly(again.container());
        }
    }

    @Test
    void aLaterProcessWithThePidOfTheHolderIsNotTakenForIt() throws Exception {
        ProcessIdentity self = ProcessIdentity.current();
        records.makeDirectory();
        records.write(heldBy(new ProcessIdentity(self.pid(), self.startTime() - 1, self.pidNamespace())));
        assertThat(files()).hasSize(1);
        assertThat(containers.find("desk")).isEmpty();
        assertThat(files()).isEmpty();
    }

    @Test
    void aLaterProcessWithThePidOfTheFirstOneIsNotTakenForIt() {
        ProcessIdentity self = ProcessIdentity.current();
        ContainerRecord container = heldBy(self)
                .with(new ProcessIdentity(self.pid(), self.startTime() - 1, self.pidNamespace()), List.of());
        assertThat(container.state()).isEqualTo(ContainerRecord.State.ENDED);
        assertThat(container.with(self, List.of()).state()).isEqualTo(ContainerRecord.State.RUNNING);
    }

    @Test
    void whatAnotherBootOrAnotherVersionHasWrittenIsNotListed() throws Exception {
        try (Registration desk = containers.register(SLEEP.withName("desk"))) {
            Path file = home.resolve("running").resolve(files().get(0));
            byte[] content = Files.readAllBytes(file);
            for (String change : List.of("boot=", "version=", "created=", "id=")) {
                Files.writeString(file, new String(content, StandardCharsets.ISO_8859_1).replace(change, change + "9"));
                assertThat(containers.list()).as(change).isEmpty();
            }
            Files.write(file, new byte[0]);
            assertThat(containers.list()).isEmpty();
            Files.write(file, content);
            assertThat(containers.list()).containsExactly(desk.container());
        }
    }

    @Test
    void whatCannotBeWrittenIsToldByItsType() throws Exception {
        Path file = Files.writeString(home.resolve("file"), "");
        Containers nowhere = Containers.open(new Storage(file));
        assertThatExceptionOfType(HostFileException.class).isThrownBy(() -> nowhere.register(SLEEP));
    }
}

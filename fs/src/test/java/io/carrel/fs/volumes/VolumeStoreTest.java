package io.carrel.fs.volumes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.google.common.util.concurrent.Uninterruptibles;
import io.carrel.linux.RefusedContentException;
import io.carrel.testing.ChildJvm;
import io.carrel.testing.Waiter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Volumes, used by this JVM and by others at the same time. */
@Tag("kernel")
@Tag("long") // it starts JVMs and says nothing about kernels
class VolumeStoreTest {

    @TempDir
    private Path directory;

    private VolumeStore store() {
        return VolumeStore.open(directory);
    }

    private Process jvm(String... arguments) throws IOException {
        return ChildJvm.by()
                .start(
                        VolumeUserMain.class,
                        Stream.concat(Stream.of(directory.toString()), Stream.of(arguments))
                                .toArray(String[]::new));
    }

    private List<String> entries() throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void keepsFilesAndLabels() throws IOException {
        Volume made = store().create("data", Map.of("for", "tests: a=b"));
        Files.writeString(made.path().resolve("file"), "content");

        assertThat(store().list()).containsExactly(made);
        assertThat(store().create("data", Map.of())).isEqualTo(made);
        assertThat(made.labels()).containsEntry("for", "tests: a=b");
        assertThat(store().sizeBytes("data")).isEqualTo("content".length());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", ".lock", "../x", "a/b", "-a", "ä", "a b", "a\n"})
    void refusesNamesThatAreNone(String name) throws IOException {
        assertThatIllegalArgumentException().isThrownBy(() -> store().use(name));
        assertThatIllegalArgumentException().isThrownBy(() -> store().remove(name));
        assertThat(entries()).isEmpty();
    }

    @Test
    void isNotRemovedWhileItIsUsed() {
        VolumeLease lease = store().use("data");

        assertThatIllegalStateException()
                .isThrownBy(() -> store().remove("data"))
                .withMessageContaining(
                        "in use by process %s".formatted(ProcessHandle.current().pid()));
        assertThat(store().prune(true)).isEmpty();

        lease.close();
        lease.close();
        store().remove("data");
        assertThat(store().list()).isEmpty();
    }

    @Test
    void anonymousOnesGoWithTheirLease() throws IOException {
        try (VolumeLease lease = store().useAnonymous()) {
            assertThat(lease.volume().path()).isDirectory();
        }
        assertThat(entries()).containsExactly(".aside", ".lock");
    }

    @Test
    void anAnonymousOneThatIsUsedByNameGoesWithTheLast() throws IOException {
        VolumeLease first = store().useAnonymous();
        Path data = first.volume().path();
        try (VolumeLease second = store().use(first.volume().name())) {
            first.close();
            assertThat(data).isDirectory();
            assertThat(second.volume()).isEqualTo(first.volume());
        }
        assertThat(data).doesNotExist();
        assertThat(entries()).containsExactly(".aside", ".lock");
    }

    /** Writes a file with this name. */
    private static VolumeContent content(String name) {
        return directory -> {
            try {
                Files.writeString(directory.resolve(name), name);
                return true;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        };
    }

    private Path data(String name) {
        return directory.resolve(name).resolve("data");
    }

    @Test
    void isFilledOnlyWhileItIsEmpty() {
        store().use("data", directory -> false).close();
        assertThat(data("data")).isEmptyDirectory();
        store().use("data", content("one")).close();
        store().use("data", content("two")).close();

        assertThat(data("data").resolve("one")).hasContent("one");
        assertThat(data("data").resolve("two")).doesNotExist();
        try (VolumeLease lease = store().useAnonymous(content("three"))) {
            assertThat(lease.volume().path().resolve("three")).hasContent("three");
        }
    }

    @Test
    void isNotFilledUnderAContainerThatUsesIt() {
        try (VolumeLease lease = store().use("data")) {
            store().use("data", content("one")).close();
            assertThat(lease.volume().path()).isEmptyDirectory();
        }
    }

    @Test
    void whoUsesItWaitsUntilItIsFilledAndOthersDoNot() throws Exception {
        CountDownLatch filling = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        VolumeContent slow = directory -> {
            filling.countDown();
            Uninterruptibles.awaitUninterruptibly(go);
            return content("one").copyTo(directory);
        };
        Waiter<Boolean> first = Waiter.start(() -> {
            store().use("data", slow).close();
            return true;
        });
        filling.await();
        Waiter<Boolean> second = Waiter.start(() -> {
            try (VolumeLease lease = store().use("data", content("two"))) {
                return Files.exists(lease.volume().path().resolve("one"));
            }
        });

        store().use("other").close();
        store().prune(false);
        assertThat(store().list()).extracting(Volume::name).containsExactly("data", "other");
        assertThatIllegalStateException().isThrownBy(() -> store().remove("data"));
        store().remove("other");

        go.countDown();
        assertThat(first.result()).isTrue();
        assertThat(second.result()).isTrue();
        assertThat(data("data").resolve("two")).doesNotExist();
    }

    @Test
    void aJvmThatIsKilledWhileItFillsLeavesNothing() throws Exception {
        Process other = jvm("fill");
        assertThat(other.inputReader().readLine()).isEqualTo("filling");
        Waiter<Boolean> waiting = Waiter.start(() -> {
            store().use("data", content("one")).close();
            return true;
        });

        other.destroyForcibly().waitFor();

        assertThat(waiting.result()).isTrue();
        assertThat(data("data").resolve("one")).hasContent("one");
        assertThat(data("data").resolve("half")).doesNotExist();
        store().remove("data");
        store().prune(false);
        assertThat(entries()).containsExactly(".aside", ".lock");
        assertThat(directory.resolve(".aside")).isEmptyDirectory();
    }

    @Test
    void contentThatCannotBeCopiedHoldsNothing() {
        VolumeContent broken = directory -> {
            content("half").copyTo(directory);
            throw new IllegalStateException("broken");
        };
        assertThatIllegalStateException()
                .isThrownBy(() -> store().use("data", broken))
                .withMessage("broken");
        assertThatIllegalStateException()
                .isThrownBy(() -> store().useAnonymous(broken))
                .withMessage("broken");

        assertThat(store().users("data")).isEmpty();
        assertThat(data("data")).isEmptyDirectory();
        assertThat(store().list()).hasSize(1);
        assertThat(directory.resolve(".aside")).isEmptyDirectory();
    }

    @Test
    void aDamagedVolumeDoesNotHideOthers() throws IOException {
        Volume sound = store().create("sound", Map.of());
        Path record = directory.resolve("damaged/record");
        store().create("damaged", Map.of());
        Files.write(record, new byte[] {(byte) 0xff, 'x'});
        Files.createDirectories(directory.resolve("bare"));
        Files.createDirectories(directory.resolve("lost+found"));
        Files.writeString(directory.resolve("file"), "no volume");

        assertThat(store().list()).containsExactly(sound);
        assertThat(store().damaged()).extracting(DamagedVolume::name).containsExactly("bare", "damaged");
        assertThat(store().damaged())
                .extracting(DamagedVolume::reason)
                .allSatisfy(reason -> assertThat(reason).contains(directory.toString()));
        assertThatExceptionOfType(RefusedContentException.class)
                .isThrownBy(() -> store().use("damaged"))
                .withMessageContaining(record.toString());
        try (VolumeLease anonymous = store().useAnonymous()) {
            assertThat(store().prune(true)).containsExactly(sound);
            assertThat(anonymous.volume().path()).isDirectory();
        }
        assertThat(store().users("bare")).isEmpty();
        store().remove("bare");
        store().remove("damaged");
        assertThat(store().damaged()).isEmpty();
    }

    @Test
    void oneWithoutANameIsNotSwept() {
        Volume made = store().create(Map.of());

        store().useAnonymous().close();

        assertThat(made.name()).matches("[0-9a-f]{32}");
        assertThat(store().prune(false)).isEmpty();
        assertThat(store().list()).containsExactly(made);
    }

    @Test
    void aKilledJvmHoldsNothing() throws Exception {
        Process other = jvm("hold");
        assertThat(other.inputReader().readLine()).isEqualTo("holding");
        assertThatIllegalStateException().isThrownBy(() -> store().remove("data"));
        assertThat(store().users("data")).extracting(VolumeUser::pid).containsExactly(other.pid());
        assertThat(store().list()).hasSize(2);

        other.destroyForcibly().waitFor();

        assertThat(store().users("data")).isEmpty();
        store().remove("data");
        store().use("other").close();
        assertThat(entries()).containsExactly(".aside", ".lock", "other");
        assertThat(directory.resolve(".aside")).isEmptyDirectory();
    }

    @Test
    void severalJvmsAgree() throws Exception {
        List<Process> others = List.of(jvm("work"), jvm("work"), jvm("work"));
        for (Process other : others) {
            assertThat(other.inputReader().lines()).containsExactly("done");
            assertThat(other.waitFor()).isZero();
        }
        assertThat(store().prune(true)).hasSizeLessThanOrEqualTo(1);
        assertThat(entries()).containsExactly(".aside", ".lock");
    }
}

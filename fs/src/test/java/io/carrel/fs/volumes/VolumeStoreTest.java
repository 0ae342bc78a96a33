package io.carrel.fs.volumes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Volumes, used by this JVM and by others at the same time. */
@Tag("kernel")
class VolumeStoreTest {

    @TempDir
    private Path directory;

    private VolumeStore store() {
        return VolumeStore.open(directory);
    }

    private Process jvm(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home", ""), "bin", "java").toString(),
                "-cp",
                Stream.of(System.getProperty("java.class.path", "").split(File.pathSeparator, -1))
                        .map(entry -> Path.of(entry).toAbsolutePath().toString())
                        .reduce((one, other) -> one + File.pathSeparator + other)
                        .orElseThrow(),
                VolumeUserMain.class.getName(),
                directory.toString()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
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
                .withMessageContaining("in use by [VolumeUser[pid=%s"
                        .formatted(ProcessHandle.current().pid()));
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
        assertThat(entries()).containsExactly(".lock");
    }

    @Test
    void isFilledOnlyWhileItIsEmpty() throws IOException {
        Path source = Files.createDirectories(directory.resolve(".source"));
        Files.writeString(source.resolve("secret"), "one");
        Files.createSymbolicLink(source.resolve("link"), Path.of("/etc"));

        try (VolumeLease lease = store().use("data")) {
            assertThat(store().seed(lease, source)).isTrue();
            assertThat(lease.volume().path().resolve("secret")).hasContent("one");
            assertThat(lease.volume().path().resolve("link")).isSymbolicLink();
            assertThat(store().seed(lease, source)).isFalse();
        }
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
        store().useAnonymous().close();
        assertThat(entries()).containsExactly(".lock");
    }

    @Test
    @Tag("long")
    void severalJvmsAgree() throws Exception {
        List<Process> others = List.of(jvm("work"), jvm("work"), jvm("work"));
        for (Process other : others) {
            assertThat(other.inputReader().lines()).containsExactly("done");
            assertThat(other.waitFor()).isZero();
        }
        assertThat(store().prune(true)).hasSizeLessThanOrEqualTo(1);
        assertThat(entries()).containsExactly(".lock");
    }
}

package io.carrel;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carrel.linux.SyscallException;
import io.carrel.namespaces.User;
import io.carrel.outcome.ExitStatus;
import io.carrel.testing.ChildJvm;
import io.carrel.testing.Footprint;
import io.carrel.testing.Inside;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where standard input comes from, and where standard output and error go. */
@Tag("kernel")
class StreamsTest {

    private static final String BOTH = "echo out; echo err >&2";

    @Test
    void runCapturesBothStreams() throws Exception {
        ContainerResult result = Inside.attempt(Container.builder(), BOTH);
        assertThat(result.stdout()).isEqualTo("out\n");
        assertThat(result.stderr()).isEqualTo("err\n");
    }

    @Test
    void runGivesTheCommandAnEmptyInput() throws Exception {
        assertThat(Container.builder().command("cat").build().run().stdout()).isEmpty();
    }

    @Test
    void runCapturesMoreThanAPipeHolds() throws Exception {
        ContainerResult result =
                Inside.attempt(Container.builder(), "head -c 3000000 /dev/zero & head -c 2000000 /dev/zero >&2; wait");
        assertThat(result.stdoutBytes()).hasSize(3_000_000);
        assertThat(result.stderrBytes()).hasSize(2_000_000);
    }

    @Test
    void pipesCanBeOpenedByName() throws Exception {
        String script = "echo a > /dev/stdout; echo b > /dev/stderr; cat /dev/stdin; echo c | tee /proc/self/fd/1";
        for (ContainerBuilder builder :
                new ContainerBuilder[] {Container.builder(), Container.builder().user(User.of(1000, 1000))}) {
            ContainerResult result = Inside.attempt(builder, script);
            assertThat(result.stderr()).isEqualTo("b\n");
            assertThat(result.stdout()).contains("a\n", "c\n");
        }
    }

    @Test
    void aDirectoryIsNoStream(@TempDir Path directory) {
        Container container = Container.builder()
                .redirectInput(Redirect.from(directory.toFile()))
                .command("true")
                .build();
        assertThatThrownBy(container::run)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("standard input is a directory");
    }

    /** Says what the start of a container that inherits its streams ends with. */
    static final class FromDirectory {
        public static void main(String[] arguments) throws Exception {
            try {
                Container.builder().inheritIO().command("true").build().run();
            } catch (IllegalArgumentException e) {
                Files.writeString(Path.of(arguments[0]), String.valueOf(e.getMessage()));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"<", "1<", "2<"})
    void norIsADirectoryThatIsInherited(String redirection, @TempDir Path directory) throws Exception {
        Path said = directory.resolve("said");
        ChildJvm.by("sh", "-c", "exec \"$@\" %s /".formatted(redirection), "sh")
                .run(FromDirectory.class, said.toString());
        assertThat(said).content().contains("is a directory");
    }

    @Test
    void outputAndErrorGoToFiles(@TempDir Path directory) throws Exception {
        File output = directory.resolve("output").toFile();
        File error = directory.resolve("error").toFile();
        Files.writeString(output.toPath(), "longer than what comes\n");
        ContainerResult result = Inside.attempt(
                Container.builder().redirectOutput(Redirect.to(output)).redirectError(Redirect.to(error)), BOTH);
        assertThat(output).hasContent("out\n");
        assertThat(error).hasContent("err\n");
        assertThat(result.stdout()).isEmpty();
        assertThat(result.stderr()).isEmpty();
    }

    @Test
    void outputIsAppended(@TempDir Path directory) throws Exception {
        File log = directory.resolve("log").toFile();
        for (int i = 0; i < 2; i++) {
            Inside.attempt(
                    Container.builder().redirectOutput(Redirect.appendTo(log)).redirectError(Redirect.appendTo(log)),
                    BOTH);
        }
        assertThat(log).hasContent("out\nerr\nout\nerr\n");
    }

    @Test
    void inputComesFromAFile(@TempDir Path directory) throws Exception {
        File input =
                Files.writeString(directory.resolve("input"), "from a file").toFile();
        Container cat = Container.builder()
                .redirectInput(Redirect.from(input))
                .command("cat")
                .build();
        assertThat(cat.run().stdout()).isEqualTo("from a file");
        assertThat(cat.run().stdout()).as("read anew from its start").isEqualTo("from a file");
    }

    @Test
    void outputIsDiscarded() throws Exception {
        ContainerResult result = Inside.attempt(
                Container.builder().redirectOutput(Redirect.DISCARD).redirectError(Redirect.DISCARD),
                BOTH
                        + "; test $(stat -L -c %t:%T /proc/$$/fd/1) = 1:3 && test $(stat -L -c %t:%T /proc/$$/fd/2) ="
                        + " 1:3");
        assertThat(result.exitStatus()).isEqualTo(new ExitStatus.Exited(0));
        assertThat(result.stdout() + result.stderr()).isEmpty();
    }

    @Test
    void errorsGoWhereTheOutputGoes(@TempDir Path directory) throws Exception {
        ContainerResult result = Inside.attempt(Container.builder().redirectErrorStream(true), BOTH);
        assertThat(result.stdout()).isEqualTo("out\nerr\n");
        assertThat(result.stderr()).isEmpty();
        File both = directory.resolve("both").toFile();
        Inside.attempt(Container.builder().redirectErrorStream(true).redirectOutput(Redirect.to(both)), BOTH);
        assertThat(both).hasContent("out\nerr\n");
    }

    @Test
    void aFileThatCannotBeOpenedIsNamedAndNothingIsStarted(@TempDir Path directory) throws Exception {
        Container.builder().command("true").build().run();
        Path missing = directory.resolve("missing");
        Container container = Container.builder()
                .redirectInput(Redirect.from(missing.toFile()))
                .command("true")
                .build();
        Footprint before = Footprint.now();
        container.plan();
        assertThatThrownBy(container::run)
                .isInstanceOf(SyscallException.class)
                .hasMessageStartingWith("Cannot read standard input: openat(AT_FDCWD, \"" + missing + "\"")
                .hasMessageContaining("ENOENT (2)");
        assertThatThrownBy(() -> Container.builder()
                        .redirectOutput(Redirect.to(missing.resolve("x").toFile()))
                        .command("true")
                        .build()
                        .start())
                .hasMessageStartingWith("Cannot write standard output");
        assertThat(before.children()).containsAll(Footprint.now().children());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aMegabyteGoesThroughBothWays(boolean init) throws Exception {
        byte[] sent = new byte[1 << 20];
        new Random(7).nextBytes(sent);
        try (ContainerProcess cat =
                Container.builder().init(init).command("cat").build().start()) {
            CompletableFuture<Void> writing = CompletableFuture.runAsync(() -> write(cat.getOutputStream(), sent));
            byte[] received;
            try (InputStream output = cat.getInputStream()) {
                received = output.readAllBytes();
            }
            writing.get();
            assertThat(received).isEqualTo(sent);
            assertThat(cat.awaitExit()).isEqualTo(new ExitStatus.Exited(0));
        }
    }

    private static void write(OutputStream stream, byte[] bytes) {
        try (stream) {
            stream.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void theStreamsOfAStartedContainerAreTheCommands() throws Exception {
        try (ContainerProcess shell = Container.builder()
                .command("sh", "-c", "read line; echo got $line; echo oops >&2")
                .build()
                .start()) {
            shell.getOutputStream().write("hello\n".getBytes(UTF_8));
            shell.getOutputStream().close();
            assertThat(new String(shell.getInputStream().readAllBytes(), UTF_8)).isEqualTo("got hello\n");
            assertThat(new String(shell.getErrorStream().readAllBytes(), UTF_8)).isEqualTo("oops\n");
        }
    }

    @Test
    void outputCanBeReadAfterTheEnd() throws Exception {
        try (ContainerProcess echo =
                Container.builder().command("echo", "late").build().start()) {
            echo.waitFor();
            assertThat(new String(echo.getInputStream().readAllBytes(), UTF_8)).isEqualTo("late\n");
        }
    }

    @Test
    void redirectedStreamsAreEmptyOnesHere() throws Exception {
        try (ContainerProcess process = Container.builder()
                .redirectInput(Redirect.from(new File("/dev/null")))
                .redirectOutput(Redirect.DISCARD)
                .redirectErrorStream(true)
                .command("sh", "-c", BOTH)
                .build()
                .start()) {
            assertThat(process.getInputStream().readAllBytes()).isEmpty();
            assertThat(process.getErrorStream().readAllBytes()).isEmpty();
            assertThat(process.awaitExit().success()).isTrue();
        }
    }

    /** Prints through a container that has this JVM's own streams. */
    static final class Inheriting {
        public static void main(String[] arguments) throws Exception {
            try (ContainerProcess process = Container.builder()
                    .inheritIO()
                    .command("sh", "-c", "cat; echo err >&2")
                    .build()
                    .start()) {
                System.exit(process.waitFor());
            }
        }
    }

    /** Prints how much of this JVM's standard input reaches a container, at most four bytes. */
    static final class Counting {
        public static void main(String[] arguments) throws Exception {
            try (ContainerProcess process = Container.builder()
                    .inheritIO()
                    .command("sh", "-c", "head -c 4 | wc -c")
                    .build()
                    .start()) {
                System.exit(process.waitFor());
            }
        }
    }

    /** The file is the one that a JVM opens where its standard input is closed. */
    @Test
    void aFileOfTheJdkThatTheJvmWasGivenIsRead() throws Exception {
        Process jvm = new ProcessBuilder(ChildJvm.by().command(Counting.class))
                .redirectInput(Path.of(System.getProperty("java.home"), "lib", "modules")
                        .toFile())
                .start();
        assertThat(new String(jvm.getInputStream().readAllBytes(), UTF_8).strip())
                .isEqualTo("4");
        assertThat(jvm.waitFor()).isZero();
    }

    @Test
    void aStreamThatWasClosedForTheJvmIsNoFileOfTheJvms() throws Exception {
        Process jvm = new ProcessBuilder(
                        ChildJvm.by("sh", "-c", "exec \"$@\" 0<&-", "sh").command(Inheriting.class))
                .start();
        assertThat(jvm.getInputStream().readAllBytes()).isEmpty();
        assertThat(new String(jvm.getErrorStream().readAllBytes(), UTF_8)).isEqualTo("err\n");
        assertThat(jvm.waitFor()).isZero();
    }

    @Test
    void inheritedStreamsAreTheJvms(@TempDir Path directory) throws Exception {
        Path input = Files.writeString(directory.resolve("input"), "through\n");
        Process jvm = new ProcessBuilder(ChildJvm.by().command(Inheriting.class))
                .redirectInput(input.toFile())
                .start();
        assertThat(new String(jvm.getInputStream().readAllBytes(), UTF_8)).isEqualTo("through\n");
        assertThat(new String(jvm.getErrorStream().readAllBytes(), UTF_8)).isEqualTo("err\n");
        assertThat(jvm.waitFor()).isZero();
    }

    /** Opens the streams of this JVM by name in a container, and says what is allowed to others than their owner. */
    static final class InheritingByName {
        public static void main(String[] arguments) throws Exception {
            String script = "cat /dev/stdin; echo a > /dev/stdout; echo b > /dev/stderr;"
                    + " stat -L -c %a /proc/$$/fd/0 /proc/$$/fd/1 /proc/$$/fd/2";
            try (ContainerProcess process = Container.builder()
                    .inheritIO()
                    .command("sh", "-c", script)
                    .build()
                    .start()) {
                System.exit(process.waitFor());
            }
        }
    }

    @Test
    void inheritedPipesCanBeOpenedByNameAndOnlyForWhatTheyAre() throws Exception {
        Process jvm = new ProcessBuilder(ChildJvm.by().command(InheritingByName.class)).start();
        write(jvm.getOutputStream(), "in\n".getBytes(UTF_8));
        assertThat(new String(jvm.getInputStream().readAllBytes(), UTF_8)).isEqualTo("in\na\n604\n602\n602\n");
        assertThat(new String(jvm.getErrorStream().readAllBytes(), UTF_8)).isEqualTo("b\n");
        assertThat(jvm.waitFor()).isZero();
    }
}

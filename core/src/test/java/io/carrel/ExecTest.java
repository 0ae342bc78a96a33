package io.carrel;

import static io.carrel.testing.IdleContainer.output;
import static io.carrel.testing.IdleContainer.start;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.carrel.linux.Errno;
import io.carrel.linux.SetupException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Streams, environment and place of what a running container executes besides its command. */
@Tag("kernel")
class ExecTest {

    @Test
    void eightMebibytesComeThrough() throws Exception {
        byte[] sent = new byte[8 << 20];
        new Random(1).nextBytes(sent);
        try (ContainerProcess container = start();
                ContainerExec exec = container.exec("cat")) {
            Thread writer = new Thread(() -> {
                try {
                    exec.getOutputStream().write(sent);
                    exec.getOutputStream().close();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            writer.start();
            assertThat(exec.getInputStream().readAllBytes()).isEqualTo(sent);
            writer.join();
            assertThat(exec.awaitExit().success()).isTrue();
        }
    }

    @Test
    void theEndOfItsInputReachesIt() throws Exception {
        try (ContainerProcess container = start();
                ContainerExec exec = container.exec("sh", "-c", "cat; echo end; echo error >&2")) {
            exec.getOutputStream().write("begin ".getBytes(UTF_8));
            exec.getOutputStream().close();
            assertThat(new String(exec.getInputStream().readAllBytes(), UTF_8)).isEqualTo("begin end\n");
            assertThat(new String(exec.getErrorStream().readAllBytes(), UTF_8)).isEqualTo("error\n");
        }
    }

    @Test
    void itsStreamsLeadToFiles(@TempDir Path directory) throws Exception {
        Path input = Files.writeString(directory.resolve("in"), "text");
        Path output = directory.resolve("out");
        try (ContainerProcess container = start();
                ContainerExec exec = container
                        .execBuilder("sh", "-c", "cat; echo error >&2")
                        .redirectInput(Redirect.from(input.toFile()))
                        .redirectOutput(Redirect.to(output.toFile()))
                        .redirectErrorStream(true)
                        .start()) {
            assertThat(exec.awaitExit().success()).isTrue();
            assertThat(output).content().isEqualTo("texterror\n");
        }
    }

    @Test
    void itHasTheContainersEnvironmentOrAnother() throws Exception {
        try (ContainerProcess container =
                start(Container.builder().environment("A", "one").environment("B", "two"))) {
            assertThat(output(container.exec("env"))).contains("A=one\n", "B=two\n", "PATH=");
            assertThat(output(container
                            .execBuilder("env")
                            .environment("A", "2 \n3")
                            .start()))
                    .contains("A=2 \n3\n", "B=two\n");
            assertThat(output(container
                            .execBuilder("env")
                            .clearEnvironment()
                            .environment("C", "x")
                            .start()))
                    .isEqualTo("C=x\n");
        }
    }

    @Test
    void itBeginsInADirectory() throws Exception {
        try (ContainerProcess container = start(Container.builder().workingDirectory("/usr"))) {
            assertThat(output(container.exec("pwd"))).isEqualTo("/usr\n");
            assertThat(output(container
                            .execBuilder("pwd")
                            .workingDirectory("/tmp")
                            .start()))
                    .isEqualTo("/tmp\n");
            SetupException missing = catchThrowableOfType(
                    SetupException.class,
                    () -> container
                            .execBuilder("pwd")
                            .workingDirectory("/nowhere")
                            .start());
            assertThat(missing.errno()).isEqualTo(Errno.ENOENT);
            assertThat(missing)
                    .hasMessage(
                            "Cannot execute \"pwd\" in the container: enter the working directory: chdir(\"/nowhere\")"
                                    + " failed with ENOENT (2).\n"
                                    + "The directory does not exist inside the container, or its path has a link that"
                                    + " leads nowhere.");
        }
    }

    @Test
    void aMissingProgramIsNamed() throws Exception {
        try (ContainerProcess container = start()) {
            SetupException missing =
                    catchThrowableOfType(SetupException.class, () -> container.exec("no-such-program", "x"));
            assertThat(missing.errno()).isEqualTo(Errno.ENOENT);
            assertThat(missing)
                    .hasMessage(
                            "Cannot execute \"no-such-program\" in the container: execve([no-such-program, x]) failed"
                                    + " with ENOENT (2).\n"
                                    + "The command, or the interpreter or dynamic loader it names, does not exist inside"
                                    + " the container.");
            assertThat(catchThrowableOfType(SetupException.class, () -> container.exec("/etc/passwd"))
                            .errno())
                    .isEqualTo(Errno.EACCES);
            assertThat(output(container.exec("echo", "still here"))).isEqualTo("still here\n");
        }
    }

    @Test
    void whatIsTooLargeIsRefused() throws Exception {
        String large = "x".repeat(30_000);
        try (ContainerProcess container = start()) {
            assertThat(output(container.exec("echo", large, large))).hasSize(60_002);
            SetupException tooLarge =
                    catchThrowableOfType(SetupException.class, () -> container.exec("echo", large, large, large));
            assertThat(tooLarge.errno()).isEqualTo(Errno.E2BIG);
            assertThat(tooLarge).hasMessageContaining("take 90").hasMessageContaining("has 65536 for them");
            assertThat(output(container.exec("echo", "still here"))).isEqualTo("still here\n");
        }
    }
}

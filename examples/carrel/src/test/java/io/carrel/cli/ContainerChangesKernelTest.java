package io.carrel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.carrel.testing.Eventually;
import io.carrel.testing.NeedsController;
import io.carrel.testing.NeedsProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a container has changed is looked at and becomes an image, while it runs and after its end. */
@Tag("kernel")
@Tag("long")
@NeedsProgram("busybox")
class ContainerChangesKernelTest {

    private static final String CHANGE = "echo kept > /note; rm /bin/cat; echo x >> /etc/motd; echo done; ";

    @TempDir
    private Path directory;

    @BeforeEach
    void importAnImage() throws Exception {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path bin = Files.createDirectories(directory.resolve("root/bin"));
        Path busybox = Stream.of("/usr/bin/busybox", "/bin/busybox")
                .map(Path::of)
                .filter(Files::exists)
                .findFirst()
                .orElseThrow();
        Files.copy(busybox, bin.resolve("busybox"));
        for (String applet : List.of("sh", "cat", "rm", "sleep", "true")) {
            Files.createSymbolicLink(bin.resolve(applet), Path.of("busybox"));
        }
        Files.writeString(Files.createDirectories(directory.resolve("root/etc")).resolve("motd"), "m\n");
        output("import", directory.resolve("root").toString(), "desk:1");
    }

    private List<String> command(String... arguments) {
        List<String> command = new ArrayList<>(List.of("env", "CARREL_HOME=" + directory.resolve("home")));
        command.addAll(Cli.command(arguments));
        return command;
    }

    private Cli carrel(String... arguments) throws IOException, InterruptedException {
        return Cli.end(new ProcessBuilder(command(arguments)).start());
    }

    private String output(String... arguments) throws IOException, InterruptedException {
        Cli result = carrel(arguments);
        assertThat(result.code()).as("%s: %s", List.of(arguments), result).isZero();
        return result.out();
    }

    private static boolean hasSaid(Path log, String word) {
        try {
            return Files.readString(log).contains(word);
        } catch (IOException e) {
            return false;
        }
    }

    private void assertChanges(String container) throws Exception {
        assertThat(output("diff", container).lines())
                .containsExactlyInAnyOrder("C /bin", "D /bin/cat", "C /etc", "C /etc/motd", "A /note");
    }

    @Test
    void ofOneThatRunsAndOfOneThatHasEnded() throws Exception {
        Path log = directory.resolve("log");
        Process run = new ProcessBuilder(
                        command("run", "--name", "worker", "desk:1", "sh", "-c", CHANGE + "sleep 1000"))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            Eventually.holds(
                    "it has changed all", Duration.ofSeconds(60), () -> !run.isAlive() || hasSaid(log, "done"));
            assertThat(run.isAlive()).as(Files.readString(log)).isTrue();
            assertChanges("worker");
            output("commit", "worker", "desk:2");
            assertThat(output("run", "--rm", "desk:2", "sh", "-c", "read line < /note; echo $line"))
                    .isEqualTo("kept\n");
            output("kill", "worker");
            run.waitFor();
        } finally {
            run.destroyForcibly().waitFor();
        }
        assertChanges("worker");
        String id = output("ps", "-aq", "--no-trunc").strip();
        output("commit", "--pause=false", "-m", "at the end", id.substring(0, 12), "desk:3");
        assertThat(output("history", "desk:3")).contains("at the end");
        assertThat(output("run", "--rm", "desk:3", "sh", "-c", "read line < /note; echo $line"))
                .isEqualTo("kept\n");
        Cli refused = carrel("rmi", "desk:1");
        assertThat(refused.code()).isEqualTo(1);
        assertThat(refused.err()).contains("worker");
        output("rm", "worker");
        output("rmi", "desk:1");
    }

    @Test
    @Tag("root")
    @NeedsController("pids")
    void oneWhoseCommitIsInterruptedGoesOn() throws Exception {
        String change = "busybox truncate -s 100G /large; echo done; exec sleep 1000";
        output("run", "-d", "--name", "worker", "desk:1", "sh", "-c", change);
        try {
            awaits("it has changed all", "done\n", "logs", "worker");
            Process commit = new ProcessBuilder(command("commit", "-q", "worker", "desk:2")).start();
            awaits("it is paused", "paused\n", "ps", "--format", "{{.State}}");
            commit.toHandle().destroy();
            assertThat(Cli.end(commit).code()).isEqualTo(128 + 15);
            assertThat(output("ps", "--format", "{{.State}}")).isEqualTo("running\n");
        } finally {
            output("rm", "-f", "worker");
        }
    }

    private void awaits(String what, String said, String... arguments) {
        Eventually.holds(what, Duration.ofSeconds(60), () -> {
            try {
                return output(arguments).equals(said);
            } catch (IOException | InterruptedException e) {
                throw new AssertionError(e);
            }
        });
    }

    @Test
    void whatGoesWithTheContainerIsRefusedWithTheReason() throws Exception {
        Process run = new ProcessBuilder(command("run", "--rm", "--name", "gone", "desk:1", "sh", "-c", "echo up; cat"))
                .redirectErrorStream(true)
                .start();
        try {
            assertThat((char) run.getInputStream().read()).as("it runs").isEqualTo('u');
            for (String what : List.of("diff", "commit")) {
                Cli refused = carrel(what, "gone");
                assertThat(refused.code()).isEqualTo(125);
                assertThat(refused.err()).contains("--rm", "--snapshot");
            }
        } finally {
            run.getOutputStream().close();
            run.waitFor();
        }
    }
}

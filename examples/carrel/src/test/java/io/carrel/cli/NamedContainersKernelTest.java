package io.carrel.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.carrel.cgroups.Cgroups;
import io.carrel.testing.Eventually;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Containers that other commands know by name; no network is needed for that. */
@Tag("kernel")
@Tag("long")
@Timeout(120)
class NamedContainersKernelTest {

    @TempDir
    private Path home;

    private final List<Process> started = new ArrayList<>();

    @AfterEach
    void endAll() throws InterruptedException {
        for (Process process : started) {
            process.destroy();
            process.waitFor();
        }
    }

    private Process start(String... arguments) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(Cli.command(arguments));
        builder.environment().put("CARREL_HOME", home.toString());
        Process process = builder.start();
        started.add(process);
        return process;
    }

    private Cli carrel(String... arguments) throws Exception {
        return Cli.end(start(arguments));
    }

    private Process running(String... arguments) throws Exception {
        Process process = start(arguments);
        assertThat(new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8)).readLine())
                .isEqualTo("ready");
        Eventually.holds("carrel ps shows it", Duration.ofSeconds(20), () -> isShown(arguments[2]));
        return process;
    }

    private boolean isShown(String name) {
        try {
            return carrel("ps", "--format", "{{.Names}}").out().lines().anyMatch(name::equals);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aContainerIsAddressedByItsName() throws Exception {
        running("run", "--name", "desk", "--rm", "-p", "127.0.0.1::80", "--", "sh", "-c", "echo ready; exec cat");

        List<String> ps = carrel("ps").out().lines().toList();
        assertThat(ps.get(0)).matches("CONTAINER ID +IMAGE +COMMAND +CREATED +STATUS +PORTS +NAMES");
        assertThat(ps.get(1))
                .matches("[0-9a-f]{12} +\"sh -c echo ready; e…\" +.* ago +Up .* 127\\.0\\.0\\.1:\\d+->80/tcp +desk");
        assertThat(ps).hasSize(2);
        assertThat(carrel("top", "desk").out()).matches("(?s)PID +PPID +USER +CPU TIME +COMMAND\n.*\\d+ +\\S+ +0:.*");
        boolean canHaveGroups = !Cgroups.detect().bases().isEmpty();
        assertThat(carrel("pause", "desk"))
                .matches(paused -> canHaveGroups
                        ? paused.equals(new Cli(0, "desk\n", ""))
                        : paused.err().startsWith("carrel: desk has no cgroup of its own"));
        assertThat(carrel("unpause", "desk").code()).isEqualTo(canHaveGroups ? 0 : 125);
        assertThat(carrel("port", "desk").out()).matches("80/tcp -> 127\\.0\\.0\\.1:\\d+\n");
        Path file = Files.writeString(home.resolve("file"), "content");
        assertThat(carrel("cp", file.toString(), "desk:/tmp/copy")).isEqualTo(new Cli(0, "", ""));
        assertThat(carrel("cp", "desk:/tmp/copy", home.resolve("back").toString()))
                .isEqualTo(new Cli(0, "", ""));
        assertThat(home.resolve("back")).hasContent("content");
        assertThat(carrel("port", "other").err()).isEqualTo("carrel: No such container: other; see carrel ps -a\n");
    }

    @Test
    void listsAndDocumentsAreFilteredAndFormatted() throws Exception {
        running("run", "--name", "desk", "-l", "floor=2", "--label=quiet", "--", "sh", "-c", "echo ready; exec cat");
        start("run", "--", "cat");
        Eventually.holds("both run", Duration.ofSeconds(20), () -> {
            try {
                return carrel("ps", "-q").out().lines().count() == 2;
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });

        assertThat(carrel("ps", "-f", "label=floor=2", "--format", "{{.Names}} {{.Label \"floor\"}}")
                        .code())
                .isEqualTo(125);
        assertThat(carrel("ps", "-f", "label=floor=2", "-f", "name=es", "--format", "{{.Names}} {{.Labels}}"))
                .isEqualTo(new Cli(0, "desk floor=2,quiet=\n", ""));
        assertThat(carrel("ps", "-f", "label=floor=3", "-q")).isEqualTo(new Cli(0, "", ""));
        assertThat(carrel("ps", "--format", "table {{.Names}}\\t{{.State}}")
                        .out()
                        .lines())
                .hasSize(3)
                .first()
                .asString()
                .matches("NAMES +STATE");
        assertThat(carrel("ps", "-f", "ship=1").err())
                .isEqualTo(
                        "carrel: there is no filter \"ship\" of this list; there are id, name, status, exited, ancestor, before, since, publish, label\n");
        assertThat(carrel(
                        "inspect",
                        "-f",
                        "{{.Name}} {{.State.Status}} {{index .Config.Labels \"floor\"}}",
                        "desk",
                        "no"))
                .isEqualTo(new Cli(1, "/desk running 2\n", "carrel: No such object: no\n"));
        // One that nobody has named has a name all the same.
        assertThat(carrel("container", "ls", "--format", "{{.Names}}").out().lines())
                .hasSize(2)
                .anyMatch(name -> name.matches("[a-z]+_[a-z]+"));
    }

    @Test
    void aNameIsOneContainersUntilItIsRemovedHoweverThatIs() throws Exception {
        Process first = running("run", "--name", "desk", "--rm", "--", "sh", "-c", "echo ready; exec cat");
        Cli second = carrel("run", "--name", "desk", "--", "true");
        assertThat(second.code()).isEqualTo(125);
        assertThat(second.err())
                .startsWith("carrel: Conflict. The container name \"/desk\" is already in use by container \"");

        first.getOutputStream().close();
        assertThat(first.waitFor()).isZero();
        Process killed = running("run", "--name", "desk", "--rm", "--", "sh", "-c", "echo ready; exec cat");
        killed.destroyForcibly().waitFor();

        assertThat(carrel("run", "--name", "desk", "--rm", "--", "true")).isEqualTo(new Cli(0, "", ""));
        Process stopped = running("run", "--name", "desk", "--rm", "--", "sh", "-c", "echo ready; exec cat");
        stopped.toHandle().destroy();
        assertThat(stopped.waitFor(30, TimeUnit.SECONDS)).isTrue();
        try (Stream<Path> notes = Files.list(home.resolve("containers"))) {
            assertThat(notes).extracting(note -> note.getFileName().toString()).containsExactly("lock");
        }
    }

    @Test
    void ofManyThatStartAtOnceOneGetsTheName() throws Exception {
        List<Process> all = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            all.add(start("run", "--rm", "--name", "desk", "--", "cat"));
        }
        Eventually.holds(
                "all but one have ended",
                Duration.ofSeconds(60),
                () -> all.stream().filter(Process::isAlive).count() == 1);

        for (Process process : all) {
            Cli end = Cli.end(process);
            assertThat(end.code() == 0 || end.err().contains("The container name \"/desk\" is already in use"))
                    .as(end.toString())
                    .isTrue();
        }
    }

    @Test
    void whatIsNoNameIsRefused() throws Exception {
        for (String bad : List.of("12", "a b", "-x", "")) {
            Cli result = carrel("run", "--name=" + bad, "--", "true");
            assertThat(result.code()).isEqualTo(125);
            assertThat(result.err()).contains("no name for a container: \"%s\"".formatted(bad));
        }
        assertThat(carrel("ps").out()).matches("CONTAINER ID +IMAGE +COMMAND +CREATED +STATUS +PORTS +NAMES\n");
    }
}

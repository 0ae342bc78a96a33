package io.carrel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("kernel")
@Tag("long")
class RunCommandKernelTest {

    /** Says that it is ready, and then whether TERM came. */
    private static final String UNTIL_TERM = "trap 'echo term; exit 42' TERM; echo ready; while :; do sleep 0.1; done";

    @ParameterizedTest
    @CsvSource({"exit 0, 0", "exit 7, 7", "kill -TERM $$, 143", "kill -KILL $$, 137"})
    void endsAsTheCommandEnds(String script, int code) throws Exception {
        assertThat(Cli.carrel("run", "--", "sh", "-c", script)).isEqualTo(new Cli(code, "", ""));
    }

    @Test
    void endsWith127IfThereIsNoSuchCommand() throws Exception {
        assertThat(Cli.carrel("run", "-e", "SECRET=x", "--", "frobnicate")).isEqualTo(new Cli(127, "", """
                        carrel: Cannot execute "frobnicate": ENOENT (2).
                        The command, or the interpreter or dynamic loader it names, does not exist inside the container.
                        """));
    }

    @Test
    void variablesAndLimitsComeFromFilesAndOptions(@TempDir Path directory) throws Exception {
        Path file = Files.writeString(directory.resolve("env"), "# a comment\n\n A=1\nB=two words\nHOME\n");
        assertThat(Cli.carrel(
                        "run",
                        "--rm",
                        "--init",
                        "--env-file",
                        file.toString(),
                        "-e",
                        "A=2",
                        "--ulimit",
                        "nofile=100:200",
                        "--",
                        "sh",
                        "-c",
                        "echo $A $B; ulimit -Sn; ulimit -Hn"))
                .isEqualTo(new Cli(0, "2 two words\n100\n200\n", ""));
        assertThat(Cli.carrel("run", "--ulimit", "files=1", "--", "true").err())
                .contains("there is no limit \"files\"; there are cpu, fsize");
        assertThat(Cli.carrel("run", "--env-file", directory.resolve("none").toString(), "--", "true"))
                .extracting(Cli::code, Cli::err)
                .satisfies(result -> assertThat(result.toString()).contains("125", "Cannot read variables", "none"));
    }

    @Test
    void endsWith126IfTheCommandIsNoProgram() throws Exception {
        Cli result = Cli.carrel("run", "--", "/etc/passwd");

        assertThat(result.code()).isEqualTo(126);
        assertThat(result.err()).startsWith("carrel: Cannot execute \"/etc/passwd\": EACCES (13).\n");
    }

    @Test
    void endsWith125IfAStepBeforeFails() throws Exception {
        Cli result = Cli.carrel("run", "-w", "/nowhere", "--", "true");

        assertThat(result.code()).isEqualTo(125);
        assertThat(result.out()).isEmpty();
        assertThat(result.err()).isEqualTo("""
                        carrel: Cannot enter the working directory: chdir("/nowhere") failed with ENOENT (2).
                        The directory does not exist inside the container, or its path has a link that leads nowhere.
                        """);
    }

    @Test
    void saysWhichLimitIsTooLow() throws Exception {
        String run = String.join(" ", Cli.command("run", "--", "true"));

        Cli result = Cli.end(new ProcessBuilder("bash", "-c", "ulimit -n 64; exec " + run).start());

        assertThat(result.code()).isEqualTo(125);
        assertThat(result.err()).endsWith("raise the limit (ulimit -n) to 256 or more.\n");
    }

    @Test
    void dockersOptionsOfStreamsAreKnown() throws Exception {
        assertThat(Cli.carrel("run", "-i", "--", "true")).isEqualTo(new Cli(0, "", ""));
        Cli terminal = Cli.carrel("run", "-it", "--", "true");
        assertThat(terminal).isEqualTo(new Cli(1, "", "carrel: the input device is not a TTY\n"));
        assertThat(Cli.carrel("run", "-t", "--", "stty", "size").out()).isEqualTo("24 80\r\n");
    }

    @Test
    void aSmallHIsHelpWhereItIsNothingElse() throws Exception {
        Cli help = Cli.carrel("ps", "-h");
        assertThat(help.code()).isZero();
        assertThat(help.out()).startsWith("Usage: carrel ps ");
        assertThat(Cli.carrel("run", "-h", "box", "--", "hostname")).isEqualTo(new Cli(0, "box\n", ""));
    }

    @Test
    void aMissingSourceIsNotMade() throws Exception {
        assertThat(Cli.carrel("run", "-v", "/nosuch:/x", "--", "true")).isEqualTo(new Cli(125, "", """
                        carrel: the host has no /nosuch to mount, and carrel makes none; if it is to be a new directory: mkdir -p /nosuch
                        See "carrel run --help".
                        """));
    }

    @Test
    void endsWith124WhenTheTimeIsUp() throws Exception {
        assertThat(Cli.carrel("run", "--timeout", "0.2", "--", "tail", "-f", "/dev/null"))
                .isEqualTo(new Cli(124, "", ""));
    }

    @Test
    void passesTermOnAndEndsWithTheCommandsCode() throws Exception {
        Process process = Cli.start("run", "--", "sh", "-c", UNTIL_TERM);
        BufferedReader out = process.inputReader();
        assertThat(out.readLine()).isEqualTo("ready");

        // Not Process.destroy, which closes the streams.
        process.toHandle().destroy();

        assertThat(out.readLine()).isEqualTo("term");
        assertThat(process.waitFor()).isEqualTo(42);
    }

    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD) // reading a pipe cannot be interrupted
    void endsTheContainerWhenItIsKilled() throws Exception {
        Process process = Cli.start("run", "--", "sh", "-c", UNTIL_TERM);
        BufferedReader out = process.inputReader();
        assertThat(out.readLine()).isEqualTo("ready");

        process.toHandle().destroyForcibly();

        assertThat(out.readLine()).as("the end of the command's output").isNull();
    }

    @Test
    void connectsTheStandardStreams() throws Exception {
        Process process = Cli.start("run", "--", "sh", "-c", "cat; echo error >&2");
        try (Writer in = process.outputWriter()) {
            in.write("input");
        }

        assertThat(Cli.end(process)).isEqualTo(new Cli(0, "input", "error\n"));
    }

    @Test
    void showsWhatTheOptionsSay() throws Exception {
        Cli result = Cli.carrel(
                "run",
                "-h",
                "desk",
                "-e",
                "A=b c",
                "-e",
                "PATH",
                "-e",
                "CARREL_TEST_UNSET",
                "-w",
                "/tmp",
                "--",
                "sh",
                "-c",
                "hostname; pwd; echo \"$A\"; echo \"$PATH\"; echo ${CARREL_TEST_UNSET-unset}");

        assertThat(result.out().lines())
                .containsExactly("desk", "/tmp", "b c", String.valueOf(System.getenv("PATH")), "unset");
    }

    @Test
    void runsAsTheUser() throws Exception {
        assertThat(Cli.carrel("run", "-u", "12:34", "--", "sh", "-c", "id -u; id -g")
                        .out())
                .isEqualTo("12\n34\n");
    }

    @Test
    void mountsVolumesOverAndBelowTmpfsInAnyOrder(@TempDir Path directory) throws Exception {
        Files.writeString(directory.resolve("file"), "");
        Cli result = Cli.carrel(
                "run",
                "-v",
                directory + ":/data/rw",
                "-v",
                directory + ":/data/ro:ro",
                "--tmpfs",
                "/data",
                "--",
                "sh",
                "-c",
                "ls /data; ls /data/ro; touch /data/rw/new /data/here; touch /data/ro/no");

        assertThat(result.out()).isEqualTo("ro\nrw\nfile\n");
        assertThat(result.err()).contains("/data/ro/no").contains("Read-only file system");
        assertThat(directory.resolve("new")).exists();
    }

    @Test
    void hasNoNetworkUnlessAsked() throws Exception {
        String links = "sed -n 's/:.*//p' /proc/net/dev";
        String host = Cli.output("sh", "-c", links);

        assertThat(Cli.carrel("run", "--", "sh", "-c", links).out().strip()).isEqualTo("lo");
        assertThat(Cli.carrel("run", "--network", "host", "--", "sh", "-c", links)
                        .out()
                        .strip())
                .isEqualTo(host);
    }

    @Test
    void explainsAndDoesNotRun(@TempDir Path directory) throws Exception {
        Cli result = Cli.carrel("run", "--explain", "-v", directory + ":/out", "--", "touch", "/out/file");

        assertThat(result.code()).isZero();
        assertThat(result.err()).isEmpty();
        assertThat(result.out()).contains("execve", "\"/usr/bin/touch\"", directory.toString());
        assertThat(directory).isEmptyDirectory();
    }

    /** In a JVM whose own encoding is ASCII, too. */
    @Test
    void argumentsReachTheCommandByteForByte(@TempDir Path directory) throws Exception {
        for (String locale : List.of("C", "C.UTF-8")) {
            Cli result = Cli.inShell(
                    "LC_ALL=" + locale + " \"$@\" $'\\xff' caf$'\\xe9' $'caf\\xc3\\xa9'",
                    directory,
                    "run",
                    "--",
                    "sh",
                    "-c",
                    "printf %s \"$@\" | od -An -tx1",
                    "sh");
            assertThat(result.out().strip()).as(locale + ": " + result).isEqualTo("ff 63 61 66 e9 63 61 66 c3 a9");
        }
    }

    /** In a JVM whose own encoding is ASCII, too. */
    @Test
    void variablesOfTheHostReachTheCommandByteForByte(@TempDir Path directory) throws Exception {
        for (String locale : List.of("C", "C.UTF-8")) {
            Cli result = Cli.inShell(
                    "A=$'\\xff' B=caf$'\\xe9' C=$'caf\\xc3\\xa9' EMPTY= LC_ALL=" + locale + " \"$@\"",
                    directory,
                    "run",
                    "-e=A",
                    "-e=B",
                    "-e=C",
                    "-e=EMPTY",
                    "-e=NOT_THERE",
                    "--",
                    "sh",
                    "-c",
                    "printf %s \"$A$B$C${EMPTY-no}${NOT_THERE-unset}\" | od -An -tx1");
            assertThat(result.out().strip())
                    .as(locale + ": " + result)
                    .isEqualTo("ff 63 61 66 e9 63 61 66 c3 a9 75 6e 73 65 74");
        }
    }

    @Test
    void examinesTheHost() throws Exception {
        Cli result = Cli.carrel("doctor");

        assertThat(result.code()).as(result.out()).isZero();
        assertThat(result.out().lines()).anyMatch(line -> line.startsWith("yes  default container "));
        assertThat(result.out().lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
    }

    @Test
    void listsNamespacesAsLsnsDoes() throws Exception {
        String own = Cli.output("readlink", "/proc/self/ns/user").replaceAll("\\D", "");

        Cli result = Cli.carrel("ns", "list", "--type", "user");

        assertThat(result.out().lines().findFirst().orElse(""))
                .matches("NS +TYPE +NPROCS +PID +USER +(NAME +)?COMMAND");
        assertThat(result.out().lines()).anyMatch(line -> line.matches(own + " +user +[1-9].*"));
    }

    @Test
    void keepsTheCodeOfTheCommandWhereNobodyCanBeToldOfIt() throws Exception {
        List<String> command = new ArrayList<>(List.of("env", "CARREL_HOME=/dev/null/x"));
        command.addAll(Cli.command("run", "--", "sh", "-c", "exit 3"));

        assertThat(Cli.end(new ProcessBuilder(command).start()).code()).isEqualTo(3);
    }
}

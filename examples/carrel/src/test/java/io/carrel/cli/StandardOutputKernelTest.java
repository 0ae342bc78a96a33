package io.carrel.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** No output is ever lost without a word. */
@Tag("kernel")
class StandardOutputKernelTest {

    private static final String FULL = "carrel: cannot write standard output: No space left on device\n";

    @TempDir
    private Path directory;

    /** Each command and each command of a command. */
    static Stream<String> commands() {
        return names("", Main.commandLine());
    }

    private static Stream<String> names(String above, CommandLine command) {
        return Stream.concat(
                Stream.of(above),
                command.getSubcommands().entrySet().stream()
                        .flatMap(below -> names((above + " " + below.getKey()).strip(), below.getValue())));
    }

    private static String resultOnFullDisk(String... arguments) throws IOException {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        try (OutputStream full = new FileOutputStream("/dev/full")) {
            int code = Main.run(new StandardOutput(full, false), new StandardOutput(err, false), arguments);
            return code + " " + err.toString(UTF_8);
        }
    }

    @ParameterizedTest
    @MethodSource("commands")
    void helpOfEachCommandFailsOnAFullDisk(String command) throws IOException {
        assertThat(resultOnFullDisk((command + " --help").strip().split(" "))).isEqualTo("125 " + FULL);
    }

    @ParameterizedTest
    @ValueSource(strings = {"doctor", "ps", "ns list", "cgroup tree", "run --explain -- true"})
    void whatPrintsFailsOnAFullDisk(String command) throws IOException {
        assertThat(resultOnFullDisk(command.split(" "))).matches("(125|1) " + FULL);
    }

    private Cli shell(String script, String... arguments) throws IOException, InterruptedException {
        return Cli.inShell(script, directory.resolve("home"), arguments);
    }

    /**
     * A file, to which this JVM copies them, that cannot be written, as on a disk that is full. Nothing but the code
     * can tell.
     */
    @Test
    void errorsOfACommandAreNotLostEither() throws Exception {
        String script = "cd; echo > file; \"$@\" 2< file > out; echo $?; wc -c < out";
        assertThat(shell("HOME=" + directory + "; " + script, "run", "--", "sh", "-c", "echo bad >&2; echo good"))
                .isEqualTo(new Cli(0, "125\n5\n", ""));
        assertThat(shell("HOME=" + directory + "; " + script, "run", "--", "sh", "-c", "echo bad >&2; exit 3"))
                .isEqualTo(new Cli(0, "3\n0\n", ""));
    }

    @Test
    void imagesAreNotLostOnAFullDisk() throws Exception {
        Path root = Files.createDirectory(directory.resolve("root"));
        Files.write(root.resolve("file"), new byte[1 << 20]);
        assertThat(shell("\"$@\"", "import", root.toString(), "big").code()).isZero();

        for (String command : List.of("images --json", "history big", "save big")) {
            assertThat(shell("\"$@\" > /dev/full", command.split(" "))).isEqualTo(new Cli(125, "", FULL));
        }
        assertThat(shell("exec 1</dev/null; \"$@\"", "save", "big"))
                .isEqualTo(new Cli(125, "", FULL.replace("No space left on device", "Bad file descriptor")));
    }

    @Test
    void endsQuietlyWhenNobodyReadsAnyMore() throws Exception {
        assertThat(shell("\"$@\" | :; exit ${PIPESTATUS[0]}", "doctor")).isEqualTo(new Cli(141, "", ""));
    }
}

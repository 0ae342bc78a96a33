package io.carrel.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.carrel.testing.Eventually;
import io.carrel.testing.NeedsProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A person at a terminal, which tmux is: what is typed, and what is to be seen then. */
@Tag("kernel")
@Tag("long")
@NeedsProgram({"tmux", "bash", "vi"})
@Timeout(240)
class TerminalKernelTest {

    private static final Duration SOON = Duration.ofSeconds(30);

    @TempDir
    private Path home;

    private String screen() {
        return tmux("capture-pane", "-p");
    }

    private String tmux(String... arguments) {
        List<String> words =
                new ArrayList<>(List.of("tmux", "-S", home.resolve("tmux").toString(), "-f", "/dev/null"));
        words.addAll(List.of(arguments));
        try {
            Process process =
                    new ProcessBuilder(words).redirectErrorStream(true).start();
            String output = new String(process.getInputStream().readAllBytes(), UTF_8);
            assertThat(process.waitFor()).as("%s: %s", words, output).isZero();
            return output;
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private void shows(String regex) {
        Pattern pattern = Pattern.compile(regex, Pattern.DOTALL);
        Eventually.holds(
                regex + " is to be seen", SOON, () -> pattern.matcher(screen()).find());
    }

    private void type(String text) {
        tmux("send-keys", "-l", text);
        tmux("send-keys", "Enter");
    }

    private String carrel(String... arguments) {
        StringBuilder words = new StringBuilder();
        for (String word : Cli.command(arguments)) {
            words.append("'").append(word).append("' ");
        }
        return words.toString();
    }

    @BeforeEach
    void begin() {
        String shell = "env CARREL_HOME=%s sh".formatted(home.resolve("storage"));
        tmux("new-session", "-d", "-x", "100", "-y", "30", shell);
        shows("[#$]"); // else it may print its prompt behind what is typed
        type("PS1='host> '");
        shows("\nhost>");
    }

    @AfterEach
    void end() {
        tmux("kill-server");
    }

    /** Long lines are better read than typed. */
    private void run(String line) throws IOException {
        Path script = Files.writeString(home.resolve("line"), line + "\n");
        type(". " + script);
    }

    @Test
    void aShellHasJobControlAndTheSizeOfTheTerminal() throws Exception {
        run(carrel("run", "-it", "--rm", "--env", "PS1=inside> ", "--", "bash", "--norc"));
        shows("inside>");
        type("stty size; tty");
        shows("30 100\n/dev/pts/0");
        // Keys reach a job only when it has the terminal, which it says itself.
        type("sh -c 'trap \"echo goes on again\" CONT; echo has be\"\"gun; while :; do sleep 0.1; done'");
        shows("has begun");
        tmux("send-keys", "C-z");
        shows("Stopped +sh -c");
        tmux("resize-window", "-x", "90", "-y", "25");
        Eventually.holds("the new size is there", SOON, () -> {
            type("stty size");
            return screen().contains("25 90");
        });
        type("fg");
        shows("\ngoes on again");
        tmux("send-keys", "C-c");
        type("echo code $?");
        shows("code 130");
        type("clear; exit 7");
        shows("exit\nhost>"); // until then all that is typed is the command's
        type("echo ended $?; stty -a | grep -c ' icanon'");
        shows("ended 7\n1");
    }

    @Test
    void anEditorFillsTheScreen() throws Exception {
        run(carrel("run", "-it", "--rm", "--env", "PS1=inside> ", "-w", "/tmp", "--", "bash", "--norc"));
        shows("inside>");
        type("vi file");
        shows("~\n~\n");
        tmux("send-keys", "i");
        tmux("send-keys", "-l", "written in vi");
        tmux("send-keys", "Escape");
        type(":wq");
        shows("inside>");
        type("clear; cat file; exit");
        shows("written in vi\nexit\nhost>");
    }

    @Test
    void anotherShellComesToADetachedContainer() throws Exception {
        run(carrel("run", "-d", "--name", "desk", "--", "sleep", "1000"));
        shows("[0-9a-f]{64}");
        run(carrel("exec", "-it", "--env", "PS1=inside> ", "desk", "bash", "--norc"));
        shows("inside>");
        type("stty size; echo $PPID");
        shows("30 100\n1\n");
        type("clear; exit 5");
        shows("exit\nhost>");
        type("echo ended $?");
        shows("ended 5");
        run(carrel("rm", "-f", "desk"));
        shows("desk\nhost>");
    }
}

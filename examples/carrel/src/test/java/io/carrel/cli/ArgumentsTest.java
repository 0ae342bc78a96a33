package io.carrel.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.carrel.Network;
import io.carrel.netns.UserMode;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.ParseResult;

/** What the program understands, without running anything. */
class ArgumentsTest {

    private static ParseResult run(String... arguments) {
        return Main.commandLine().parseArgs(arguments).subcommand();
    }

    private static List<String> command(String... arguments) {
        return Objects.requireNonNull(run(arguments).matchedPositionalValue(0, List.of()));
    }

    /** Exit code and error messages. */
    private static String refusal(String... arguments) {
        StringWriter err = new StringWriter();
        int code = Main.commandLine().setErr(new PrintWriter(err, true)).execute(arguments);
        return code + " " + err;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ps",
                "images",
                "history IMAGE",
                "network ls",
                "network list",
                "volume ls",
                "snapshot ls",
                "ns list",
                "cgroup tree"
            })
    void listsHaveTheSameOptions(String list) {
        for (String option : List.of("-q", "--quiet", "--no-trunc", "--json")) {
            assertThat(run((list + " " + option).split(" "))).isNotNull();
        }
    }

    @Test
    void leavesTheCommandAsItIs() {
        assertThat(command("run", "--", "sh", "-c", "ls", "--help", "--", "-e", "A=b"))
                .containsExactly("sh", "-c", "ls", "--help", "--", "-e", "A=b");
        assertThat(command("run", "-w", "/tmp", "ls", "-v", "--user", "--"))
                .containsExactly("ls", "-v", "--user", "--");
        assertThat(command("run", "echo", "@/etc/hostname", "\"quoted\"", "${sys:user.dir}", ""))
                .containsExactly("echo", "@/etc/hostname", "\"quoted\"", "${sys:user.dir}", "");
    }

    @Test
    void readsTheUser() {
        assertThat(run("run", "-u", "1000", "id").<String>matchedOptionValue("-u", ""))
                .isEqualTo("1000");
        assertThat(run("run", "--user=www-data:50", "id").<String>matchedOptionValue("-u", ""))
                .isEqualTo("www-data:50");
    }

    @Test
    void readsTheNetwork() {
        assertThat(NetworkOptions.parse("none")).isEqualTo(Network.none());
        assertThat(NetworkOptions.parse("host")).isEqualTo(Network.host());
        assertThat(NetworkOptions.parse("user")).isEqualTo(Network.userMode());
        assertThat(NetworkOptions.parse("pasta")).isEqualTo(Network.userMode(UserMode.PASTA));
        assertThat(NetworkOptions.parse("slirp4netns")).isEqualTo(Network.userMode(UserMode.SLIRP4NETNS));
        assertThat(NetworkOptions.parse("lab")).isEqualTo(Network.bridge("lab"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> NetworkOptions.parse("a/b"))
                .withMessageStartingWith("no name for a network: \"a/b\"");
    }

    @ParameterizedTest
    @CsvSource({"30, PT30S", "0.5, PT0.5S", "1e3, PT1000S", "0.000000001, PT0.000000001S", "1e-12, PT0.000000001S"})
    void readsSeconds(String text, Duration expected) {
        assertThat(Seconds.parse(text)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "soon", "1m", "1e99", "0", "-1"})
    void refusesOtherTimes(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Seconds.parse(text))
                .withMessageContaining("\"%s\"", text);
    }

    @Test
    void takesTheDelimiterOutOfTheMiddle() {
        assertThat(NsExecCommand.withoutDelimiter(List.of("--", "ip", "--", "link")))
                .containsExactly("ip", "--", "link");
        assertThat(NsExecCommand.withoutDelimiter(List.of("ip", "--"))).containsExactly("ip", "--");
        assertThat(command("ns", "exec", "lab", "--", "ip", "-o", "link")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "images busybox -q",
                "network create n --subnet 192.168.88.0/24",
                "history web:1 --no-trunc",
                "commit work x -m hi",
                "volume create v --label a=b",
                "rmi nosuch -f",
                "cp a:/b c --max-files 5",
                "update web --memory 64m",
                "cgroup create g --pids-limit 5",
                "stats web --no-stream",
                "save a -o b",
                "import root a -c USER=0"
            })
    void takesOptionsBehindArguments(String arguments) {
        assertThat(optionsOf(Main.commandLine().parseArgs(arguments.split(" "))))
                .hasSize(1);
    }

    private static List<CommandLine.Model.OptionSpec> optionsOf(ParseResult result) {
        return result.hasSubcommand() ? optionsOf(result.subcommand()) : result.matchedOptions();
    }

    @Test
    void saysWhatIsWrongAndWhereToLook() {
        assertThat(refusal("run", "-u", "1:2:3", "id")).isEqualTo("""
                        125 carrel: a user is given as USER or USER:GROUP, was "1:2:3"
                        See "carrel run --help".
                        """);
        assertThat(refusal("run", "--cap-add", "NET_ROW", "id")).isEqualTo("""
                        125 carrel: there is no capability "NET_ROW"; capabilities(7) lists them, such as NET_RAW or CAP_NET_RAW
                        See "carrel run --help".
                        """);
        assertThat(refusal("run", "--security-opt", "seccomp=unconfined", "id")).isEqualTo("""
                        125 carrel: of --security-opt only no-new-privileges[=true|false] is known, not "seccomp=unconfined"
                        See "carrel run --help".
                        """);
        assertThat(refusal("run", "--privileged", "id"))
                .isEqualTo("125 carrel: Unknown option: '--privileged'\nSee \"carrel run --help\".\n");
        assertThat(refusal("run"))
                .isEqualTo("125 carrel: Missing required parameter: 'COMMAND'\nSee \"carrel run --help\".\n");
        assertThat(refusal("run", "-h", "a b", "--", "id")).isEqualTo("""
                        125 carrel: not a host name of at most 64 letters, digits, dots and hyphens: "a b"
                        See "carrel run --help".
                        """);
        assertThat(refusal("run", "--read-only", "--", "id"))
                .startsWith(
                        "125 carrel: --read-only is about images and --rootfs; the host's directories always are\n");
        assertThat(refusal()).isEqualTo("125 carrel: Missing required subcommand\nSee \"carrel --help\".\n");
        assertThat(refusal("ns", "list", "-t", "network"))
                .isEqualTo("125 carrel: the types of namespaces are mnt, uts, ipc, pid, net, user, cgroup, time,"
                        + " not \"network\"\n");
        assertThat(refusal("ns", "rm", "../x")).isEqualTo("125 carrel: not a name for a network namespace: \"../x\"\n");
    }

    @Test
    void namesWhatIsMeant() {
        assertThat(refusal("rum", "x"))
                .startsWith("125 carrel: there is no command \"carrel rum\"; did you mean ")
                .contains("run");
        assertThat(refusal("network", "creat", "x"))
                .contains("no command \"carrel network creat\"; did you mean ", "create");
        assertThat(refusal("run", "--pids-limit", "x", "--", "id"))
                .contains("'--pids-limit'", "not a whole number below 2^63: \"x\"");
        assertThat(refusal("run", "--cpus", "x", "--", "id")).contains("not a number: \"x\"");
        assertThat(refusal("run", "--timeout", "99999999999", "--", "id"))
                .contains("a time is at most 9223372036 seconds, was \"99999999999\"");
        assertThat(refusal("run", "--cpuset-cpus", "9999", "--", "nproc")).doesNotContain("comes after --");
    }

    @Test
    void hasAVersion() {
        StringWriter out = new StringWriter();

        assertThat(Main.commandLine().setOut(new PrintWriter(out, true)).execute("--version"))
                .isZero();
        assertThat(out.toString()).matches("carrel \\d+\\.\\d+\\.\\d+.*\n");
    }

    @Test
    void tellsTheVersionsOfWhatItStandsOn() {
        StringWriter out = new StringWriter();

        assertThat(Main.commandLine()
                        .setOut(new PrintWriter(out, true))
                        .execute("version", "--format", "{{.Version}} {{.Os}} {{.Java}}"))
                .isZero();
        assertThat(out.toString()).matches("\\S+ Linux .+\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "run", "doctor", "ns", "ns list", "ns identify", "ns persist", "ns exec", "ns rm"})
    void helpsWithin80Columns(String command) {
        StringWriter out = new StringWriter();
        CommandLine commandLine = Main.commandLine().setOut(new PrintWriter(out, true));

        assertThat(commandLine.execute((command + " --help").strip().split(" ")))
                .isZero();
        assertThat(out.toString()).startsWith(("Usage: carrel " + command).strip());
        assertThat(out.toString().lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
    }
}

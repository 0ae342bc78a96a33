package io.carrel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Each name is made by one of the two programs and used by the other, in a mount namespace with a /run of its own, so that
 * the host's stays as it is.
 */
@Tag("root")
@Tag("long")
class NsCommandRootTest {

    private static int names;
    private static Process enclosure;

    @BeforeAll
    static void mountAnEmptyRun() throws IOException {
        enclosure = new ProcessBuilder(
                        "unshare",
                        "--mount",
                        "--propagation=private",
                        "sh",
                        "-c",
                        "mount -t tmpfs carrel-test /run && echo mounted && read end")
                .start();
        assertThat(enclosure.inputReader().readLine()).isEqualTo("mounted");
    }

    @AfterAll
    static void endTheEnclosure() throws IOException, InterruptedException {
        Cli.end(enclosure);
    }

    private static ProcessBuilder inside(List<String> command) {
        List<String> entering = new ArrayList<>(List.of("nsenter", "--mount", "--target", "" + enclosure.pid(), "--"));
        // The working directory is not kept by a change of the mount namespace.
        entering.addAll(List.of("env", "--chdir=" + System.getProperty("user.dir")));
        entering.addAll(command);
        return new ProcessBuilder(entering);
    }

    private static Cli carrel(String... arguments) throws IOException, InterruptedException {
        return Cli.end(inside(Cli.command(arguments)).start());
    }

    private static String output(String... command) throws IOException, InterruptedException {
        Cli result = Cli.end(inside(List.of(command)).start());
        assertThat(result.code()).as("%s: %s", List.of(command), result).isZero();
        return result.out().strip();
    }

    private static Path run(String... names) {
        return Path.of("/proc/" + enclosure.pid() + "/root/run", names);
    }

    private final String name =
            "carrel-cli-test-%d-%d".formatted(ProcessHandle.current().pid(), ++names);
    private final Path configuration = Path.of("/etc/netns", name);

    @AfterEach
    void removeWhatATestLeft() throws IOException, InterruptedException {
        if (Files.exists(run("netns", name))) {
            output("ip", "netns", "delete", name);
        }
        Files.deleteIfExists(configuration.resolve("hosts"));
        Files.deleteIfExists(configuration);
    }

    private static void succeed(String... arguments) throws IOException, InterruptedException {
        assertThat(carrel(arguments)).isEqualTo(new Cli(0, "", ""));
    }

    private String inode() throws IOException, InterruptedException {
        return output("stat", "-L", "-c", "%i", "/run/netns/" + name);
    }

    @Test
    void makesANamespaceThatIpNetnsUses() throws Exception {
        succeed("ns", "persist", name);

        assertThat(output("ip", "netns", "list").lines()).anyMatch(line -> line.startsWith(name));
        assertThat(output("ip", "netns", "exec", name, "ip", "-o", "link"))
                .startsWith("1: lo: <LOOPBACK>")
                .contains("state DOWN")
                .hasLineCount(1);
        output("ip", "netns", "delete", name);
    }

    @Test
    void runsCommandsInANamespaceOfIpNetns() throws Exception {
        output("ip", "netns", "add", name);

        Cli result = carrel("ns", "exec", name, "--", "readlink", "/proc/self/ns/net");

        assertThat(result).isEqualTo(new Cli(0, "net:[%s]\n".formatted(inode()), ""));
        assertThat(carrel("ns", "exec", name, "sh", "-c", "exit 7").code()).isEqualTo(7);
        assertThat(carrel("ns", "exec", name, "frobnicate").code()).isEqualTo(127);
    }

    @Test
    void leavesCommandsTheirEnvironmentAndDirectory() throws Exception {
        output("ip", "netns", "add", name);

        assertThat(carrel("ns", "exec", name, "sh", "-c", "pwd; echo $PATH")
                        .out()
                        .lines())
                .containsExactly(System.getProperty("user.dir"), String.valueOf(System.getenv("PATH")));
    }

    @Test
    void showsTheNamespacesOwnConfigurationFiles() throws Exception {
        output("ip", "netns", "add", name);
        Files.createDirectories(configuration);
        Files.writeString(configuration.resolve("hosts"), "192.0.2.1 " + name + "\n");

        assertThat(carrel("ns", "exec", name, "cat", "/etc/hosts").out())
                .isEqualTo(output("ip", "netns", "exec", name, "cat", "/etc/hosts") + "\n")
                .contains(name);
        assertThat(output("cat", "/etc/hosts")).doesNotContain(name);
    }

    @Test
    void identifiesTheNamespaceOfAProcess() throws Exception {
        output("ip", "netns", "add", name);
        Process inside = inside(List.of("ip", "netns", "exec", name, "cat")).start();
        try {
            // The program ip becomes cat only after it has entered the namespace.
            inside.outputWriter().append("entered\n").flush();
            assertThat(inside.inputReader().readLine()).isEqualTo("entered");

            String pid = Long.toString(inside.pid());
            assertThat(carrel("ns", "identify", pid)).isEqualTo(new Cli(0, name + "\n", ""));
            assertThat(output("ip", "netns", "identify", pid)).isEqualTo(name);
        } finally {
            inside.destroy();
            inside.waitFor(1, TimeUnit.MINUTES);
        }
        assertThat(carrel("ns", "identify")).isEqualTo(new Cli(0, "", ""));
    }

    @Test
    void namesTheNamespaceOfAProcess() throws Exception {
        Process inside = inside(List.of("unshare", "--net", "cat")).start();
        try {
            inside.outputWriter().append("entered\n").flush();
            assertThat(inside.inputReader().readLine()).isEqualTo("entered");

            succeed("ns", "persist", name, Long.toString(inside.pid()));

            assertThat(output("readlink", "/proc/%d/ns/net".formatted(inside.pid())))
                    .isEqualTo("net:[%s]".formatted(inode()));
        } finally {
            inside.destroy();
            inside.waitFor(1, TimeUnit.MINUTES);
        }
    }

    @Test
    void removesANamespaceOfIpNetns() throws Exception {
        output("ip", "netns", "add", name);

        succeed("ns", "rm", name);

        assertThat(run("netns", name)).doesNotExist();
        assertThat(output("ip", "netns", "list")).doesNotContain(name);
    }

    @Test
    void listsANamespaceWithItsName() throws Exception {
        output("ip", "netns", "add", name);

        String row = inode() + " +net +0 +\\Q" + name + "\\E";

        assertThat(carrel("ns", "list", "-t", "net").out().lines().map(String::strip))
                .anyMatch(line -> line.matches(row));
    }

    @Test
    void refusesWhatIsNotThere() throws Exception {
        Cli result = carrel("ns", "exec", name, "true");

        assertThat(result.code()).isEqualTo(125);
        assertThat(result.err()).startsWith("carrel: Cannot open the namespace /run/netns/" + name + ": ");
        assertThat(carrel("ns", "rm", name).code()).isEqualTo(125);
    }

    @Test
    void doesNotTakeANameTwice() throws Exception {
        output("ip", "netns", "add", name);
        String before = inode();

        Cli result = carrel("ns", "persist", name);

        assertThat(result.code()).isEqualTo(125);
        assertThat(result.err()).contains("EEXIST (17)");
        assertThat(inode()).isEqualTo(before);
    }
}

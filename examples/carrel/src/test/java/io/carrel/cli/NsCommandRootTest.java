package io.carrel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Each name is made by one of the two programs and used by the other. */
@Tag("root")
class NsCommandRootTest {

    private static int names;

    private final String name =
            "carrel-cli-test-%d-%d".formatted(ProcessHandle.current().pid(), ++names);
    private final Path configuration = Path.of("/etc/netns", name);

    @AfterEach
    void removeWhatATestLeft() throws IOException, InterruptedException {
        if (Files.exists(Path.of("/run/netns", name))) {
            Cli.output("ip", "netns", "delete", name);
        }
        Files.deleteIfExists(configuration.resolve("hosts"));
        Files.deleteIfExists(configuration);
    }

    private static void succeed(String... arguments) throws IOException, InterruptedException {
        assertThat(Cli.carrel(arguments)).isEqualTo(new Cli(0, "", ""));
    }

    private String inode() throws IOException, InterruptedException {
        return Cli.output("stat", "-L", "-c", "%i", "/run/netns/" + name);
    }

    @Test
    void makesANamespaceThatIpNetnsUses() throws Exception {
        succeed("ns", "persist", name);

        assertThat(Cli.output("ip", "netns", "list").lines()).anyMatch(line -> line.startsWith(name));
        assertThat(Cli.output("ip", "netns", "exec", name, "ip", "-o", "link"))
                .startsWith("1: lo: <LOOPBACK>")
                .contains("state DOWN")
                .hasLineCount(1);
        Cli.output("ip", "netns", "delete", name);
    }

    @Test
    void runsCommandsInANamespaceOfIpNetns() throws Exception {
        Cli.output("ip", "netns", "add", name);

        Cli result = Cli.carrel("ns", "exec", name, "--", "readlink", "/proc/self/ns/net");

        assertThat(result).isEqualTo(new Cli(0, "net:[%s]\n".formatted(inode()), ""));
        assertThat(Cli.carrel("ns", "exec", name, "sh", "-c", "exit 7").code()).isEqualTo(7);
        assertThat(Cli.carrel("ns", "exec", name, "frobnicate").code()).isEqualTo(127);
    }

    @Test
    void leavesCommandsTheirEnvironmentAndDirectory() throws Exception {
        Cli.output("ip", "netns", "add", name);

        assertThat(Cli.carrel("ns", "exec", name, "sh", "-c", "pwd; echo $PATH")
                        .out()
                        .lines())
                .containsExactly(System.getProperty("user.dir"), String.valueOf(System.getenv("PATH")));
    }

    @Test
    void showsTheNamespacesOwnConfigurationFiles() throws Exception {
        Cli.output("ip", "netns", "add", name);
        Files.createDirectories(configuration);
        Files.writeString(configuration.resolve("hosts"), "192.0.2.1 " + name + "\n");

        assertThat(Cli.carrel("ns", "exec", name, "cat", "/etc/hosts").out())
                .isEqualTo(Cli.output("ip", "netns", "exec", name, "cat", "/etc/hosts") + "\n")
                .contains(name);
        assertThat(Cli.output("cat", "/etc/hosts")).doesNotContain(name);
    }

    @Test
    void identifiesTheNamespaceOfAProcess() throws Exception {
        Cli.output("ip", "netns", "add", name);
        Process inside = new ProcessBuilder("ip", "netns", "exec", name, "cat").start();
        try {
            // The program ip becomes cat only after it has entered the namespace.
            inside.outputWriter().append("entered\n").flush();
            assertThat(inside.inputReader().readLine()).isEqualTo("entered");

            String pid = Long.toString(inside.pid());
            assertThat(Cli.carrel("ns", "identify", pid)).isEqualTo(new Cli(0, name + "\n", ""));
            assertThat(Cli.output("ip", "netns", "identify", pid)).isEqualTo(name);
        } finally {
            inside.destroy();
            inside.waitFor(1, TimeUnit.MINUTES);
        }
        assertThat(Cli.carrel("ns", "identify")).isEqualTo(new Cli(0, "", ""));
    }

    @Test
    void namesTheNamespaceOfAProcess() throws Exception {
        Process inside = new ProcessBuilder("unshare", "--net", "cat").start();
        try {
            inside.outputWriter().append("entered\n").flush();
            assertThat(inside.inputReader().readLine()).isEqualTo("entered");

            succeed("ns", "persist", name, Long.toString(inside.pid()));

            assertThat(Cli.output("readlink", "/proc/%d/ns/net".formatted(inside.pid())))
                    .isEqualTo("net:[%s]".formatted(inode()));
        } finally {
            inside.destroy();
            inside.waitFor(1, TimeUnit.MINUTES);
        }
    }

    @Test
    void removesANamespaceOfIpNetns() throws Exception {
        Cli.output("ip", "netns", "add", name);

        succeed("ns", "rm", name);

        assertThat(Path.of("/run/netns", name)).doesNotExist();
        assertThat(Cli.output("ip", "netns", "list")).doesNotContain(name);
    }

    @Test
    void listsANamespaceWithItsName() throws Exception {
        Cli.output("ip", "netns", "add", name);
        String shown = name.length() > 16 ? name.substring(0, 15) + "…" : name;

        String row = inode() + " +net +0 +\\Q" + shown + "\\E";

        assertThat(Cli.carrel("ns", "list", "-t", "net").out().lines().map(String::strip))
                .anyMatch(line -> line.matches(row));
    }

    @Test
    void refusesWhatIsNotThere() throws Exception {
        Cli result = Cli.carrel("ns", "exec", name, "true");

        assertThat(result.code()).isEqualTo(125);
        assertThat(result.err()).startsWith("carrel: Cannot open the namespace /run/netns/" + name + ": ");
        assertThat(Cli.carrel("ns", "rm", name).code()).isEqualTo(125);
    }

    @Test
    void doesNotTakeANameTwice() throws Exception {
        Cli.output("ip", "netns", "add", name);
        String before = inode();

        Cli result = Cli.carrel("ns", "persist", name);

        assertThat(result.code()).isEqualTo(125);
        assertThat(result.err()).contains("EEXIST (17)");
        assertThat(inode()).isEqualTo(before);
    }
}

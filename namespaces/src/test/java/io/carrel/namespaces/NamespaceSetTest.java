package io.carrel.namespaces;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.carrel.linux.Descriptor;
import io.carrel.linux.Errno;
import io.carrel.linux.SetupException;
import io.carrel.linux.launch.Execution;
import io.carrel.linux.launch.LaunchedProcess;
import io.carrel.linux.launch.ProgramFile;
import io.carrel.linux.launch.StandardStreams;
import io.carrel.linux.program.SyscallProgram;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Commands in the namespaces of a process that util-linux made. The same for root and for an ordinary user. */
@Tag("kernel")
class NamespaceSetTest {

    private static Unshared process;
    private static NamespaceSet set;

    @BeforeAll
    static void open() throws Exception {
        process = Unshared.fully();
        set = Namespaces.of(process.pid());
    }

    @AfterAll
    static void close() {
        set.close();
        process.close();
    }

    private static String output(NamespaceCommand command) throws Exception {
        Process started = command.start();
        String output = Shell.output(started);
        String error = new String(started.getErrorStream().readAllBytes(), UTF_8);
        assertThat(started.waitFor()).as(error).isZero();
        return output;
    }

    @ParameterizedTest
    @EnumSource
    void runsTheCommandInside(NamespaceType type) throws Exception {
        String inside = output(set.command("readlink", "/proc/self/ns/" + type.label()));

        assertThat(inside).isEqualTo(process.link(type));
        if (type != NamespaceType.TIME) {
            assertThat(inside).isNotEqualTo(Shell.output("readlink", "/proc/self/ns/" + type.label()));
        }
    }

    @Test
    void seesTheHostNameOfTheInside() throws Exception {
        assertThat(output(set.command("hostname"))).isEqualTo(Unshared.HOST_NAME);
        assertThat(Shell.output("hostname")).isNotEqualTo(Unshared.HOST_NAME);
    }

    @Test
    void seesProcessesAsThePidNamespaceNumbersThem() throws Exception {
        String visible = output(set.command("sh", "-c", "cd /proc && echo [0-9]*"));

        assertThat(visible.split(" ", -1)).contains("1").hasSize(2);
        assertThat(output(set.command("cat", "/proc/1/cmdline"))).contains(Unshared.HOST_NAME);
    }

    @Test
    void isRootInsideWithAllCapabilities() throws Exception {
        assertThat(output(set.command("sh", "-c", "echo $(id -u) $(id -g)"))).isEqualTo("0 0");
        List<String> sets = output(set.command("grep", "-E", "Cap(Eff|Bnd):", "/proc/self/status"))
                .lines()
                .map(line -> line.replaceFirst(".*:\t", ""))
                .toList();
        assertThat(sets.get(0)).isEqualTo(sets.get(1)).matches(".*f{5}");
    }

    @Test
    void isTheSameUserOutside() throws Exception {
        Process inside = set.start(List.of("sh", "-c", "echo; read x"));
        inside.inputReader().readLine();

        ProcessHandle shell = inside.children().findFirst().orElseThrow();
        assertThat(Shell.output("stat", "-c", "%u", "/proc/%d/cmdline".formatted(shell.pid())))
                .isEqualTo(Shell.output("id", "-u"));

        inside.getOutputStream().close();
        assertThat(inside.waitFor()).isEqualTo(1);
    }

    @Test
    void hasNothingOpenButTheStandardStreams() throws Exception {
        String open = output(set.command("sh", "-c", "for fd in /proc/$$/fd/*; do readlink $fd; done; true"));

        assertThat(open.lines()).hasSize(3).allMatch(file -> file.startsWith("pipe:["));
    }

    @Test
    void hasAnEnvironmentOfItsOwn() throws Exception {
        assertThat(output(set.command("/usr/bin/env"))).isEqualTo("PATH=" + Execution.SANE_PATH);
        assertThat(output(set.command("/usr/bin/env").environment(Map.of("A", "1"))))
                .isEqualTo("A=1");
    }

    @Test
    void beginsInTheRootDirectoryOfTheMountNamespace() throws Exception {
        assertThat(output(set.command("pwd"))).isEqualTo("/");
        assertThat(output(set.command("pwd").directory("/usr/bin"))).isEqualTo("/usr/bin");
        assertThat(output(set.without(NamespaceType.MOUNT).command("pwd"))).isEqualTo(Shell.output("pwd"));
    }

    @Test
    void returnsTheExitCode() throws Exception {
        assertThat(set.run(List.of("true"))).isZero();
        assertThat(set.run(List.of("sh", "-c", "exit 7"))).isEqualTo(7);
        assertThat(set.run(List.of("sh", "-c", "kill -9 $$"))).isEqualTo(137);
    }

    @Test
    void connectsThePipes() throws Exception {
        Process cat = set.start(List.of("sh", "-c", "cat; echo error >&2"));
        try (var input = cat.outputWriter()) {
            input.write("carrel");
        }

        assertThat(cat.inputReader().readLine()).isEqualTo("carrel");
        assertThat(cat.errorReader().readLine()).isEqualTo("error");
        assertThat(cat.waitFor()).isZero();
    }

    @Test
    void canBeKilled() throws Exception {
        try (Unshared own =
                        Unshared.fully(); // whose first process does not reap, so the killed command stays in its /proc
                NamespaceSet namespaces = Namespaces.of(own.pid())) {
            Process sleeper = namespaces.start(List.of("sh", "-c", "echo; read x"));
            sleeper.inputReader().readLine();
            ProcessHandle inside = sleeper.children().findFirst().orElseThrow();

            sleeper.destroyForcibly();

            assertThat(sleeper.waitFor()).isEqualTo(137);
            inside.onExit().get(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void saysThatTheCommandDoesNotExist() {
        assertThatThrownBy(() -> set.start(List.of("carrel-test-missing")))
                .isInstanceOfSatisfying(SetupException.class, e -> {
                    assertThat(e.call()).isEqualTo("execve");
                    assertThat(e.errno()).isEqualTo(Errno.ENOENT);
                })
                .hasMessageStartingWith("Cannot execute \"carrel-test-missing\": execve(\"/bin/carrel-test-missing\"");
    }

    @Test
    void saysWhatIsWrongWithTheFileItFound(@TempDir Path directory) throws Exception {
        Path file = Files.writeString(directory.resolve("tool"), "\0no program");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        Map<String, String> path = Map.of("PATH", "/carrel-test-missing:" + directory + ":/usr/bin");

        assertThatThrownBy(() -> set.without(NamespaceType.MOUNT)
                        .command("tool")
                        .environment(path)
                        .start())
                .isInstanceOf(SetupException.class)
                .hasMessageStartingWith("Cannot execute \"tool\": execve(\"%s\"".formatted(file))
                .hasMessageContaining("ENOEXEC (8)");
    }

    @Test
    void looksOnWhereAFileIsNotExecutable(@TempDir Path directory) throws Exception {
        Files.writeString(directory.resolve("echo"), "not executable");
        Map<String, String> path = Map.of("PATH", "/etc/passwd:" + directory + ":/usr/bin:/bin");

        assertThat(output(set.without(NamespaceType.MOUNT)
                        .command("echo", "found")
                        .environment(path)))
                .isEqualTo("found");
    }

    @Test
    void saysThatTheDirectoryDoesNotExist() {
        assertThatThrownBy(() ->
                        set.command("true").directory("/carrel-test-missing").start())
                .isInstanceOf(SetupException.class)
                .hasMessageStartingWith("Cannot enter the working directory: chdir(\"/carrel-test-missing\")");
    }

    @Test
    void leavesNoDescriptorBehind() throws Exception {
        set.run(List.of("true"));
        long before = openFiles();

        for (int i = 0; i < 20; i++) {
            set.run(List.of("true"));
            assertThatThrownBy(() -> set.run(List.of("carrel-test-missing"))).isInstanceOf(SetupException.class);
        }

        assertThat(openFiles())
                .isLessThanOrEqualTo(before + 5); // others may open files meanwhile; 40 starts leave none
    }

    private static long openFiles() throws Exception {
        try (var files = Files.list(Path.of("/proc/self/fd"))) {
            return files.count();
        }
    }

    @Test
    void runsInTheOwnNamespacesToo() throws Exception {
        try (NamespaceSet own = Namespaces.current()) {
            assertThat(output(own.command("readlink", "/proc/self/ns/user")))
                    .isEqualTo(Shell.output("readlink", "/proc/self/ns/user"));
            assertThat(output(own.command("id", "-u"))).isEqualTo(Shell.output("id", "-u"));
        }
    }

    @Test
    void entersATimeNamespace() throws Exception {
        try (Unshared shifted = Unshared.with(":", "-UrT", "--boottime", "1000000000", "--fork");
                NamespaceSet times = Namespaces.of(shifted.pid())) {
            assertThat(uptime(output(times.command("cat", "/proc/uptime")))).isGreaterThan(1_000_000_000);
            assertThat(uptime(Shell.output("cat", "/proc/uptime"))).isLessThan(1_000_000_000);
        }
    }

    private static double uptime(String text) {
        return Double.parseDouble(text.substring(0, text.indexOf(' ')));
    }

    @Test
    void saysThatThePidNamespaceIsDead() throws Exception {
        Unshared dead = Unshared.fully();
        try (NamespaceSet namespaces = Namespaces.of(dead.pid())) {
            dead.close();

            assertThatThrownBy(() -> namespaces.start(List.of("true")))
                    .isInstanceOf(SetupException.class)
                    .hasMessageStartingWith("Cannot start the command's process: clone(")
                    .hasMessageEndingWith(
                            "The first process of the PID namespace has ended, most likely; no other can start there.");
        }
    }

    @Test
    void entersTheUserNamespaceFirstAndMountsLast() {
        assertThat(EntryOrder.of(set.namespaces()))
                .extracting(Namespace::type)
                .containsExactly(
                        NamespaceType.USER,
                        NamespaceType.CGROUP,
                        NamespaceType.IPC,
                        NamespaceType.UTS,
                        NamespaceType.NETWORK,
                        NamespaceType.PID,
                        NamespaceType.MOUNT); // and the time namespace is the JVM's own
    }

    /** Groups are left if that is possible; what comes after the command's start is the launcher's business. */
    @Test
    void failsWithEveryStepThatEntersOrExecutes() {
        Execution execution = new Execution(ImmutableList.of("/bin/true"), ImmutableMap.of(), "/");
        List<Namespace> entered = EntryOrder.of(set.namespaces());
        SyscallProgram program = new EntryProgram(entered, true, execution).compile();
        Set<ProcessHandle> before = ProcessHandle.current().children().collect(toSet());
        int failed = 0;
        for (int step = 0; step < program.steps().size(); step++) {
            int i = step;
            String reason = program.steps().get(i).reason();
            if (reason.matches("(hide|enter|become|execute).*")) {
                assertThatThrownBy(() -> start(program, i, entered))
                        .isInstanceOfSatisfying(
                                SetupException.class, e -> assertThat(e.step()).isEqualTo(reason))
                        .hasMessageContaining("ENOSYS");
                failed++;
            }
        }
        assertThat(failed).isEqualTo(14);
        assertThat(before).containsAll(ProcessHandle.current().children().collect(toSet()));
    }

    private static void start(SyscallProgram program, int failingStep, List<Namespace> entered) {
        try (ProgramFile file = ProgramFile.of(program.withFailingStep(failingStep))) {
            List<Descriptor> passed =
                    entered.stream().map(Namespace::descriptor).toList();
            LaunchedProcess.start(file, StandardStreams.PIPES, passed, (need, pid) -> {});
        }
    }

    @Test
    void keepsIdsOnRequest() throws Exception {
        try (Unshared unmapped = Unshared.with(":", "-U");
                NamespaceSet namespaces = Namespaces.of(unmapped.pid())) {
            assertThat(output(namespaces.command("id", "-u").keepIds())).isEqualTo("65534");
            assertThatThrownBy(() -> namespaces.command("id").start())
                    .isInstanceOf(SetupException.class)
                    .hasMessageStartingWith(
                            "Cannot become group 0 of the user namespace: setresgid(0, 0, 0) failed with EINVAL (22).");
        }
    }

    @Test
    @Tag("user") // root may enter all of them
    void tellsAnOrdinaryUserThatOthersNamespacesAreNotEntered() throws Exception {
        assertThatThrownBy(() -> set.without(NamespaceType.USER).start(List.of("true")))
                .isInstanceOfSatisfying(SetupException.class, e -> {
                    assertThat(e.call()).isEqualTo("setns");
                    assertThat(e.errno()).isEqualTo(Errno.EPERM);
                })
                .hasMessageStartingWith("Cannot enter the cgroup namespace")
                .hasMessageContaining("CAP_SYS_ADMIN");
    }

    /** A file in /proc/PID belongs to root if the process is not dumpable. */
    @Test
    @Tag("user") // root's files are root's anyway
    void hidesTheLauncherFromThoseInside() throws Exception {
        Process inside = set.start(List.of("sh", "-c", "echo; read x"));
        inside.inputReader().readLine();

        assertThat(Shell.output("stat", "-c", "%u", "/proc/%d/environ".formatted(inside.pid())))
                .isEqualTo("0");

        inside.getOutputStream().close();
        inside.waitFor();
    }

    @Test
    void isMadeFromOthers() {
        NamespaceSet some = set.only(NamespaceType.USER, NamespaceType.UTS);

        assertThat(some.types()).containsExactlyInAnyOrder(NamespaceType.USER, NamespaceType.UTS);
        assertThat(some.without(NamespaceType.USER).types()).containsExactly(NamespaceType.UTS);
        try (Namespace own = Namespace.current(NamespaceType.UTS)) {
            assertThat(some.with(own).namespace(NamespaceType.UTS)).contains(own);
            assertThatIllegalArgumentException().isThrownBy(() -> NamespaceSet.of(own, own));
        }
    }

    @Test
    void refusesWhatIsNoCommandOrSetTwice() {
        assertThatIllegalArgumentException().isThrownBy(() -> set.command());
        assertThatIllegalArgumentException().isThrownBy(() -> set.command(""));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> set.command("true").environment(Map.of("A=B", "")));
        assertThatIllegalStateException()
                .isThrownBy(() -> set.command("true").directory("/").directory("/"));
    }
}

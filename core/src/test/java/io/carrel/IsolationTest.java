package io.carrel;

import static org.assertj.core.api.Assertions.assertThat;

import io.carrel.fs.RootFs;
import io.carrel.linux.Descriptor;
import io.carrel.linux.binding.Kernel;
import io.carrel.linux.uapi.Constant;
import io.carrel.linux.uapi.Fcntl;
import io.carrel.outcome.ExitStatus;
import io.carrel.testing.Inside;
import io.carrel.testing.NeedsProgram;
import io.carrel.testing.Outside;
import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a command of the default container sees and cannot reach: processes, network, identity, descriptors. */
@Tag("kernel")
class IsolationTest {

    private static final List<String> KINDS = List.of("cgroup", "ipc", "mnt", "net", "pid", "user", "uts");

    @ParameterizedTest
    @ValueSource(strings = {"cgroup", "ipc", "mnt", "net", "pid", "user", "uts"})
    void isInANamespaceOfItsOwnOfEachKind(String kind) throws Exception {
        String outside = Outside.ownNamespace(kind);
        assertThat(Inside.run(Container.unconfined(), "readlink /proc/self/ns/" + kind))
                .as("of an unconfined command")
                .isEqualTo(outside);
        assertThat(Inside.run(Container.builder(), "readlink /proc/self/ns/" + kind))
                .startsWith(kind + ":[")
                .isNotEqualTo(outside);
    }

    @Test
    void theHostNameCanBeResolved() throws Exception {
        for (RootFs root : List.of(RootFs.hostSystem(), RootFs.host())) {
            ContainerBuilder builder =
                    Container.builder().hostname("of-its-own").root(root);
            assertThat(Inside.run(builder, "getent hosts of-its-own; hostname -f; getent hosts localhost"))
                    .as("%s", root)
                    .contains("127.0.1.1", "of-its-own\nof-its-own", "localhost");
        }
    }

    @Test
    void twoContainersShareNoNamespace() throws Exception {
        String script = "for kind in %s; do readlink /proc/self/ns/$kind; done".formatted(String.join(" ", KINDS));
        try (ContainerProcess first = Container.builder()
                        .command("sh", "-c", script + "; read end")
                        .build()
                        .start();
                BufferedReader namespaces = first.inputReader(StandardCharsets.UTF_8)) {
            for (String other : Inside.lines(Container.builder(), script)) {
                assertThat(namespaces.readLine())
                        .startsWith(other.substring(0, 3))
                        .isNotEqualTo(other);
            }
        }
    }

    @Test
    void seesItsOwnProcessesOnly() throws Exception {
        List<String> processes = Inside.lines(Container.builder(), "echo /proc/[0-9]* | tr ' ' '\\n'; exit");
        assertThat(processes).contains("/proc/1", "/proc/2").hasSizeLessThanOrEqualTo(4);
        assertThat(Inside.run(Container.builder(), "tr '\\0' ' ' < /proc/1/cmdline"))
                .isEqualTo("carrel");
    }

    @Test
    @NeedsProgram("ip")
    void hasNoNetworkLinkButLoWhichIsUp() throws Exception {
        List<String> links = Inside.lines(Container.builder(), "ip -o link; ip -o addr show dev lo; ip route");
        assertThat(links).allSatisfy(line -> assertThat(line).contains(": lo"));
        assertThat(links.get(0)).contains("<LOOPBACK,UP,LOWER_UP>");
        assertThat(links).anySatisfy(line -> assertThat(line).contains("127.0.0.1/8"));
    }

    @Test
    void cannotReachTheHostsAbstractSockets() throws Exception {
        assertThat(Inside.lines(Container.builder(), "cat /proc/net/unix")).hasSize(1);
    }

    @Test
    void hasNoDescriptorBeyondTheStandardStreams() throws Exception {
        try (Descriptor inheritable = Kernel.open("Cannot open", "/etc/passwd", Fcntl.O_RDONLY)) {
            Kernel.fcntl("Cannot make it inheritable", inheritable, Fcntl.F_SETFD, Constant.of(0));
            assertThat(Inside.lines(
                            Container.builder(), "for fd in /proc/self/fd/*; do echo $fd $(readlink $fd); done"))
                    .hasSize(4)
                    .allSatisfy(line -> assertThat(line).matches("/proc/self/fd/([012] pipe:\\[\\d+]|\\d+ ?)"));
        }
    }

    @Test
    void anInheritableDescriptorIsSeenByAPlainChild() throws Exception {
        try (Descriptor inheritable = Kernel.open("Cannot open", "/etc/passwd", Fcntl.O_RDONLY)) {
            Kernel.fcntl("Cannot make it inheritable", inheritable, Fcntl.F_SETFD, Constant.of(0));
            assertThat(Inside.run(Container.unconfined(), "readlink /proc/self/fd/* || true"))
                    .as("Carrel closes it for an unconfined command as well")
                    .doesNotContain("/etc/passwd");
        }
    }

    @Test
    void hasNoCapability() throws Exception {
        assertThat(Inside.lines(Container.builder(), "grep ^Cap /proc/self/status"))
                .hasSize(5)
                .allSatisfy(line -> assertThat(line).endsWith("\t0000000000000000"));
    }

    @Test
    void canGainNoPrivileges() throws Exception {
        assertThat(Inside.run(Container.builder(), "grep ^NoNewPrivs: /proc/self/status"))
                .isEqualTo("NoNewPrivs:\t1");
    }

    /** To be changed when Carrel installs a filter by default. */
    @Test
    void hasNoSeccompFilterYet() throws Exception {
        String own = Outside.status("self", "Seccomp");
        assertThat(Inside.run(Container.builder(), "grep ^Seccomp: /proc/self/status"))
                .isEqualTo("Seccomp:\t" + own);
    }

    @Test
    void hasAPathAndNothingElseInItsEnvironment() throws Exception {
        ContainerResult result = Container.builder().command("env").build().run();
        assertThat(result.stdout()).isEqualTo("PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\n");
    }

    @Test
    void hasAHostNameOfItsOwn() throws Exception {
        assertThat(Inside.run(Container.builder(), "cat /proc/sys/kernel/hostname"))
                .isEqualTo("carrel");
        assertThat(Outside.lines(Path.of("/proc/sys/kernel/hostname"))).doesNotContain("carrel");
    }

    @Test
    void leadsASessionOfItsOwnWithoutATerminal() throws Exception {
        assertThat(Inside.run(Container.builder(), "cut -d ' ' -f 6,7 /proc/$$/stat"))
                .isEqualTo("2 0");
    }

    @Test
    void inheritsNeitherBlockedNorIgnoredSignals() throws Exception {
        assertThat(Inside.lines(Container.builder(), "exec grep -E '^Sig(Blk|Ign):' /proc/self/status"))
                .containsExactly("SigBlk:\t0000000000000000", "SigIgn:\t0000000000000000");
    }

    @Test
    void theJvmIsNoProcessInside() throws Exception {
        long jvm = ProcessHandle.current().pid();
        ContainerResult result =
                Inside.attempt(Container.builder(), "kill -9 %d; kill -0 %d; ls /proc/%d".formatted(jvm, jvm, jvm));
        assertThat(result.exitStatus().success()).isFalse();
        assertThat(result.stderr().lines().filter(line -> !line.isEmpty()))
                .hasSize(3)
                .allSatisfy(line -> assertThat(line).containsPattern("No such (process|file)"));
    }

    @Test
    @NeedsProgram("strace")
    void nobodyInsideCanTraceTheJvmOrTheFirstProcess() throws Exception {
        long jvm = ProcessHandle.current().pid();
        ContainerResult jvmTraced = Inside.attempt(Container.builder(), "strace -p " + jvm);
        assertThat(jvmTraced.exitStatus().success()).isFalse();
        assertThat(jvmTraced.stderr()).contains("No such process");
        ContainerResult firstTraced = Inside.attempt(Container.builder(), "strace -p 1");
        assertThat(firstTraced.exitStatus().success()).isFalse();
        assertThat(firstTraced.stderr()).contains("Operation not permitted");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "cat /proc/1/mem",
                "cat /proc/1/environ",
                "cat /proc/1/maps",
                "ls /proc/1/root/",
                "ls /proc/1/fd",
                "ls /proc/1/cwd/",
                "cat /proc/1/exe",
                "readlink /proc/1/exe",
                "readlink /proc/1/ns/mnt | grep .", // Linux 5.10 gives an empty name instead of an error.
                "echo 1 > /proc/1/oom_score_adj"
            })
    void nobodyInsideLooksIntoTheFirstProcess(String attempt) throws Exception {
        ContainerResult result = Inside.attempt(Container.builder(), attempt);
        assertThat(result.exitStatus().success()).isFalse();
        assertThat(result.stdout()).isEmpty();
    }

    @Test
    void nobodyInsideCanEndOrStopTheFirstProcess() throws Exception {
        assertThat(Inside.run(
                        Container.builder(),
                        "{ kill -9 1; kill -STOP 1; kill -IO 1; kill -CHLD 1; } 2> /dev/null; echo alive"))
                .isEqualTo("alive");
        assertThat(Inside.attempt(Container.builder(), "kill -9 -1; exit 3").exitStatus())
                .as("all but init and the sender")
                .isEqualTo(new ExitStatus.Exited(3));
    }

    @Test
    void orphansAreAdoptedAndReaped() throws Exception {
        String orphans = "for i in 1 2 3 4 5 6 7 8; do (true &); done; i=0;"
                + " while [ $(ls -d /proc/[0-9]* | wc -l) -gt 5 ] && [ $i -lt 1000 ]; do i=$((i+1)); done;"
                + " cat /proc/[0-9]*/stat | grep -c ' Z ' || true";
        assertThat(Inside.lines(Container.builder(), "(" + orphans + ") 2>/dev/null"))
                .containsExactly("0");
    }

    @Test
    void theHostsMountsAreGone(@TempDir Path anywhere) throws Exception {
        List<String> allowed = List.of("/", "/usr", "/etc", "/opt", "/bin", "/sbin", "/lib", "/lib32", "/lib64");
        List<String> mountPoints = Inside.lines(Container.builder(), "cut -d ' ' -f 5 /proc/self/mountinfo");
        assertThat(mountPoints)
                .contains("/", "/usr", "/etc", "/proc", "/tmp", "/dev/null", "/dev/pts")
                .allSatisfy(point -> assertThat(allowed.contains(point)
                                || point.matches("/(libx32|nix|gnu|proc|tmp|dev/[a-z]+)")
                                || point.matches("/(usr|etc|opt|nix|gnu|lib|lib64)/.*"))
                        .as(point)
                        .isTrue());
        assertThat(Inside.run(Container.builder(), "wc -l < /proc/self/mounts"))
                .isEqualTo(Integer.toString(mountPoints.size()));
        assertThat(Files.isDirectory(anywhere)).isTrue();
        assertThat(Inside.attempt(Container.builder(), "ls " + anywhere)
                        .exitStatus()
                        .success())
                .isFalse();
    }

    @Test
    void itsMountsStayItsOwn() throws Exception {
        List<String> before = Outside.lines(Path.of("/proc/self/mountinfo"));
        try (ContainerProcess running =
                Container.builder().command("cat").build().start()) {
            assertThat(running.isAlive()).isTrue();
            assertThat(Outside.lines(Path.of("/proc/self/mountinfo"))).isEqualTo(before);
        }
    }
}

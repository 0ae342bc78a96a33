package io.carrel;

import static org.assertj.core.api.Assertions.assertThat;

import io.carrel.fs.Access;
import io.carrel.fs.HostPath;
import io.carrel.namespaces.User;
import io.carrel.testing.Inside;
import io.carrel.testing.KernelFeature;
import io.carrel.testing.NeedsKernel;
import io.carrel.testing.NeedsProgram;
import io.carrel.testing.Outside;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Containers of a JVM that runs as root: root inside is nobody outside. */
@Tag("root")
class RootIsolationTest {

    private static final String NONE = "0000000000000000";
    private static final String KILL = "0000000000000020";
    private static final String KILL_AND_IDS = "00000000000000e0"; // KILL, SETGID, SETUID

    private static final long LOWEST_HIGH_ID = 0x7000_0000L;

    @Test
    void processesRunAsIdsThatTheHostGivesToNobody() throws Exception {
        try (ContainerProcess running =
                Container.builder().command("cat").build().start()) {
            long command = Outside.children(running.pid()).get(0);
            assertIds(command, LOWEST_HIGH_ID);
            assertIds(running.pid(), LOWEST_HIGH_ID + 65_535);
        }
    }

    private static void assertIds(long pid, long uid) {
        String format = "%1$d\t%1$d\t%1$d\t%1$d";
        assertThat(Outside.status(Long.toString(pid), "Uid")).isEqualTo(format.formatted(uid));
        assertThat(Outside.status(Long.toString(pid), "Gid")).isEqualTo(format.formatted(LOWEST_HIGH_ID));
        assertThat(Outside.status(Long.toString(pid), "Groups")).isEmpty();
    }

    /** Else it could take the processor from it, and so outlive the JVM. */
    @Test
    @NeedsProgram({"chrt", "taskset"})
    void theCommandHasNoSayInWhenTheInitRuns() throws Exception {
        assertThat(Inside.attempt(Container.builder(), "chrt -i -p 0 1")
                        .exitStatus()
                        .success())
                .isFalse();
        assertThat(Inside.attempt(Container.builder(), "taskset -cp 0 1")
                        .exitStatus()
                        .success())
                .isFalse();
    }

    /**
     * It only sends signals. What it executes later is to become the command's user, so it may have that back, and no
     * more.
     */
    @Test
    void theInitHasOneCapabilityInForce() throws Exception {
        assertThat(Inside.lines(
                        Container.builder(),
                        // It gives up the rest while the command runs already.
                        "until grep -q '^NoNewPrivs:.1' /proc/1/status; do :; done;"
                                + " grep -E '^(Cap(Inh|Prm|Eff|Bnd|Amb)|NoNewPrivs):' /proc/1/status | cut -f2"))
                .containsExactly(NONE, KILL_AND_IDS, KILL, NONE, NONE, "1");
    }

    @Test
    @NeedsProgram("ps")
    void psShowsTheIdToo() throws Exception {
        try (ContainerProcess running = Container.builder()
                .user(User.of(1000, 100))
                .command("cat")
                .build()
                .start()) {
            String command = Long.toString(Outside.children(running.pid()).get(0));
            assertThat(Outside.run("ps", "-o", "uid=,gid=", "-p", command).split("\\s+", -1))
                    .containsExactly(Long.toString(LOWEST_HIGH_ID + 1000), Long.toString(LOWEST_HIGH_ID + 100));
        }
    }

    @Test
    void filesOfTheHostsRootAreNobodys() throws Exception {
        assertThat(Inside.run(Container.builder(), "stat -c '%u %g' /etc/passwd /usr/bin/env"))
                .isEqualTo("65534 65534\n65534 65534");
    }

    @Test
    void whatOnlyTheHostsRootMayReadIsUnreadable() throws Exception {
        ContainerResult result = Inside.attempt(Container.builder(), "cat /etc/shadow");
        assertThat(result.exitStatus().success()).isFalse();
        assertThat(result.stderr()).contains("Permission denied");
    }

    @Test
    @NeedsKernel(KernelFeature.BINDS)
    void inABindTheHostsRootIsRootInsideAndTheOtherWayRound(@TempDir Path directory) throws Exception {
        Files.writeString(directory.resolve("secret"), "roots");
        Files.setPosixFilePermissions(directory.resolve("secret"), PosixFilePermissions.fromString("rw-------"));
        ContainerBuilder builder = Container.builder().bind(HostPath.of(directory), "/work", Access.READ_WRITE);
        assertThat(Inside.run(builder, "stat -c '%u %g' /work/secret; cat /work/secret; echo > /work/made"))
                .isEqualTo("0 0\nroots");
        assertThat(Files.getAttribute(directory.resolve("made"), "unix:uid")).isEqualTo(0);
        assertThat(Files.getAttribute(directory.resolve("made"), "unix:gid")).isEqualTo(0);
    }

    @Test
    @NeedsKernel(KernelFeature.BINDS)
    void inABindAnotherUserIsTheHostsUserOfTheSameNumber(@TempDir Path directory) throws Exception {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
        ContainerBuilder builder =
                Container.builder().user(User.of(1000, 100)).bind(HostPath.of(directory), "/work", Access.READ_WRITE);
        assertThat(Inside.run(builder, "id -u; echo > /work/made; stat -c '%u %g' /work/made"))
                .isEqualTo("1000\n1000 100");
        assertThat(Files.getAttribute(directory.resolve("made"), "unix:uid")).isEqualTo(1000);
        assertThat(Files.getAttribute(directory.resolve("made"), "unix:gid")).isEqualTo(100);
    }

    @Test
    @NeedsKernel(KernelFeature.BINDS)
    void aSetUserIdProgramInABindDoesNotGain(@TempDir Path directory) throws Exception {
        Path id = Files.copy(Path.of("/usr/bin/id"), directory.resolve("id"));
        Files.setPosixFilePermissions(id, PosixFilePermissions.fromString("rwxr-xr-x"));
        Outside.run("chmod", "u+s", id.toString());
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        ContainerBuilder builder = Container.builder()
                .user(User.of(1000, 1000))
                .noNewPrivileges(false)
                .bind(HostPath.of(directory), "/work", Access.READ_ONLY);
        assertThat(Inside.run(builder, "stat -c %A /work/id; /work/id -u")).isEqualTo("-rwsr-xr-x\n1000");
    }

    @Test
    @NeedsKernel(KernelFeature.BINDS)
    void aDeviceFileInABindCannotBeOpened(@TempDir Path directory) throws Exception {
        Outside.run("mknod", "-m", "666", directory.resolve("null").toString(), "c", "1", "3");
        ContainerBuilder builder = Container.builder().bind(HostPath.of(directory), "/work", Access.READ_WRITE);
        ContainerResult result = Inside.attempt(builder, "ls /work; cat /work/null");
        assertThat(result.stdout()).isEqualTo("null\n");
        assertThat(result.stderr()).contains("Permission denied");
    }
}

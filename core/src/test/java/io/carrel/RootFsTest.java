package io.carrel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.carrel.fs.Access;
import io.carrel.fs.HostPath;
import io.carrel.fs.RootFs;
import io.carrel.linux.SetupException;
import io.carrel.testing.KernelFeature;
import io.carrel.testing.NeedsKernel;
import io.carrel.testing.NeedsProgram;
import io.carrel.testing.Outside;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A directory of the host's as the root, also one that an attacker made. */
@Tag("kernel")
@NeedsProgram("busybox")
@NeedsKernel(KernelFeature.BINDS)
class RootFsTest {

    @TempDir
    private Path temporary;

    private Path root = Path.of("/");
    private Path outside = Path.of("/");

    @BeforeEach
    void makeRootWithBusybox() throws IOException {
        root = temporary.resolve("root");
        outside = Files.createDirectories(temporary.resolve("outside"));
        Path bin = Files.createDirectories(root.resolve("bin"));
        Path busybox = Stream.of("/usr/bin/busybox", "/bin/busybox")
                .map(Path::of)
                .filter(Files::exists)
                .findFirst()
                .orElseThrow();
        Files.copy(busybox, bin.resolve("busybox"));
        for (String applet : List.of("sh", "ls", "cat", "mkdir", "readlink", "touch", "stat", "grep", "id", "mount")) {
            Files.createSymbolicLink(bin.resolve(applet), Path.of("busybox"));
        }
        Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** JUnit warns of links that lead out of its directory. */
    @AfterEach
    void removeLinks() {
        deleteTree(root);
        deleteTree(temporary.resolve("evil"));
    }

    private ContainerBuilder in(Access access) {
        return Container.builder().root(RootFs.directory(root, access));
    }

    private static String run(ContainerBuilder builder, String script) throws InterruptedException {
        ContainerResult result = builder.command("sh", "-c", script).build().run();
        assertThat(result.stderr()).isEmpty();
        assertThat(result.exitStatus().success()).isTrue();
        return result.stdout().strip();
    }

    private static List<String> entries(Path directory) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
        }
    }

    @ParameterizedTest
    @EnumSource
    void isTheWholeWorldInside(Access access) throws Exception {
        assertThat(run(in(access), "ls /")).isEqualTo("bin\ndev\nproc\ntmp");
        assertThat(run(in(access), "ls /usr /etc 2>/dev/null; cd ..; cd ../..; ls -d bin"))
                .isEqualTo("bin");
    }

    @Test
    void isReadOnlyUnlessAskedFor() throws Exception {
        ContainerResult result = Container.builder()
                .root(RootFs.directory(root))
                .command("touch", "/made", "/bin/made")
                .build()
                .run();
        assertThat(result.stderr()).contains("/made: Read-only file system", "/bin/made: Read-only file system");
        assertThat(entries(root)).doesNotContain("made");
    }

    @Test
    void aWritableOneIsTheHostsDirectory() throws Exception {
        run(in(Access.READ_WRITE), "echo hello > /made");
        assertThat(root.resolve("made")).hasContent("hello");
        assertThat(Files.getAttribute(root.resolve("made"), "unix:uid")).isEqualTo((int) Outside.uid());
    }

    @Test
    void hasItsOwnProcAndDevices() throws Exception {
        assertThat(run(in(Access.READ_ONLY), "readlink /proc/self/exe; echo x > /dev/null; ls /dev"))
                .contains("/bin/busybox", "null", "pts", "shm", "urandom");
        assertThat(entries(root.resolve("dev"))).isEmpty();
    }

    @Test
    void theDirectoryIsMountedNoWhereElse() throws Exception {
        List<String> points = run(in(Access.READ_ONLY), "cat /proc/self/mountinfo")
                .lines()
                .map(line -> line.split(" ", -1)[4])
                .filter(point -> !point.startsWith("/dev/"))
                .toList();
        assertThat(points).containsExactlyInAnyOrder("/", "/proc", "/dev", "/tmp");
    }

    @Test
    void anEmptyRootHoldsWhatIsBound() throws Exception {
        ContainerBuilder builder = Container.builder()
                .root(RootFs.empty())
                .bind(HostPath.of(root.resolve("bin")), "/bin", Access.READ_ONLY);
        assertThat(run(builder, "ls /")).isEqualTo("bin\ndev\nproc\nrun\ntmp\nvar");
        ContainerResult written = Container.builder()
                .root(RootFs.empty())
                .bind(HostPath.of(root.resolve("bin")), "/bin", Access.READ_ONLY)
                .command("touch", "/x")
                .build()
                .run();
        assertThat(written.stderr()).contains("Read-only file system");
    }

    /** CVE-2021-30465 and its like: the root's author wants Carrel to mount on the host's files, or to write there. */
    @ParameterizedTest
    @ValueSource(strings = {"proc", "dev", "tmp"})
    void aLinkInsteadOfAMountPointLeadsNowhereOutside(String name) throws Exception {
        for (String target : List.of(outside.toString(), "../outside", "../../../../../../../../../.." + outside)) {
            Path link = root.resolve(name);
            deleteTree(link);
            Files.createSymbolicLink(link, Path.of(target));
            try {
                in(Access.READ_WRITE)
                        .command("sh", "-c", "echo x > /%s/x".formatted(name))
                        .build()
                        .run();
            } catch (SetupException refused) {
                assertThat(refused.step()).contains("/" + name);
            }
            assertThat(entries(outside)).as("%s -> %s", name, target).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aLinkInTheWayOfABindIsFollowedInsideTheRoot(Access access) throws Exception {
        Files.createSymbolicLink(root.resolve("work"), Path.of("/etc"));
        Path inside = Files.createDirectories(root.resolve("etc"));
        Path source = Files.createDirectories(temporary.resolve("source"));
        Files.writeString(source.resolve("file"), "content");
        ContainerBuilder builder = in(access).bind(HostPath.of(source), "/work/carrel-test/deep", Access.READ_WRITE);
        assertThat(run(builder, "cat /work/carrel-test/deep/file; cat /etc/carrel-test/deep/file"))
                .isEqualTo("contentcontent");
        assertThat(Path.of("/etc/carrel-test")).doesNotExist();
        assertThat(entries(inside)).containsExactly("carrel-test");
    }

    @Test
    void aLinkToNowhereInTheWayOfABindIsFollowedInside() throws Exception {
        Files.createSymbolicLink(root.resolve("work"), outside);
        ContainerBuilder builder =
                in(Access.READ_WRITE).bind(HostPath.of(root.resolve("bin")), "/work/sub", Access.READ_ONLY);
        assertThat(run(builder, "ls /work/sub/busybox")).isEqualTo("/work/sub/busybox");
        assertThat(entries(outside)).isEmpty();
    }

    @Test
    void aLinkInABindDoesNotLeadALaterBindOut() throws Exception {
        Path evil = Files.createDirectories(temporary.resolve("evil"));
        Files.createSymbolicLink(evil.resolve("link"), outside);
        Files.createSymbolicLink(evil.resolve("up"), Path.of("../../../../../.." + outside));
        for (String link : List.of("link", "up")) {
            ContainerBuilder builder = in(Access.READ_WRITE)
                    .bind(HostPath.of(evil), "/evil", Access.READ_WRITE)
                    .tmpfs("/evil/%s/x".formatted(link));
            try {
                builder.command("sh", "-c", "echo x > /evil/%s/x/file".formatted(link))
                        .build()
                        .run();
            } catch (SetupException refused) {
                assertThat(refused.step()).contains("/evil/" + link);
            }
            assertThat(entries(outside)).as(link).isEmpty();
        }
    }

    @Test
    void aFileInTheWayIsAnErrorThatNamesThePlace() throws Exception {
        Files.writeString(root.resolve("proc"), "no directory");
        SetupException failure = catchThrowableOfType(
                SetupException.class,
                () -> in(Access.READ_ONLY).command("true").build().run());
        assertThat(failure.step()).isEqualTo("find /proc in the root");
        assertThat(failure.errno().symbol()).isEqualTo("ENOTDIR");
    }

    private static void deleteTree(Path path) {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try {
            if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
                try (Stream<Path> entries = Files.list(path)) {
                    entries.forEach(RootFsTest::deleteTree);
                }
            }
            Files.delete(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

package io.carrel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.carrel.fs.Access;
import io.carrel.fs.ContainerPath;
import io.carrel.fs.Content;
import io.carrel.fs.HostPath;
import io.carrel.fs.Mount;
import io.carrel.fs.Propagation;
import io.carrel.fs.RootFs;
import io.carrel.namespaces.NamespaceType;
import io.carrel.testing.Inside;
import io.carrel.testing.KernelFeature;
import io.carrel.testing.NeedsKernel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Each kind of mount, as the container's own tools and the kernel's list of mounts show it. */
@Tag("kernel")
class MountKindsTest {

    private static final ContainerPath HERE = ContainerPath.of("/here");

    @TempDir
    private Path directory;

    private static String line(ContainerBuilder builder, String point) throws Exception {
        return Inside.run(builder, "grep ' %s ' /proc/self/mountinfo".formatted(point));
    }

    static Stream<Arguments> kinds() {
        return Stream.of(
                Arguments.of(new Mount.Proc(HERE), "proc", "test -d /here/1"),
                Arguments.of(new Mount.Sysfs(HERE), "sysfs", "test $(ls /here/class/net) = lo"),
                Arguments.of(new Mount.Devpts(HERE), "devpts", "test -c /here/ptmx"),
                Arguments.of(new Mount.Mqueue(HERE), "mqueue", "touch /here/q"),
                Arguments.of(new Mount.Dev(HERE), "tmpfs", "echo > /here/null && touch /here/shm/x"),
                Arguments.of(new Mount.Tmpfs(HERE, 8192, 0750), "tmpfs", "test $(stat -c %a /here) = 750"));
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void isMountedAndWorks(Mount mount, String type, String proof) throws Exception {
        ContainerBuilder builder = Container.builder().mount(mount);
        assertThat(line(builder, "/here")).contains(" - " + type + " ");
        Inside.run(Container.builder().mount(mount), proof);
    }

    @Test
    void sysfsIsReadOnly() throws Exception {
        assertThat(line(Container.builder().mount(new Mount.Sysfs(HERE)), "/here"))
                .contains(" ro,");
        assertThat(line(Container.builder().share(NamespaceType.NETWORK).mount(new Mount.Sysfs(HERE)), "/here"))
                .contains(" ro,");
    }

    @Test
    void messageQueuesNeedAnIpcNamespace() {
        assertThatIllegalStateException()
                .isThrownBy(() -> Container.builder()
                        .share(NamespaceType.IPC)
                        .mount(new Mount.Mqueue(HERE))
                        .command("true")
                        .build())
                .withMessageContaining("isolate(NamespaceType.IPC)");
    }

    @Test
    void aFileComesFromMemory() throws Exception {
        Mount secret = new Mount.FileContent(ContainerPath.of("/run/secrets/a"), Content.of("s3cret"), 0400);
        Mount other = new Mount.FileContent(ContainerPath.of("/run/motd.d/b"), Content.of(new byte[0]), 0644);
        Mount passwd = new Mount.FileContent(ContainerPath.of("/etc/passwd"), Content.of("none\n"), 0444);
        ContainerBuilder builder = Container.builder()
                .tmpfs("/run/motd.d")
                .mount(secret)
                .mount(other)
                .mount(passwd);
        assertThat(Inside.run(
                        builder,
                        "cat /run/secrets/a; stat -c ' %a %u' /run/secrets/a; id -u; stat -c '%a %s' /run/motd.d/b; cat /etc/passwd;"
                                + " (echo x > /etc/passwd) 2>/dev/null || echo refused"))
                .matches("s3cret 400 (\\d+)\n\\1\n644 0\nnone\nrefused");
        assertThat(Container.builder().mount(secret).command("true").build().explain())
                .contains("{6 bytes}")
                .doesNotContain("s3cret");
    }

    @Test
    void aFileFromMemoryGoesIntoTheHostsRoot() throws Exception {
        ContainerBuilder builder = Container.unconfined()
                .isolate(NamespaceType.USER)
                .isolate(NamespaceType.MOUNT)
                .workingDirectory("/")
                .mount(new Mount.FileContent(ContainerPath.of("/etc/passwd"), Content.of("mine"), 0444));
        assertThat(Inside.run(builder, "cat /etc/passwd; test -d /sys/class")).isEqualTo("mine");
    }

    @Test
    void whatIsMaskedLooksEmpty() throws Exception {
        ContainerBuilder builder = Container.builder()
                .mount(new Mount.Masked(ContainerPath.of("/etc/passwd")))
                .mount(new Mount.Masked(ContainerPath.of("/usr/share")))
                .mount(new Mount.Masked(ContainerPath.of("/not/there")));
        assertThat(Inside.run(builder, "cat /etc/passwd; ls -A /usr/share")).isEmpty();
    }

    @Test
    void whatIsReadOnlyCannotBeWritten() throws Exception {
        ContainerBuilder builder = Container.builder()
                .tmpfs("/t")
                .mount(new Mount.ReadOnly(ContainerPath.of("/t")))
                .mount(new Mount.ReadOnly(ContainerPath.of("/not/there")));
        assertThat(Inside.attempt(builder, "echo > /t/x").stderr()).contains("Read-only file system");
    }

    @Test
    void kernelFilesAreHiddenWhereAskedFor() throws Exception {
        List<String> mounts =
                Inside.lines(Container.builder().hideKernelFiles(true), "cut -d ' ' -f 5,6 /proc/self/mountinfo");
        assertThat(mounts).anyMatch(line -> line.startsWith("/proc/sys ro"));
        assertThat(Inside.lines(Container.builder(), "cut -d ' ' -f 5 /proc/self/mountinfo"))
                .doesNotContain("/proc/sys");
    }

    @ParameterizedTest
    @EnumSource
    @NeedsKernel(KernelFeature.BINDS)
    void aBindHasItsPropagation(Propagation propagation) throws Exception {
        Mount bind = new Mount.Bind(HostPath.of(directory), HERE, Access.READ_WRITE, true, propagation, true);
        String mount = line(Container.builder().mount(bind), "/here");
        assertThat(mount.contains(" shared:")).isEqualTo(propagation == Propagation.SHARED);
        assertThat(Inside.run(
                        Container.builder().mount(bind), "cut -d ' ' -f 5,7 /proc/self/mountinfo | grep -v '/here '"))
                .as("others are private")
                .doesNotContain("shared:", "master:");
    }

    @Test
    @NeedsKernel(KernelFeature.BINDS)
    void aBindNeedNotBeRecursive() throws Exception {
        Files.writeString(directory.resolve("f"), "content");
        Mount bind = new Mount.Bind(HostPath.of(directory), HERE, Access.READ_ONLY, false, Propagation.PRIVATE, true);
        assertThat(Inside.run(Container.builder().mount(bind), "cat /here/f")).isEqualTo("content");
    }

    @Test
    @Tag("root")
    void withoutTranslationOwnersAreNobodyInside() throws Exception {
        Mount bind = new Mount.Bind(HostPath.of(directory), HERE, Access.READ_ONLY, true, Propagation.PRIVATE, false);
        assertThat(Inside.run(Container.builder().mount(bind), "stat -c %u /here"))
                .isEqualTo("65534");
    }

    @Test
    @NeedsKernel(KernelFeature.BINDS)
    void aMountGoesIntoADirectoryAsTheRoot() throws Exception {
        Path root = Files.createDirectories(directory.resolve("root"));
        ContainerBuilder builder = Container.builder()
                .root(RootFs.directory(root, Access.READ_WRITE))
                .mount(hostDirectory("/usr", "/usr"))
                .mount(hostDirectory("/usr/bin", "/bin"))
                .mount(hostDirectory("/usr/lib", "/lib"))
                .mount(hostDirectory(Files.isDirectory(Path.of("/usr/lib64")) ? "/usr/lib64" : "/usr/lib", "/lib64"))
                .mount(new Mount.FileContent(ContainerPath.of("/etc/f"), Content.of("memory"), 0644));
        assertThat(Inside.run(builder, "cat /etc/f")).isEqualTo("memory");
    }

    /** With owners as they are: the host's root may be on a file system that cannot translate them. */
    private static Mount hostDirectory(String source, String target) {
        return new Mount.Bind(
                HostPath.of(source), ContainerPath.of(target), Access.READ_ONLY, true, Propagation.PRIVATE, false);
    }
}

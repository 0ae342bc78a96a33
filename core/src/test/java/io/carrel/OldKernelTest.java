package io.carrel;

import static org.assertj.core.api.Assertions.assertThat;

import io.carrel.fs.Access;
import io.carrel.fs.HostPath;
import io.carrel.fs.RootFs;
import io.carrel.testing.ChildJvm;
import io.carrel.testing.Footprint;
import io.carrel.testing.Layers;
import io.carrel.testing.NeedsProgram;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kernels that lack a call, or forbid it: strace answers in their place. The JVM runs in a user namespace, so that root
 * can test what an ordinary user gets.
 */
@Tag("kernel")
@Tag("long")
@NeedsProgram({"strace", "unshare"})
class OldKernelTest {

    private static ChildJvm without(String call, String errno, String... prefix) {
        String[] strace = {"strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=" + call, "-e", "signal=none", "-e"};
        String inject = "inject=%s:error=%s".formatted(call, errno);
        return ChildJvm.by(Stream.of(prefix, strace, new String[] {inject})
                .flatMap(Stream::of)
                .toArray(String[]::new));
    }

    /** Prints the mounts and what cannot be written. */
    static final class Mounting {
        public static void main(String[] arguments) throws Exception {
            System.out.println(
                    Container.builder().command("true").build().explain().contains("mount_setattr"));
            Path directory = Path.of(arguments[0]);
            ContainerBuilder builder = Container.builder()
                    .bind(HostPath.of(directory), "/ro", Access.READ_ONLY)
                    .bind(HostPath.of(directory), "/rw", Access.READ_WRITE)
                    .command(
                            "sh",
                            "-c",
                            "for f in /usr/x /etc/x /x /run/x /dev/x /ro/x /rw/x; do (echo > $f) 2>/dev/null || echo no $f;"
                                    + " done; grep -v ' /dev/' /proc/self/mountinfo | cut -d ' ' -f 5,6");
            ContainerResult result = builder.build().run();
            System.out.print(result.stdout());
            System.out.print(result.stderr());
        }
    }

    @Test
    void withoutMountSetattrEachMountIsRestricted(@TempDir Path directory) throws Exception {
        Files.writeString(directory.resolve("file"), "");
        List<String> lines = without("mount_setattr", "ENOSYS", "unshare", "-Ur")
                .run(Mounting.class, directory.toString())
                .success()
                .lines()
                .toList();
        assertThat(lines.get(0)).as("mount_setattr is used").isEqualTo("false");
        assertThat(lines).contains("no /usr/x", "no /etc/x", "no /x", "no /run/x", "no /dev/x", "no /ro/x");
        assertThat(lines).doesNotContain("no /rw/x");
        List<String> mounts =
                lines.stream().filter(line -> line.startsWith("/")).toList();
        assertThat(mounts)
                .isNotEmpty()
                .filteredOn(mount -> !mount.matches("/proc/[a-z_]+ rw,.*")) // /dev/null, on files that are hidden
                .allSatisfy(mount -> assertThat(mount).contains("nosuid", "nodev"));
        assertThat(mounts)
                .filteredOn(mount -> !mount.matches("/(proc|tmp|rw)[ /].*"))
                .allSatisfy(mount -> assertThat(mount).contains(" ro,"));
    }

    /** Binds a directory read-only where the name of the place leads elsewhere afterwards, and tries to write to it. */
    static final class Misled {
        public static void main(String[] arguments) throws Exception {
            ContainerResult result = Container.builder()
                    .root(RootFs.directory(Path.of(arguments[0]), Access.READ_WRITE))
                    .bind(HostPath.of(Path.of(arguments[1])), "/m", Access.READ_ONLY)
                    .command("sh", "-c", "echo x > /t/written; ls /t")
                    .build()
                    .run();
            System.out.print(result.stdout());
            System.out.print(result.stderr());
        }
    }

    @Test
    @NeedsProgram({"strace", "unshare", "busybox"})
    void withoutMountSetattrABindIsReadOnlyWhereverItsNameLeadsAfterwards(@TempDir Path directory) throws Exception {
        Path root = Layers.in(directory).busybox();
        Path source = Files.createDirectories(directory.resolve("source"));
        Files.createDirectories(root.resolve("t/u"));
        Path name = Files.createSymbolicLink(root.resolve("m"), Path.of("t/u/.."));
        Path link = Files.createSymbolicLink(source.resolve("u"), Path.of("/proc/self"));
        String output = without("mount_setattr", "ENOSYS", "unshare", "-Ur")
                .run(Misled.class, root.toString(), source.toString())
                .success();
        assertThat(output).contains("u", "Read-only file system");
        assertThat(source.resolve("written")).doesNotExist();
        Files.delete(name);
        Files.delete(link);
    }

    @Test
    @Tag("root")
    void withoutMountSetattrRootGetsNoBinds(@TempDir Path directory) throws Exception {
        ChildJvm.Output output = without("mount_setattr", "ENOSYS").run(Mounting.class, directory.toString());
        assertThat(output.exitCode()).isNotZero();
        assertThat(output.stderr()).contains("This host has no idmapped mounts: Linux 5.12 has them.");
    }

    /** Runs a container and looks for what is left. */
    static final class Running {
        public static void main(String[] arguments) throws Exception {
            Container container = Container.builder().command("echo", "works").build();
            container.run();
            Footprint before = Footprint.now();
            System.out.print(container.run().stdout());
            before.assertNothingAdded();
            try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir", "")))) {
                files.filter(file -> file.toString().contains("carrel")).forEach(System.out::println);
            }
        }
    }

    @Test
    void whereMemoryFilesAreForbiddenATemporaryFileServes(@TempDir Path directory) throws Exception {
        String output = without("memfd_create", "EACCES")
                .option("-Djava.io.tmpdir=" + directory)
                .run(Running.class)
                .success();
        assertThat(output).isEqualTo("works");
    }

    @Test
    void aKernelThatDoesNotKnowMfdExecGetsAMemoryFileWithoutIt(@TempDir Path directory) throws Exception {
        String output = without("memfd_create", "EINVAL:when=1")
                .option("-Djava.io.tmpdir=" + directory)
                .run(Running.class)
                .success();
        assertThat(output).as("MFD_EXEC is unknown before Linux 6.3").isEqualTo("works");
    }
}

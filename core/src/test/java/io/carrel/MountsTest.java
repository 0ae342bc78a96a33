package io.carrel;

import static org.assertj.core.api.Assertions.assertThat;

import io.carrel.fs.Access;
import io.carrel.fs.HostPath;
import io.carrel.namespaces.NamespaceType;
import io.carrel.namespaces.User;
import io.carrel.testing.Inside;
import io.carrel.testing.KernelFeature;
import io.carrel.testing.NeedsKernel;
import io.carrel.testing.Outside;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Binds and file systems in memory. */
@Tag("kernel")
@NeedsKernel(KernelFeature.BINDS)
class MountsTest {

    @TempDir
    private Path directory;

    @BeforeEach
    void makeFiles() throws IOException {
        Files.writeString(directory.resolve("file"), "content\n");
        Files.createDirectories(directory.resolve("sub/deep"));
        Files.writeString(directory.resolve("sub/deep/file"), "deep\n");
    }

    private ContainerBuilder bound(String inside, Access access) {
        return Container.builder().bind(HostPath.of(directory), inside, access);
    }

    @Test
    void aReadOnlyBindCanBeRead() throws Exception {
        assertThat(Inside.run(bound("/work", Access.READ_ONLY), "cat /work/file /work/sub/deep/file"))
                .isEqualTo("content\ndeep");
    }

    @Test
    void aReadOnlyBindCannotBeWritten() throws Exception {
        String script = "echo x > /work/file; echo x > /work/new; rm /work/file; mkdir /work/d; chmod 777 /work;"
                + " echo x > /work/sub/deep/file";
        ContainerResult result = Inside.attempt(bound("/work", Access.READ_ONLY), script);
        assertThat(result.stderr().lines())
                .hasSize(6)
                .allSatisfy(line -> assertThat(line).contains("Read-only file system"));
        assertThat(directory.resolve("file")).hasContent("content\n");
    }

    @Test
    void whatIsWrittenToAWritableBindIsTheHostsUsersOwn() throws Exception {
        Inside.run(bound("/work", Access.READ_WRITE), "echo new > /work/new; echo more >> /work/file; mkdir /work/d");
        assertThat(directory.resolve("new")).hasContent("new\n");
        assertThat(directory.resolve("file")).hasContent("content\nmore\n");
        for (String made : new String[] {"new", "d"}) {
            assertThat(Files.getAttribute(directory.resolve(made), "unix:uid")).isEqualTo((int) Outside.uid());
            assertThat(Files.getAttribute(directory.resolve(made), "unix:gid")).isEqualTo((int) Outside.gid());
        }
    }

    @Test
    void filesLookLikeTheirOwnersInside() throws Exception {
        assertThat(Inside.run(bound("/work", Access.READ_ONLY), "stat -c '%u %g' /work/file; id -u; id -g"))
                .isEqualTo("%1$d %2$d\n%1$d\n%2$d".formatted(Outside.uid(), Outside.gid()));
    }

    @Test
    @NeedsKernel(KernelFeature.NOTHING)
    void filesInMemoryHaveASize() throws Exception {
        long total = 8L * (2L << 20);
        for (String line : Outside.lines(Path.of("/proc/meminfo"))) {
            total = line.startsWith("MemTotal:") ? Long.parseLong(line.replaceAll("\\D", "")) : total;
        }
        long expected = Math.min(total / 8, 2L << 20);
        for (String place : List.of("/tmp", "/more")) {
            List<String> sizes = Inside.lines(
                    Container.builder().tmpfs("/more"),
                    "df -k --output=size %1$s | tail -n 1; df --output=itotal %1$s | tail -n 1".formatted(place));
            assertThat(Long.parseLong(sizes.get(0))).as(place).isBetween(expected - 4, expected + 4);
            assertThat(Long.parseLong(sizes.get(1))).as("files of " + place).isLessThanOrEqualTo(expected / 4);
        }
    }

    @Test
    void newFilesHaveTheUsualPermissions() throws Exception {
        assertThat(Inside.run(bound("/work", Access.READ_WRITE), "umask; echo > /work/f; stat -c %a /work/f"))
                .isEqualTo("0022\n644");
    }

    @Test
    void aSingleFileCanBeBound() throws Exception {
        ContainerBuilder builder = Container.builder()
                .bind(HostPath.of(directory.resolve("file")), "/config/one", Access.READ_ONLY)
                .bind(HostPath.of(directory.resolve("sub/deep/file")), "/two", Access.READ_WRITE);
        assertThat(Inside.run(builder, "cat /config/one /two; echo changed > /two; ls /config"))
                .isEqualTo("content\ndeep\none");
        assertThat(directory.resolve("sub/deep/file")).hasContent("changed\n");
        assertThat(Inside.attempt(
                                Container.builder()
                                        .bind(HostPath.of(directory.resolve("file")), "/one", Access.READ_ONLY),
                                "echo x > /one")
                        .stderr())
                .contains("Read-only file system");
    }

    @Test
    void aFileCanCoverOneOfTheHostsSystem() throws Exception {
        ContainerBuilder builder =
                Container.builder().bind(HostPath.of(directory.resolve("file")), "/etc/passwd", Access.READ_ONLY);
        assertThat(Inside.run(builder, "cat /etc/passwd")).isEqualTo("content");
        assertThat(Files.readString(Path.of("/etc/passwd"))).isNotEqualTo("content\n");
    }

    @Test
    void aDirectoryCanCoverOneOfTheHostsSystem() throws Exception {
        assertThat(Inside.run(bound("/usr/share", Access.READ_ONLY), "ls /usr/share"))
                .isEqualTo("file\nsub");
    }

    @Test
    void laterMountsLieBelowAndCoverEarlierOnes() throws Exception {
        ContainerBuilder builder = bound("/work", Access.READ_ONLY)
                .tmpfs("/work/sub")
                .bind(HostPath.of(directory.resolve("sub/deep")), "/work/sub/again", Access.READ_WRITE);
        assertThat(Inside.run(
                        builder,
                        "ls /work/sub; cat /work/sub/again/file; echo x > /work/sub/mine; echo w > /work/sub/again/w"))
                .isEqualTo("again\ndeep");
        assertThat(directory.resolve("sub/mine")).doesNotExist();
        assertThat(directory.resolve("sub/again")).doesNotExist();
        assertThat(directory.resolve("sub/deep/w")).hasContent("w\n");
    }

    @Test
    void theSameDirectoryCanBeBoundTwice() throws Exception {
        ContainerBuilder builder =
                bound("/ro", Access.READ_ONLY).bind(HostPath.of(directory), "/rw", Access.READ_WRITE);
        assertThat(Inside.run(builder, "echo x > /rw/x; cat /ro/x; (echo y > /ro/y) 2>/dev/null || echo refused"))
                .isEqualTo("x\nrefused");
    }

    @Test
    void twoMountsOnOnePlaceShowTheLater() throws Exception {
        HostPath source = HostPath.of(directory);
        assertThat(Inside.run(bound("/work", Access.READ_ONLY).tmpfs("/work"), "ls -A /work"))
                .isEmpty();
        assertThat(Inside.run(Container.builder().tmpfs("/work").bind(source, "/work", Access.READ_ONLY), "ls /work"))
                .isEqualTo("file\nsub");
    }

    @Test
    void twoBindsOnOnePlaceShowTheLater() throws Exception {
        HostPath later = HostPath.of(directory.resolve("sub/deep"));
        assertThat(Inside.run(
                        bound("/work", Access.READ_ONLY).bind(later, "/work", Access.READ_ONLY), "cat /work/file"))
                .isEqualTo("deep");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/run/in", "/dev/in", "/var/in/deep", "/tmp/in", "/tmp/in/deep", "/home/me", "/root"})
    void aBindBelowAPrivateDirectoryIsSeen(String inside) throws Exception {
        assertThat(Inside.run(bound(inside, Access.READ_ONLY), "cat %s/file".formatted(inside)))
                .isEqualTo("content");
    }

    /** Build tools do this, so that paths in messages are right on both sides. */
    @Test
    void aBindMayHaveTheSamePathInsideAsOutside() throws Exception {
        assertThat(Inside.run(bound(directory.toString(), Access.READ_WRITE), "cd %s; cat file".formatted(directory)))
                .isEqualTo("content");
    }

    @Test
    void pathsWithBlanksAndOddLettersAreMounted() throws Exception {
        Path odd = Files.createDirectories(directory.resolve("a b\\ü\"'$x"));
        Files.writeString(odd.resolve("f"), "odd");
        ContainerBuilder builder = Container.builder().bind(HostPath.of(odd), "/w o\\rk/ü", Access.READ_ONLY);
        ContainerResult result = builder.command("cat", "/w o\\rk/ü/f").build().run();
        assertThat(result.stdout()).isEqualTo("odd");
    }

    @Test
    void aLinkOfTheHostsIsBoundAsWhatItLeadsTo() throws Exception {
        Path link = Files.createSymbolicLink(directory.resolve("link"), Path.of("sub/deep"));
        ContainerBuilder builder = Container.builder().bind(HostPath.of(link), "/work", Access.READ_ONLY);
        assertThat(Inside.run(builder, "cat /work/file")).isEqualTo("deep");
    }

    @Test
    @NeedsKernel(KernelFeature.NOTHING)
    void aTmpfsIsEmptyAndWritableForEverybody() throws Exception {
        ContainerBuilder builder = Container.builder().user(User.of(33, 33)).tmpfs("/scratch/a");
        assertThat(Inside.run(builder, "ls -A /scratch/a; echo x > /scratch/a/x; stat -f -c %T /scratch/a"))
                .isEqualTo("tmpfs");
    }

    @Test
    @NeedsKernel(KernelFeature.NOTHING)
    void aTmpfsHoldsItsSizeAndNoMore() throws Exception {
        ContainerBuilder fits = Container.builder().tmpfs("/t", 1 << 20);
        assertThat(Inside.run(fits, "head -c 1048576 /dev/zero > /t/f; stat -c %s /t/f"))
                .isEqualTo("1048576");
        ContainerResult tooMuch =
                Inside.attempt(Container.builder().tmpfs("/t", 1 << 20), "head -c 1048577 /dev/zero > /t/f");
        assertThat(tooMuch.exitStatus().success()).isFalse();
        assertThat(tooMuch.stderr()).contains("No space left on device");
    }

    @Test
    @NeedsKernel(KernelFeature.NOTHING)
    void aTmpfsCanCoverWhatTheHostHas() throws Exception {
        assertThat(Inside.run(Container.builder().tmpfs("/etc"), "ls -A /etc; echo x > /etc/x; cat /etc/x"))
                .isEqualTo("x");
        assertThat(Path.of("/etc/x")).doesNotExist();
    }

    @Test
    @NeedsKernel(KernelFeature.NOTHING)
    void mountsGoIntoTheHostsRootAsWell() throws Exception {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        ContainerBuilder builder = Container.unconfined()
                .isolate(NamespaceType.USER)
                .isolate(NamespaceType.MOUNT)
                .workingDirectory("/")
                .tmpfs(directory + "/sub");
        assertThat(Inside.run(builder, "ls -A %1$s/sub; cat %1$s/file".formatted(directory)))
                .isEqualTo("content");
        assertThat(directory.resolve("sub/deep/file")).exists();
    }
}

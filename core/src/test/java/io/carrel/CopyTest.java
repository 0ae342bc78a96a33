package io.carrel;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carrel.fs.RootFs;
import io.carrel.fs.copy.Copied;
import io.carrel.fs.copy.CopyLimits;
import io.carrel.fs.copy.CopyOptions;
import io.carrel.linux.Capability;
import io.carrel.linux.RefusedContentException;
import io.carrel.linux.SyscallException;
import io.carrel.testing.KernelFeature;
import io.carrel.testing.Layers;
import io.carrel.testing.NeedsKernel;
import io.carrel.testing.NeedsProgram;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files go into and out of a running container whose command may be hostile. */
@Tag("kernel")
@NeedsProgram("busybox")
@NeedsKernel(KernelFeature.LAYERS)
class CopyTest {

    private static final CopyLimits LIMITS = CopyLimits.DEFAULT;

    @TempDir
    private Path temporary;

    private Path host = Path.of("/");

    @SuppressWarnings("NullAway.Init") // before each test
    private Shell shell;

    /** A shell in a container, which does what it is told. */
    private static final class Shell implements AutoCloseable {

        private final ContainerProcess process;
        private final BufferedReader output;

        Shell(ContainerBuilder builder) {
            process = builder.command("sh").redirectErrorStream(true).build().start();
            output = process.inputReader(UTF_8);
        }

        /** What the script prints. */
        String run(String script) throws IOException {
            process.getOutputStream().write((script + "\necho; echo END\n").getBytes(UTF_8));
            process.getOutputStream().flush();
            StringBuilder text = new StringBuilder();
            for (String line = output.readLine(); line != null && !line.equals("END"); line = output.readLine()) {
                text.append(line).append('\n');
            }
            return text.toString().strip();
        }

        @Override
        public void close() {
            process.close();
        }
    }

    @BeforeEach
    void start() throws IOException {
        Layers layers = Layers.in(temporary);
        for (String applet : new String[] {"ln", "mv", "mkfifo", "dd", "chmod", "chown", "truncate", "seq", "mknod"}) {
            Files.createSymbolicLink(layers.busybox().resolve("bin").resolve(applet), Path.of("busybox"));
        }
        shell = new Shell(Layers.on(RootFs.overlay(layers.busybox()))
                .tmpfs("/tmp")
                .capabilities(Capability.CHOWN, Capability.DAC_OVERRIDE));
        host = Files.createDirectory(temporary.resolve("host"));
    }

    @AfterEach
    void end() {
        shell.close();
    }

    private ContainerFiles container() {
        return shell.process.files();
    }

    private Path file(String name, String content) throws IOException {
        Path file = host.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, content);
    }

    private static String permissions(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file, LinkOption.NOFOLLOW_LINKS));
    }

    /** /tmp is the container's own tmpfs, the root an overlay. */
    @ParameterizedTest
    @ValueSource(strings = {"", "/tmp"})
    void whatGoesInComesOutAgain(String inside) throws Exception {
        Path script = file("tree/a/script", "#!/bin/sh\n");
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-x--x"));
        Files.setLastModifiedTime(script, FileTime.fromMillis(1_234_567_890_123L));
        Files.createSymbolicLink(host.resolve("tree/link"), Path.of("/nowhere/else"));
        Files.createDirectory(host.resolve("tree/empty"));
        file("tree/ä b", "umlaut");

        Copied in = container().copyIn(host.resolve("tree"), inside + "/tree");

        assertThat(in).isEqualTo(new Copied(6, 16, List.of()));
        assertThat(shell.run(
                        "cd %s/tree; stat -c '%%u:%%g %%a %%Y' a/script; readlink link; cat 'ä b'".formatted(inside)))
                .isEqualTo("0:0 751 1234567890\n/nowhere/else\numlaut");

        Copied out = container().copyOut(inside + "/tree", host.resolve("back"));

        assertThat(out).isEqualTo(in);
        Path back = host.resolve("back/a/script");
        assertThat(back).hasContent("#!/bin/sh\n");
        assertThat(permissions(back)).isEqualTo("rwxr-x--x");
        assertThat(Files.getLastModifiedTime(back)).isEqualTo(Files.getLastModifiedTime(script));
        assertThat(Files.getOwner(back)).isEqualTo(Files.getOwner(host));
        assertThat(Files.readSymbolicLink(host.resolve("back/link"))).isEqualTo(Path.of("/nowhere/else"));
        assertThat(host.resolve("back/empty")).isEmptyDirectory();
        assertThat(host.resolve("back/ä b")).hasContent("umlaut");
    }

    @Test
    void followsDockersRulesForTargets() throws Exception {
        Path one = file("one", "1");
        file("dir/two", "2");
        shell.run("mkdir /there");

        container().copyIn(one, "/there");
        container().copyIn(one, "/renamed");
        container().copyIn(host.resolve("dir"), "/there");
        container().copyIn(host.resolve("dir"), "/new");
        container().copyIn(host.resolve("dir/."), "/there");

        assertThat(shell.run("cat /there/one /renamed /there/dir/two /new/two /there/two"))
                .isEqualTo("11222");
        assertThatThrownBy(() -> container().copyIn(one, "/missing/")).hasMessageContaining("ENOENT");
        assertThatThrownBy(() -> container().copyIn(one, "/missing/x")).hasMessageContaining("ENOENT");
        assertThatThrownBy(() -> container().copyIn(host.resolve("dir"), "/renamed"))
                .hasMessageContaining("ENOTDIR");
        assertThatThrownBy(() -> container().copyIn(one, "/there/dir/two/")).hasMessageContaining("ENOTDIR");

        container().copyOut("/there/.", Files.createDirectory(host.resolve("content")));
        container().copyOut("/there/", Files.createDirectory(host.resolve("within")));
        assertThat(host.resolve("content/dir/two")).hasContent("2");
        assertThat(host.resolve("within/there/dir/two")).hasContent("2");
    }

    private static String tool(Path directory, String... command) throws Exception {
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }

    @Test
    void whatGoesOutAsAnArchiveIsWhatTarUnpacks() throws Exception {
        String name = "ü".repeat(120);
        shell.run(
                "mkdir -p /tmp/d/e; cd /tmp/d; echo -n x > e/f; ln e/f g; ln -s e/f l; mkfifo p; chmod 750 e; echo -n y > "
                        + name);
        ByteArrayOutputStream archive = new ByteArrayOutputStream();

        Copied copied = container().copyOut("/tmp/d", archive, CopyOptions.DEFAULT);

        assertThat(copied.skipped()).containsExactly("d/p");
        Files.write(host.resolve("a.tar"), archive.toByteArray());
        assertThat(tool(host, "tar", "--numeric-owner", "-tvf", "a.tar")).contains("0/0");
        tool(host, "tar", "--no-same-owner", "-xf", "a.tar");
        assertThat(host.resolve("d/l")).isSymbolicLink().hasContent("x");
        assertThat(Files.isSameFile(host.resolve("d/g"), host.resolve("d/e/f"))).isTrue();
        assertThat(host.resolve("d").resolve(name)).hasContent("y");
        assertThat(permissions(host.resolve("d/e"))).isEqualTo("rwxr-x---");

        ByteArrayOutputStream content = new ByteArrayOutputStream();
        container().copyOut("/tmp/d/e/.", content, CopyOptions.DEFAULT);
        Files.write(host.resolve("b.tar"), content.toByteArray());
        assertThat(tool(host, "tar", "-tf", "b.tar").lines()).containsExactly("./", "./f");
    }

    @Test
    void anArchiveIsUnpackedInside() throws Exception {
        file("tree/way/x", "1");
        file("tree/closed/y", "2");
        Files.createLink(host.resolve("tree/z"), host.resolve("tree/closed/y"));
        Files.createSymbolicLink(host.resolve("tree/l"), Path.of("/anywhere"));
        Files.setPosixFilePermissions(host.resolve("tree/closed"), PosixFilePermissions.fromString("r-xr-xr-x"));
        tool(host, "tar", "-C", "tree", "-czf", "a.tgz", "way/x", "closed", "z", "l");
        tool(host, "tar", "-cPf", "climbing.tar", "tree/../tree/z");
        shell.run("mkdir /tmp/to /tmp/real; ln -s ../real /tmp/to/way");

        try (InputStream archive = Files.newInputStream(host.resolve("a.tgz"))) {
            assertThat(container()
                            .copyIn(archive, "/tmp/to", CopyOptions.DEFAULT)
                            .files())
                    .isEqualTo(5);
        }
        assertThat(shell.run("cd /tmp/to; cat /tmp/real/x closed/y z; readlink l; stat -c '%a %h' closed z"))
                .isEqualTo("122/anywhere\n555 2\n644 2");
        try (InputStream archive = Files.newInputStream(host.resolve("climbing.tar"))) {
            assertThatThrownBy(() -> container().copyIn(archive, "/tmp/to", CopyOptions.DEFAULT))
                    .isInstanceOf(RefusedContentException.class)
                    .hasMessageContaining("upwards");
        }
        try (InputStream none = InputStream.nullInputStream()) {
            assertThatThrownBy(() -> container().copyIn(none, "/tmp/none", CopyOptions.DEFAULT))
                    .hasMessageContaining("ENOENT");
        }
    }

    /** Root's container has ids for all; that of an ordinary user has his own alone. */
    @Test
    void ownersAreKeptIfAskedForAndThere() throws Exception {
        CopyOptions keep = CopyOptions.DEFAULT.keepOwners(true);
        String owner = shell.run("touch /tmp/f; chown 7:8 /tmp/f 2>/dev/null; stat -c %u:%g /tmp/f");
        container().copyOut("/tmp/f", host, keep);
        String copied = Files.getAttribute(host.resolve("f"), "unix:uid") + ":"
                + Files.getAttribute(host.resolve("f"), "unix:gid");
        container().copyIn(host.resolve("f"), "/tmp/g", keep);

        String mine = Files.getAttribute(host, "unix:uid") + ":" + Files.getAttribute(host, "unix:gid");
        assertThat(copied).isEqualTo(owner.equals("7:8") ? "7:8" : mine);
        assertThat(shell.run("stat -c %u:%g /tmp/g")).isEqualTo(owner);
        container().copyIn(host.resolve("f"), "/tmp/h");
        assertThat(shell.run("stat -c %u:%g /tmp/h")).isEqualTo("0:0");
    }

    @Test
    void readsAndWritesSingleFiles() throws Exception {
        container().writeFile("/tmp/f", "hello".getBytes(UTF_8), 0640);

        assertThat(shell.run("cat /tmp/f; stat -c ' %a %u' /tmp/f")).isEqualTo("hello 640 0");
        assertThat(container().readFile("/tmp/f", 5)).isEqualTo("hello".getBytes(UTF_8));
        assertThatExceptionOfType(RefusedContentException.class)
                .isThrownBy(() -> container().readFile("/tmp/f", 4))
                .withMessageContaining("bytes = 4");
        assertThatThrownBy(() -> container().readFile("/tmp", 4)).hasMessageContaining("not a regular file");
        assertThatThrownBy(() -> container().readFile("/none", 4)).hasMessageContaining("ENOENT");
    }

    @Test
    void usesFilesOfTheContainersOtherUsers() throws Exception {
        String changed = shell.run("mkdir /tmp/own; echo -n x > /tmp/own/f; chmod 700 /tmp/own; chmod 600 /tmp/own/f;"
                + " chown -R 7:7 /tmp/own 2>/dev/null; stat -c %u /tmp/own");

        assertThat(changed).isIn("0", "7");
        assertThat(container().readFile("/tmp/own/f", 9)).isEqualTo(new byte[] {'x'});
        container().writeFile("/tmp/own/g", new byte[] {'y'}, 0600);
        container().copyOut("/tmp/own", host.resolve("own"));
        assertThat(shell.run("cat /tmp/own/g; stat -c %u /tmp/own/g")).isEqualTo("y0");
        assertThat(host.resolve("own/f")).hasContent("x");
    }

    @Test
    void setIdBitsStayBehind() throws Exception {
        shell.run("touch /tmp/f; chmod 6755 /tmp/f");
        container().copyOut("/tmp/f", host);
        assertThat((int) Files.getAttribute(host.resolve("f"), "unix:mode") & 07777)
                .isEqualTo(0755);
    }

    @Test
    void holesStayHoles() throws Exception {
        shell.run("truncate -s 1G /tmp/f; echo x | dd of=/tmp/f bs=1 seek=500000000 conv=notrunc");

        Copied copied = container().copyOut("/tmp/f", host, new CopyLimits(1, 1 << 20, 1));

        assertThat(host.resolve("f")).hasSize(1L << 30);
        assertThat(copied.bytes()).isLessThan(1 << 20);
        try (FileChannel channel = FileChannel.open(host.resolve("f"), StandardOpenOption.READ)) {
            ByteBuffer two = ByteBuffer.allocate(2);
            channel.read(two, 500_000_000);
            assertThat(two.array()).isEqualTo(new byte[] {'x', '\n'});
        }
    }

    @Test
    void limitsNameThemselves() throws Exception {
        shell.run("mkdir -p /tmp/d/e/f; for i in $(seq 10); do echo 123456789 > /tmp/d/$i; done");

        assertThatThrownBy(() -> container().copyOut("/tmp/d", host.resolve("a"), new CopyLimits(9, 1000, 9)))
                .isInstanceOf(RefusedContentException.class)
                .hasMessageContaining("files = 9");
        assertThatThrownBy(() -> container().copyOut("/tmp/d", host.resolve("b"), new CopyLimits(99, 95, 9)))
                .isInstanceOf(RefusedContentException.class)
                .hasMessageContaining("bytes = 95");
        assertThatThrownBy(() -> container().copyOut("/tmp/d", host.resolve("c"), new CopyLimits(99, 1000, 1)))
                .isInstanceOf(RefusedContentException.class)
                .hasMessageContaining("depth = 1");
        assertThat(container()
                        .copyOut("/tmp/d", host.resolve("d"), new CopyLimits(13, 100, 2))
                        .files())
                .isEqualTo(13);
    }

    @Test
    void aFileThatGrowsWithoutEndEndsAtTheLimit() throws Exception {
        shell.run("touch /tmp/endless; (while :; do cat /bin/busybox; done) > /tmp/endless & ");
        assertThatThrownBy(() -> {
                    while (true) {
                        container().copyOut("/tmp/endless", host.resolve("endless"), new CopyLimits(1, 20 << 20, 1));
                    }
                })
                .isInstanceOf(RefusedContentException.class)
                .hasMessageContaining("bytes = 20971520");
        assertThat(host.resolve("endless")).doesNotExist();
    }

    @Test
    void whatIsNoFileIsSkippedAndNeverOpened() throws Exception {
        shell.run("mkdir /tmp/d; cd /tmp/d; mkfifo pipe; touch f; cd /");

        Copied copied = container().copyOut("/tmp/d", host.resolve("d"));

        assertThat(copied.skipped()).containsExactly("pipe");
        assertThat(host.resolve("d/f")).exists();
        assertThatThrownBy(() -> container().copyOut("/tmp/d/pipe", host)).hasMessageContaining("named pipe");
        assertThatThrownBy(() -> container().copyOut("/dev/null", host)).hasMessageContaining("device");
        assertThatThrownBy(() -> container().readFile("/dev/zero", 10)).hasMessageContaining("not a regular file");
        container().writeFile("/tmp/d/pipe", new byte[] {'x'}, 0600);
        assertThat(shell.run("cat /tmp/d/pipe")).isEqualTo("x");
    }

    @Test
    void aDirectoryIsNoPlaceForAFilesContent() {
        assertThatExceptionOfType(RefusedContentException.class)
                .isThrownBy(() -> container().writeFile("/tmp", new byte[] {'x'}, 0600))
                .withMessageContaining("Cannot write /tmp")
                .withMessageContaining("it is a directory");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/proc/self/root/x", "/proc/1/root/x", "/proc/1/cwd/x", "/proc/thread-self/root/x", "/magic/x"})
    void magicLinksLeadNowhere(String path) throws Exception {
        shell.run("echo inside > /x; ln -s /proc/1/root /magic");
        assertThatExceptionOfType(SyscallException.class)
                .isThrownBy(() -> container().readFile(path, 100));
        assertThatExceptionOfType(SyscallException.class)
                .isThrownBy(() -> container().writeFile(path, new byte[1], 0600));
        assertThatExceptionOfType(SyscallException.class)
                .isThrownBy(() -> container().copyOut(path, host));
    }

    @Test
    void linksAndDotsStayInside() throws Exception {
        Path secret = file("secret", "outside");
        String way = "../".repeat(30) + secret.toString().substring(1);
        shell.run("ln -s %s /absolute; ln -s %s /dots; mkdir -p %s".formatted(secret, way, secret.getParent()));

        for (String path : new String[] {"/absolute", "/dots", "/" + way}) {
            assertThatThrownBy(() -> container().readFile(path, 100)).hasMessageContaining("ENOENT");
        }
        shell.run("echo -n inside > " + secret);
        for (String path : new String[] {"/absolute", "/dots", "/" + way}) {
            assertThat(container().readFile(path, 100)).isEqualTo("inside".getBytes(UTF_8));
        }
        container().writeFile("/" + way, "written".getBytes(UTF_8), 0600);
        assertThat(secret).hasContent("outside");
        assertThat(shell.run("cat " + secret)).isEqualTo("written");
    }

    @Test
    void nothingOnTheHostIsWrittenThroughALinkThatWasCopied() throws Exception {
        Path outside = Files.createDirectory(host.resolve("outside"));
        shell.run("mkdir -p /tmp/d; ln -s %s /tmp/d/sub; ln -s %s/f /tmp/d/f".formatted(outside, outside));
        Path target = Files.createDirectory(host.resolve("target"));
        container().copyOut("/tmp/d/.", target);
        shell.run("rm /tmp/d/sub /tmp/d/f; mkdir /tmp/d/sub; echo evil > /tmp/d/sub/f");

        assertThatThrownBy(() -> container().copyOut("/tmp/d/.", target)).isInstanceOf(SyscallException.class);
        assertThatThrownBy(() -> container().collect("/tmp/d/**", target, LIMITS))
                .isInstanceOf(SyscallException.class);

        shell.run("rm -r /tmp/d/sub; echo plain > /tmp/d/f");
        container().copyOut("/tmp/d/.", target);
        assertThat(target.resolve("f")).isRegularFile().hasContent("plain");
        assertThat(outside).isEmptyDirectory();
    }

    /**
     * A command that swaps a directory with links to places of the host's, as fast as it can, changes nothing out
     * there.
     */
    @Test
    @Tag("long")
    void linksThatAreSwappedInMeanwhileLeadNowhere() throws Exception {
        Path outside = Files.createDirectory(host.resolve("outside"));
        Files.writeString(outside.resolve("name"), "the secret");
        file("in/name", "from the host");
        Path in = host.resolve("in");
        String etc = String.join(" ", listing(Path.of("/etc")));
        shell.run("mkdir -p /tmp/a/real /tmp/a/d; echo container > /tmp/a/real/name; echo container > /tmp/a/d/name");
        shell.run(
                ("(cd /tmp/a; while :; do mv d r2; ln -s %s d; rm d; ln -s /etc d; rm d; ln -s %s d; rm d; mv r2 d; done)"
                                + " >/dev/null 2>&1 &")
                        .formatted(
                                outside, "../".repeat(20) + outside.toString().substring(1)));
        long end = System.nanoTime() + Duration.ofSeconds(4).toNanos();
        int reads = 0;
        int writes = 0;
        for (int i = 0; System.nanoTime() < end; i++) {
            Path target = host.resolve("out" + i);
            reads += attempt(() -> container().copyOut("/tmp/a", target));
            reads += attempt(() -> assertThat(new String(container().readFile("/tmp/a/d/name", 99), UTF_8))
                    .doesNotContain("secret"));
            writes += attempt(() -> container().copyIn(in.resolve("."), "/tmp/a/d"));
            writes += attempt(() -> container().copyIn(in.resolve("name"), "/tmp/a/d/passwd"));
            writes += attempt(() -> container().writeFile("/tmp/a/d/marker", new byte[] {'m'}, 0600));
        }

        assertThat(reads).as("copies out that succeeded").isPositive();
        assertThat(writes).as("copies in that succeeded").isPositive();
        assertThat(listing(outside)).containsExactly("name");
        assertThat(outside.resolve("name")).hasContent("the secret");
        assertThat(String.join(" ", listing(Path.of("/etc")))).isEqualTo(etc);
        try (Stream<Path> all = Files.walk(host)) {
            assertThat(all.filter(file -> file.startsWith(host) && !file.startsWith(outside))
                            .filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
                            .map(CopyTest::content))
                    .isNotEmpty()
                    .noneMatch(content -> content.contains("secret") || content.contains("root:"));
        }
    }

    private static String content(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int attempt(Runnable copy) {
        try {
            copy.run();
            return 1;
        } catch (SyscallException refused) {
            return 0;
        }
    }

    private static List<String> listing(Path directory) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void collectsWhatMatches() throws Exception {
        shell.run(
                "mkdir -p /out/b/c; cd /out; touch a.xml b/b.xml b/c/c.xml b/c/c.txt; ln -s a.xml l.xml; mkfifo p.xml; cd /");

        assertThat(container().collect("/out/**/*.xml", host.resolve("x"), LIMITS))
                .containsExactly("a.xml", "b/b.xml", "b/c/c.xml");
        assertThat(host.resolve("x/b/c/c.xml")).exists();
        assertThat(host.resolve("x/b/c/c.txt")).doesNotExist();
        assertThat(container().collect("/out/*.{xml,txt}", host.resolve("y"), LIMITS))
                .containsExactly("a.xml");
        assertThat(container().collect("/out/b/b.xml", host.resolve("y"), LIMITS))
                .containsExactly("b.xml");
        assertThat(container().collect("/none/**", host.resolve("y"), LIMITS)).isEmpty();
        assertThatThrownBy(() -> container().collect("out/*", host, LIMITS))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aStoppedContainersDirectoryWorksLikewise() throws Exception {
        Path root = Files.createDirectories(host.resolve("root/etc"));
        Files.createSymbolicLink(root.resolve("link"), Path.of("/etc/inside"));
        Files.writeString(root.resolve("inside"), "here");
        ContainerFiles files = ContainerFiles.below(host.resolve("root"));

        assertThat(files.readFile("/etc/link", 9)).isEqualTo("here".getBytes(UTF_8));
        files.writeFile("/etc/new", new byte[] {'n'}, 0644);
        assertThat(root.resolve("new")).hasContent("n");
        assertThatThrownBy(() -> files.readFile("/../../../../../../etc/passwd", 1 << 20))
                .hasMessageContaining("ENOENT");
    }

    @Test
    void afterTheEndThereAreNoFiles() {
        shell.process.close();
        assertThatThrownBy(() -> container().readFile("/bin/sh", 1)).isInstanceOf(RuntimeException.class);
        assertThatThrownBy(() ->
                        ContainerFiles.ofProcess(ProcessHandle.current().pid()).readFile("/etc/passwd", 1 << 20))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void anyProcessOfTheContainerLeadsToItsFiles() throws Exception {
        shell.run("echo -n x > /tmp/f");
        assertThat(ContainerFiles.ofProcess(shell.process.pid()).readFile("/tmp/f", 1))
                .isEqualTo(new byte[] {'x'});
        long command = shell.process.children().findFirst().orElseThrow().pid();
        assertThat(ContainerFiles.ofProcess(command).readFile("/tmp/f", 1)).isEqualTo(new byte[] {'x'});
    }
}

package io.carrel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.carrel.fs.Access;
import io.carrel.fs.ContainerPath;
import io.carrel.fs.ImageRoot;
import io.carrel.fs.Mount;
import io.carrel.fs.RootFs;
import io.carrel.fs.Storage;
import io.carrel.fs.Upper;
import io.carrel.fs.volumes.Volume;
import io.carrel.fs.volumes.VolumeStore;
import io.carrel.images.ImageDefaults;
import io.carrel.images.ImageStore;
import io.carrel.images.NewImage;
import io.carrel.images.Reference;
import io.carrel.linux.RefusedContentException;
import io.carrel.outcome.ExitStatus;
import io.carrel.testing.Layers;
import io.carrel.testing.NeedsProgram;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Volumes that an image declares, and that it fills. */
@Tag("kernel")
@Tag("long") // volumes are binds, and are mounted by other tests
@NeedsProgram("busybox")
class ImageVolumesTest {

    private static final String LIST = "cd /srv/data; cat file sub/low; stat -c '%a %u %g' . file sub; ls -R";

    @TempDir
    private Path directory;

    private Storage storage;
    private Layers layers;
    private String expected = "";

    @BeforeEach
    void makeAnImage() throws Exception {
        layers = Layers.in(directory);
        storage = new Storage(directory.resolve("storage"));
        Path root = layers.layer("busybox", "srv/data/file", "content\n", "srv/data/sub/low", "deep\n");
        Path data = root.resolve("srv/data");
        Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwxrwx---"));
        Files.setPosixFilePermissions(data.resolve("file"), PosixFilePermissions.fromString("rw-------"));
        Files.createSymbolicLink(root.resolve("data"), Path.of("srv/data"));
        boolean isRoot = Files.getAttribute(directory, "unix:uid").equals(0);
        if (isRoot) {
            Files.setAttribute(data, "unix:uid", 33);
            Files.setAttribute(data.resolve("file"), "unix:gid", 44);
        }
        expected = "content\ndeep\n770 %s 0\n600 0 %s\n755 0 0\n.:\nfile\nsub\n\n./sub:\nlow\n"
                .formatted(isRoot ? 33 : 0, isRoot ? 44 : 0);
    }

    private ImageRoot image(UnaryOperator<ImageDefaults> defaults) {
        ImageStore.open(storage)
                .importRoot(
                        layers.busybox(),
                        NewImage.of().named(Reference.parse("app")).change(defaults));
        return RootFs.image("app").in(storage);
    }

    private VolumeStore volumes() {
        return VolumeStore.open(storage);
    }

    private static String output(ContainerBuilder builder) throws InterruptedException {
        ContainerResult result = builder.build().run();
        assertThat(result.exitStatus()).as(result.stderr()).isEqualTo(new ExitStatus.Exited(0));
        return result.stdout();
    }

    private static String shell(ContainerBuilder builder, String script) throws InterruptedException {
        return output(builder.command("sh", "-c", script));
    }

    private Mount.Volume named(String inside, Access access) {
        return new Mount.Volume(storage, "kept", ContainerPath.of(inside), access);
    }

    @Test
    void declaredPathsGetVolumesWithTheImagesContent() throws Exception {
        ImageRoot root = image(defaults -> defaults.withVolume("/srv/data").withVolume("/new/one/"));

        assertThat(
                        shell(
                                Container.builder().root(root),
                                LIST
                                        + " && echo more >> file && rm -r sub && ls -A /new/one && touch /new/one/file && echo done"))
                .isEqualTo(expected + "done\n");

        assertThat(volumes().list()).isEmpty();
        assertThat(shell(Container.builder().root(root), LIST)).isEqualTo(expected);
        assertThat(shell(Container.builder().root(root.readOnly()), "touch /srv/data/x && ls /srv/data"))
                .isEqualTo("file\nsub\nx\n");
    }

    @Test
    void theirFilesAreNotAmongTheContainersChanges() throws Exception {
        Path kept = directory.resolve("kept");
        ImageRoot root = image(defaults -> defaults.withVolume("/srv/data")).upper(Upper.kept(kept));

        assertThat(shell(
                        Container.builder().root(root),
                        "grep -c ' /srv/data ' /proc/mounts; touch /srv/data/in /srv/out"))
                .isEqualTo("1\n");

        assertThat(kept.resolve("upper/srv/out")).exists();
        assertThat(kept.resolve("upper/srv/data/in")).doesNotExist();
    }

    @Test
    void theyAreThereAsLongAsTheContainer() throws Exception {
        ImageRoot root = image(defaults -> defaults.withVolume("/srv/data"));
        try (ContainerProcess running =
                Container.builder().root(root).command("sleep", "60").build().start()) {
            assertThat(running.isAlive()).isTrue();
            assertThat(volumes().list()).hasSize(1).allMatch(Volume::anonymous);
            assertThat(volumes().prune(true)).isEmpty();
        }
        assertThat(volumes().list()).isEmpty();
    }

    @Test
    void aMountThatCoversAPathIsEnough() throws Exception {
        ImageRoot root = image(defaults -> defaults.withVolume("/srv/data").withVolume("/srv/data/sub"));

        assertThat(shell(Container.builder().root(root).tmpfs("/srv/data"), "ls /srv/data"))
                .isEmpty();
        assertThat(shell(
                        Container.builder().root(root).tmpfs("/srv/data/sub/low2"), "cd /srv/data; ls -R; cat sub/low"))
                .isEqualTo(".:\nfile\nsub\n\n./sub:\nlow\nlow2\n\n./sub/low2:\ndeep\n");
    }

    @Test
    void aNamedVolumeIsFilledWhenItIsNew() throws Exception {
        ImageRoot root = image(defaults -> defaults);

        assertThat(shell(Container.builder().root(root).mount(named("/srv/data", Access.READ_ONLY)), LIST))
                .isEqualTo(expected);
        shell(Container.builder().root(root).mount(named("/srv/data", Access.READ_WRITE)), "cd /srv/data; rm file");
        assertThat(shell(Container.builder().root(root).mount(named("/srv/data", Access.READ_WRITE)), "ls /srv/data"))
                .isEqualTo("sub\n");
        assertThat(shell(Container.builder().root(root).mount(named("/bin/more", Access.READ_WRITE)), "ls /bin/more"))
                .isEqualTo("sub\n");
        assertThat(volumes().users("kept")).isEmpty();
    }

    /** An image's set-user-ID program in a volume is root's on the host too, if root made the volume. */
    @Test
    void otherUsersOfTheHostDoNotReachAVolume() throws Exception {
        Path program = layers.busybox().resolve("srv/data/program");
        Files.copy(layers.busybox().resolve("bin/busybox"), program);
        Files.setAttribute(program, "unix:mode", 04755);
        ImageRoot root = image(defaults -> defaults);

        assertThat(shell(
                        Container.builder().root(root).mount(named("/srv/data", Access.READ_WRITE)),
                        "stat -c %a /srv/data/program; grep ' /srv/data ' /proc/mounts"))
                .startsWith("4755\n")
                .contains("nosuid");

        assertThat(Files.getPosixFilePermissions(storage.volumes()))
                .isEqualTo(PosixFilePermissions.fromString("rwx------"));
    }

    @Test
    void linksToAPathLeadToItsContent() throws Exception {
        ImageRoot root = image(defaults -> defaults.withVolume("/data"));

        assertThat(shell(Container.builder().root(root), "cat /data/file; grep -c ' /srv/data ' /proc/mounts"))
                .isEqualTo("content\n1\n");
    }

    @Test
    void aPlaceThatIsNoneIsRefused() {
        Container container = Container.builder()
                .root(image(defaults -> defaults.withVolume("/..")))
                .command("true")
                .build();

        assertThatExceptionOfType(RefusedContentException.class)
                .isThrownBy(container::start)
                .withMessageContaining("\"/..\" is no place for a volume");
    }

    @Test
    void theImageNamesTheSignalThatStopsIt() throws Exception {
        ImageRoot root = image(defaults -> defaults.withStopSignal("SIGUSR1"));
        try (ContainerProcess running = Container.builder()
                .root(root)
                .command("sh", "-c", "trap 'echo asked; exit 3' USR1; echo ready; sleep 60 & wait")
                .build()
                .start()) {
            assertThat(running.inputReader().readLine()).isEqualTo("ready");
            running.destroy();
            assertThat(running.inputReader().readLine()).isEqualTo("asked");
            assertThat(running.awaitExit()).isEqualTo(new ExitStatus.Exited(3));
        }
        ImageRoot realTime = image(defaults -> defaults.withStopSignal("SIGRTMIN+3"));
        try (ContainerProcess running = Container.builder()
                .root(realTime)
                .command("sleep", "60")
                .build()
                .start()) {
            running.destroy();
            assertThat(running.awaitExit()).isEqualTo(new ExitStatus.Signaled(37));
        }
    }
}

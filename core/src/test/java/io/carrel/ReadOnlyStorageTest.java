package io.carrel;

import static org.assertj.core.api.Assertions.assertThat;

import io.carrel.containers.ContainerDescription;
import io.carrel.containers.ContainerHandle;
import io.carrel.containers.ContainerId;
import io.carrel.containers.ContainerSettings;
import io.carrel.containers.Containers;
import io.carrel.fs.Access;
import io.carrel.fs.ContainerPath;
import io.carrel.fs.Mount;
import io.carrel.fs.RootFs;
import io.carrel.fs.Storage;
import io.carrel.fs.Upper;
import io.carrel.fs.volumes.VolumeStore;
import io.carrel.images.Image;
import io.carrel.images.ImageStore;
import io.carrel.images.NewImage;
import io.carrel.images.Reference;
import io.carrel.images.SaveFormat;
import io.carrel.linux.HostFileException;
import io.carrel.testing.ChildJvm;
import io.carrel.testing.KernelFeature;
import io.carrel.testing.Layers;
import io.carrel.testing.NeedsKernel;
import io.carrel.testing.NeedsProgram;
import io.carrel.testing.OtherUser;
import io.carrel.testing.Outside;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images are run from a storage that is mounted read-only, or that root has made for all, and stay as they are. */
@NeedsProgram({"busybox", "unshare", "setpriv"})
@NeedsKernel(KernelFeature.LAYERS)
class ReadOnlyStorageTest {

    private static final int USER = 60_004;
    private static final String MOUNTED =
            "mount --bind \"$0\" \"$0\" && mount -o remount,bind,ro \"$0\" && exec \"$@\"";

    @TempDir
    private Path temporary;

    private Path home = Path.of("/");

    @BeforeEach
    void makeAnImage() throws IOException {
        home = temporary.resolve("home");
        VolumeStore.open(new Storage(home)).create("kept", Map.of());
        ImageStore.open(new Storage(home))
                .importRoot(
                        Layers.in(temporary).busybox(),
                        NewImage.of()
                                .named(Reference.parse("desk:1"))
                                .instructions(List.of("CMD echo new > /x; cat /x")));
        ContainerDescription desk = ContainerDescription.of(List.of("sh")).withName("desk");
        Containers.open(new Storage(home))
                .register(ContainerId.random(), desk, ContainerSettings.KEPT)
                .close();
    }

    /** Uses the storage in all ways. */
    static final class Using {

        private Using() {}

        public static void main(String[] arguments) throws Exception {
            Storage storage = new Storage(Path.of(arguments[0]));
            ImageStore store = ImageStore.open(storage);
            Image image = store.image("desk:1");
            System.out.println(store.images() + " " + image.history().size() + " read-only " + storage.isReadOnly());
            System.out.println(store.verify());
            store.save(List.of(image), SaveFormat.OCI, Path.of(arguments[1]), bytes -> {});
            tell(() -> run(storage, Upper.memory(0)));
            tell(() -> run(storage, Upper.disk(storage)));
            tell(() -> store.load(Path.of(arguments[1])).toString());
            tell(() -> store.remove("desk:1", true).toString());
            tell(() -> store.tag(image, Reference.parse("desk:2")).toString());
            tell(() -> store.prune(true).toString());
            tell(() -> {
                VolumeStore volumes = VolumeStore.open(storage);
                return "%d volume of %d bytes, used by %s"
                        .formatted(volumes.list().size(), volumes.sizeBytes("kept"), volumes.users("kept"));
            });
            tell(() -> run(
                    storage,
                    Upper.memory(0),
                    new Mount.Volume(storage, "kept", ContainerPath.of("/v"), Access.READ_WRITE)));
            tell(() -> {
                ContainerHandle desk = Containers.open(storage).get("desk");
                return desk + " " + desk.state();
            });
        }

        private interface Use {
            String run() throws Exception;
        }

        private static String run(Storage storage, Upper upper, Mount... mounts) throws Exception {
            ContainerBuilder builder =
                    Container.builder().root(RootFs.image("desk:1").in(storage).upper(upper));
            for (Mount mount : mounts) {
                builder.mount(mount);
            }
            ContainerResult result = builder.build().run();
            return result.exitStatus() + result.stdout() + result.stderr();
        }

        private static void tell(Use use) throws Exception {
            String said;
            try {
                said = use.run();
            } catch (IllegalStateException | HostFileException e) {
                said = e.getClass().getSimpleName() + ": " + e.getMessage();
            }
            System.out.println(said.strip().replace('\n', ' '));
        }
    }

    private List<String> use(ChildJvm jvm) throws Exception {
        Path saved = Files.createDirectory(temporary.resolve("saved"));
        Files.setPosixFilePermissions(saved, PosixFilePermissions.fromString("rwxrwxrwx"));
        return jvm.option("-Djna.tmpdir=" + saved)
                .run(Using.class, home.toString(), saved.resolve("desk.tar").toString())
                .success()
                .lines()
                .toList();
    }

    private void assertThatAllElseIsRefused(List<String> said) throws IOException {
        String refused =
                "IllegalStateException: nothing can be changed in the image store %s/images, which this user can only read: give another storage, as by CARREL_HOME"
                        .formatted(home.toRealPath());
        assertThat(said).containsExactly(refused, refused, refused, refused);
    }

    @Test
    @Tag("kernel")
    void oneThatIsMountedReadOnlyIsUsed() throws Exception {
        List<String> own = Outside.isRoot() ? List.of() : List.of("--user", "--map-current-user", "--keep-caps");
        List<String> prefix = new ArrayList<>(List.of("unshare", "--mount", "--propagation", "private"));
        prefix.addAll(own);
        prefix.addAll(List.of("sh", "-c", MOUNTED, home.toString()));
        List<String> said = use(ChildJvm.by(prefix.toArray(String[]::new)));

        assertThat(said.subList(0, 4))
                .satisfiesExactly(
                        line -> assertThat(line).isEqualTo("[desk:1] 1 read-only true"),
                        line -> assertThat(line).contains("blobs=3", "layers=1", "damages=[]"),
                        line -> assertThat(line).isEqualTo("Exited[code=0]new"),
                        line -> assertThat(line)
                                .startsWith("HostFileException: Cannot make a directory for a container's changes: ")
                                .contains("this user can only read " + home + ": give another directory"));
        assertThatAllElseIsRefused(said.subList(4, 8));
        assertThat(said.subList(8, said.size()))
                .containsExactly(
                        "1 volume of 0 bytes, used by []",
                        ("IllegalStateException: cannot use the volume kept: this user can only read the directory of volumes"
                                        + " %s/volumes: give another storage, as by CARREL_HOME, or bind a directory or mount"
                                        + " a tmpfs where the volume would be")
                                .formatted(home),
                        "desk CREATED");
    }

    @Test
    @Tag("root")
    @NeedsKernel(KernelFeature.NOTHING)
    void oneThatRootHasMadeForAllIsUsed() throws Exception {
        Outside.run("chmod", "-R", "a+rX", home.toString());
        List<String> said = use(OtherUser.in(temporary, USER));

        String notUnpacked =
                "for an ordinary user in the image store %s/images, which can only be read here: load the image"
                        .formatted(home.toRealPath());
        assertThat(said.subList(0, 4))
                .satisfiesExactly(
                        line -> assertThat(line).isEqualTo("[desk:1] 1 read-only true"),
                        line -> assertThat(line).contains("blobs=3", "layers=0", "damages=[]"),
                        line -> assertThat(line).contains(notUnpacked),
                        line -> assertThat(line).contains(notUnpacked));
        assertThatAllElseIsRefused(said.subList(4, 8));
        assertThat(said).endsWith("desk CREATED");
    }
}

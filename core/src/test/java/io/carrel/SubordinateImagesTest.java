package io.carrel;

import static org.assertj.core.api.Assertions.assertThat;

import io.carrel.fs.Access;
import io.carrel.fs.ContainerPath;
import io.carrel.fs.ImageRoot;
import io.carrel.fs.Mount;
import io.carrel.fs.RootFs;
import io.carrel.fs.Storage;
import io.carrel.fs.Upper;
import io.carrel.fs.copy.UpperChanges;
import io.carrel.fs.volumes.VolumeStore;
import io.carrel.images.Image;
import io.carrel.images.ImageStore;
import io.carrel.images.NewImage;
import io.carrel.images.Reference;
import io.carrel.images.view.ImageFileSystem;
import io.carrel.images.view.LayerSource;
import io.carrel.linux.Capability;
import io.carrel.namespaces.User;
import io.carrel.testing.GrantedUser;
import io.carrel.testing.Layers;
import io.carrel.testing.NeedsProgram;
import io.carrel.testing.Outside;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images of an ordinary user with subordinate ids, whose files belong to several users, or are not to be read. */
@Tag("root")
@Tag("long")
@NeedsProgram({"newuidmap", "newgidmap", "setpriv", "unshare", "busybox", "tar"})
class SubordinateImagesTest {

    private static final String GRANTED = GrantedUser.UID + ":700000:65536\n";

    @TempDir
    private Path directory;

    private Path place = Path.of("");
    private Path archive = Path.of("");

    @BeforeEach
    void makeAnImage() throws Exception {
        Layers layers = Layers.in(directory);
        Path image = layers.layer(
                "busybox",
                "data/file",
                "content",
                "data/tool",
                "",
                "etc/shadow",
                "secret",
                "usr/keysign",
                "program",
                "dark/inner",
                "deep");
        Files.createSymbolicLink(image.resolve("bin/chown"), Path.of("busybox"));
        Files.createDirectories(image.resolve("empty"));
        Outside.run("chown", "-R", "1000:1001", image + "/data", image + "/empty");
        Outside.run("chmod", "4755", image + "/data/tool");
        Outside.run("chmod", "0", image + "/etc/shadow");
        Outside.run("chown", "0:42", image + "/etc/shadow");
        Outside.run("chown", "0:998", image + "/usr/keysign", image + "/dark");
        Outside.run("chmod", "2111", image + "/usr/keysign");
        Outside.run("chmod", "111", image + "/dark");
        archive = directory.resolve("image.tar");
        place = Files.createDirectories(directory.resolve("place"));
        Outside.run("chown", GrantedUser.UID + ":" + GrantedUser.UID, place.toString());
    }

    private List<String> run(Class<?> main) throws Exception {
        String image = directory.resolve("layers/busybox").toString();
        Outside.run("tar", "--numeric-owner", "-cf", archive.toString(), "-C", image, ".");
        return GrantedUser.in(directory, GRANTED)
                .run(main, place.toString(), archive.toString())
                .success()
                .lines()
                .toList();
    }

    /** What the user does. */
    private record Work(Storage storage, ImageStore store, Image image, ImageRoot root, Path place) {

        static Work in(String[] arguments) {
            Path place = Path.of(arguments[0]);
            Storage storage = new Storage(place.resolve("storage"));
            ImageStore store = ImageStore.open(storage);
            Image image = store.importRoot(
                    Path.of(arguments[1]),
                    NewImage.of()
                            .named(Reference.parse("app"))
                            .change(defaults -> defaults.withVolume("/data").withVolume("/empty")));
            return new Work(storage, store, image, RootFs.image("app").in(storage), place);
        }

        void run(String what, ContainerBuilder builder, String script) throws InterruptedException {
            ContainerResult result = builder.command("sh", "-c", script).build().run();
            String all = (result.stdout() + result.stderr()).strip().replace("\n", ", ");
            System.out.println(what + ": " + all + (result.exitStatus().success() ? "" : " " + result.exitStatus()));
        }

        Mount.Volume volume(String inside) {
            return new Mount.Volume(storage, "kept", ContainerPath.of(inside), Access.READ_WRITE);
        }
    }

    /** Uses volumes that the image fills. */
    static final class Filling {
        private static final String LOOK =
                "cat /data/file && echo >> /data/file && echo > /empty/new && stat -c '%u:%g %a' /data /data/tool /empty";

        public static void main(String[] arguments) throws Exception {
            Work work = Work.in(arguments);
            VolumeStore volumes = VolumeStore.open(work.storage());
            User app = User.of(1000, 1001);
            work.run("anonymous", Container.builder().root(work.root()).user(app), LOOK);
            System.out.println("left: " + volumes.list().size());
            for (String what : List.of("named", "again")) {
                ContainerBuilder builder =
                        Container.builder().root(work.root()).user(app).mount(work.volume("/data"));
                work.run(what, builder, "ls /data; echo > /data/by-" + what + " && stat -c '%u:%g %a' /data");
            }
            volumes.remove("kept");
            System.out.println("left: " + volumes.list().size());
            work.run(
                    "dark",
                    Container.builder().root(work.root()).user(app).mount(work.volume("/dark")),
                    "cat /dark/inner; stat -c '%u:%g %a' /dark; ls /dark || echo denied");
            volumes.remove("kept");
            try (var left = Files.list(
                    volumes.list().isEmpty() ? work.storage().volumes().resolve(".aside") : work.place())) {
                System.out.println("aside: " + left.count());
            }
        }
    }

    @Test
    void anImagesUserOwnsItsVolumes() throws Exception {
        Outside.run("chmod", "700", directory.resolve("layers/busybox/data").toString());
        assertThat(run(Filling.class))
                .containsExactly(
                        "anonymous: content1000:1001 700, 1000:1001 4755, 1000:1001 755",
                        "left: 0",
                        "named: file, tool, 1000:1001 700",
                        "again: by-named, file, tool, 1000:1001 700",
                        "left: 0",
                        "dark: deep0:998 111, denied, ls: can't open '/dark': Permission denied",
                        "aside: 0");
    }

    /** Does with unreadable files what can be done with files. */
    static final class Reading {
        public static void main(String[] arguments) throws Exception {
            Work work = Work.in(arguments);
            User app = User.of(1000, 1001);
            work.run(
                    "run",
                    Container.builder().root(work.root()).user(app),
                    "stat -c '%u:%g %a' /usr/keysign /etc/shadow /dark");
            System.out.println("damages: " + work.store().verify().damages());
            Path layer = work.image().layers().get(0);
            System.out.println(
                    "modes: " + mode(layer, "usr/keysign") + mode(layer, "etc/shadow") + mode(layer, "dark"));
            try (ImageFileSystem view = ImageFileSystem.open(List.of(LayerSource.directory(layer)))) {
                System.out.println("view: " + Files.readString(view.getPath("/etc/shadow")) + " "
                        + Files.readString(view.getPath("/dark/inner")));
            }
            Path kept = work.place().resolve("kept");
            work.run(
                    "kept",
                    Container.builder()
                            .root(work.root().upper(Upper.kept(kept)))
                            .subordinateIds(),
                    "mkdir /new; echo > /new/file; busybox chmod 111 /new");
            System.out.println("diff: "
                    + UpperChanges.of(kept.resolve("upper"), work.image().layers()).stream()
                            .map(change -> change.path().toString())
                            .filter(path -> path.contains("new") || path.contains("dark"))
                            .toList());
            System.out.println("modes: " + mode(kept, "upper/new"));
        }

        private static String mode(Path layer, String name) throws Exception {
            return Integer.toOctalString((Integer) Files.getAttribute(layer.resolve(name), "unix:mode") & 07777) + " ";
        }
    }

    @Test
    void filesThatTheirOwnerMayNotReadStopNothing() throws Exception {
        assertThat(run(Reading.class))
                .containsExactly(
                        "run: 0:998 2111, 0:42 0, 0:998 111",
                        "damages: []",
                        "modes: 2111 0 111 ",
                        "view: secret deep",
                        "kept: ",
                        "diff: [/dark, /new, /new/file]",
                        "modes: 111");
    }

    /** Makes images of what containers and the user changed. */
    static final class Committing {
        public static void main(String[] arguments) throws Exception {
            Work work = Work.in(arguments);
            Path kept = work.place().resolve("kept");
            work.run(
                    "run",
                    Container.builder()
                            .root(work.root().upper(Upper.kept(kept)))
                            .subordinateIds()
                            .capabilities(Capability.CHOWN, Capability.DAC_OVERRIDE, Capability.FOWNER),
                    """
                    rm -f /usr/keysign; mkdir -p /made/shut/in /made/shared; cd /made; echo > roots; echo > apps
                    echo > shut/in/file; echo > shared/file; busybox ln -s nowhere shut/link
                    chown -R 1000:1001 apps shut; chown -R 1000:0 shared; alias chmod='busybox chmod'
                    chmod 600 shut/in/file; chmod 4710 shared/file; chmod 700 shut shut/in; chmod 2070 shared""");
            List<Path> layers = work.image().layers();
            System.out.println("diff: "
                    + UpperChanges.of(kept.resolve("upper"), layers).stream()
                            .map(change -> change.toString())
                            .filter(change -> change.matches("D .*|. /(made/s|data).*"))
                            .toList());
            list(work, work.store().commit(work.image(), kept.resolve("upper"), NewImage.of()));
            try (var left = Files.list(kept.resolve("copies"))) {
                System.out.println("left: " + left.toList());
            }
            Path own = Files.createDirectories(work.place().resolve("own"));
            Files.writeString(own.resolve("file"), "mine");
            list(work, work.store().importRoot(own, NewImage.of()));
        }

        private static void list(Work work, Image image) throws Exception {
            List<String> blobs = new ArrayList<>();
            image.manifest().layers().forEach(layer -> blobs.add(layer.digest().hex()));
            Path blob = work.store().directory().resolve("blobs/sha256").resolve(blobs.get(blobs.size() - 1));
            for (String line : Outside.run("tar", "--numeric-owner", "-tvzf", blob.toString())
                    .lines()
                    .toList()) {
                String[] words = line.split(" +", -1);
                String name = words[words.length - 1];
                if (name.matches("made/.*|data/.*|usr/..*|file|nowhere")) {
                    System.out.println(words[0] + " " + words[1] + " " + name);
                }
            }
        }
    }

    @Test
    void layersHaveTheOwnersThatFilesHaveInside() throws Exception {
        assertThat(run(Committing.class))
                .containsExactly(
                        "run: ",
                        "diff: [C /data, C /data/file, C /data/tool, A /made/shared, A /made/shared/file, A /made/shut,"
                                + " A /made/shut/in, A /made/shut/in/file, A /made/shut/link, D /usr/keysign]",
                        "drwxr-xr-x 1000/1001 data/",
                        "-rw-r--r-- 1000/1001 data/file",
                        "-rwsr-xr-x 1000/1001 data/tool",
                        "drwxr-xr-x 0/0 made/",
                        "-rw-r--r-- 1000/1001 made/apps",
                        "-rw-r--r-- 0/0 made/roots",
                        "d---rws--- 1000/0 made/shared/",
                        "-rws--x--- 1000/0 made/shared/file",
                        "drwx------ 1000/1001 made/shut/",
                        "drwx------ 1000/1001 made/shut/in/",
                        "-rw------- 1000/1001 made/shut/in/file",
                        "lrwxrwxrwx 1000/1001 nowhere",
                        "-rw------- 0/0 usr/.wh.keysign",
                        "left: []",
                        "-rw-r--r-- 0/0 file");
    }
}

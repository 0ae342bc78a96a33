package io.carrel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.carrel.fs.Access;
import io.carrel.fs.HostPath;
import io.carrel.fs.ImageRoot;
import io.carrel.fs.RootFs;
import io.carrel.fs.Storage;
import io.carrel.fs.Upper;
import io.carrel.images.Image;
import io.carrel.images.ImageDefaults;
import io.carrel.images.ImageStore;
import io.carrel.images.NewImage;
import io.carrel.images.Reference;
import io.carrel.linux.Capability;
import io.carrel.linux.NotFoundException;
import io.carrel.linux.RefusedContentException;
import io.carrel.linux.SetupException;
import io.carrel.namespaces.IdMap;
import io.carrel.namespaces.NamespaceType;
import io.carrel.namespaces.User;
import io.carrel.outcome.ExitStatus;
import io.carrel.testing.EmptyImage;
import io.carrel.testing.KernelFeature;
import io.carrel.testing.Layers;
import io.carrel.testing.NeedsKernel;
import io.carrel.testing.NeedsProgram;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Containers of images do what the image says, unless their definition says otherwise. */
@Tag("kernel")
@NeedsProgram("busybox")
@NeedsKernel(KernelFeature.LAYERS)
class ImageRootTest {

    @TempDir
    private Path directory;

    private Storage storage;
    private ImageStore store;
    private Layers layers;

    @BeforeEach
    void makeAStore() throws Exception {
        layers = Layers.in(directory);
        storage = new Storage(directory.resolve("storage"));
        store = ImageStore.open(storage);
        layers.layer(
                "busybox", "etc/passwd", "root:x:0:0::/:/bin/sh\napp:x:33:44::/srv:/bin/sh\n", "srv/file", "content");
    }

    private Image image(String name, UnaryOperator<ImageDefaults> defaults) {
        return store.importRoot(
                layers.busybox(), NewImage.of().named(Reference.parse(name)).change(defaults));
    }

    private ImageRoot root(String name) {
        return RootFs.image(name).in(storage);
    }

    private static String output(ContainerBuilder builder) throws InterruptedException {
        ContainerResult result = builder.build().run();
        assertThat(result.exitStatus()).as(result.stderr()).isEqualTo(new ExitStatus.Exited(0));
        return result.stdout();
    }

    @Test
    void theImageNamesCommandEnvironmentAndDirectory() throws Exception {
        image(
                "app",
                defaults -> defaults.withEntrypoint(List.of("sh", "-c"))
                        .withCommand(List.of("pwd; cat file; echo; echo $A; echo $PATH"))
                        .withEnvironment("A", "from the image")
                        .withEnvironment("PATH", "/bin:/opt/bin")
                        .withWorkingDirectory("/srv"));

        assertThat(output(Container.builder().root(root("app"))))
                .isEqualTo("/srv\ncontent\nfrom the image\n/bin:/opt/bin\n");
        assertThat(output(
                        Container.builder().root(root("app")).command("echo $A").environment("A", "mine")))
                .isEqualTo("mine\n");
        assertThat(output(Container.builder()
                        .root(root("app"))
                        .entrypoint("readlink")
                        .command("/proc/self/cwd")
                        .workingDirectory("/bin")))
                .isEqualTo("/bin\n");
    }

    @Test
    void theImageNamesTheUser() throws Exception {
        image("one", defaults -> defaults.withUser("app").withCommand(List.of("sh", "-c", "id -u; id -g")));
        image("two", defaults -> defaults.withUser("55:66").withCommand(List.of("sh", "-c", "id -u; id -g")));
        image("three", defaults -> defaults.withUser("nobody-knows").withCommand(List.of("id")));

        assertThat(output(Container.builder().root(root("one")))).isEqualTo("33\n44\n");
        assertThat(output(Container.builder().root(root("two")))).isEqualTo("55\n66\n");
        assertThat(output(Container.builder().root(root("two")).user(User.of(7, 8))))
                .isEqualTo("7\n8\n");
        Container container = Container.builder().root(root("three")).build();
        assertThatExceptionOfType(RefusedContentException.class)
                .isThrownBy(container::start)
                .withMessageEndingWith("User: the root has no user or group \"nobody-knows\"");
    }

    /** Beyond the 65536 ids of a container's own, which are all that its processes can have. */
    @Test
    @Tag("root")
    void filesOfHighIdsStayTheirsAndCanBeChanged() throws Exception {
        for (String name : List.of("changed", "removed")) {
            Path file = Files.writeString(layers.busybox().resolve(name), "");
            Files.setAttribute(file, "unix:uid", 70_000);
            Files.setAttribute(file, "unix:gid", 147_000_000);
        }
        Image first = image("ids:1", defaults -> defaults);
        Upper upper = Upper.snapshot("ids", storage);
        String script = "busybox stat -c '%u %g' /removed; rm /removed; echo more >> /changed";
        assertThat(output(Container.builder().root(root("ids:1").upper(upper)).command("sh", "-c", script)))
                .isEqualTo("70000 147000000\n");

        Path changes = upper.directory().orElseThrow().path().resolve("upper");
        store.commit(first, changes, NewImage.of().named(Reference.parse("ids:2")));
        String after = "busybox stat -c '%n %u %g' /changed; cat /changed; ! test -e /removed";
        assertThat(output(Container.builder().root(root("ids:2")).command("sh", "-c", after)))
                .isEqualTo("/changed 70000 147000000\nmore\n");
    }

    private static final String SETS = "grep -E '^(Cap|NoNewPrivs)' /proc/self/status | cut -f 2";

    /** CHOWN, DAC_OVERRIDE, FOWNER, FSETID, KILL, SETGID, SETUID, SETPCAP, NET_BIND_SERVICE, SYS_CHROOT and SETFCAP. */
    private static final String USUAL = "00000000800405fb";

    private static final String NONE = "0000000000000000";

    @Test
    void theRootOfAnImageHasTheCapabilitiesThatImagesCountOn() throws Exception {
        image("root", defaults -> defaults.withCommand(List.of("sh", "-c", SETS)));
        image("user", defaults -> defaults.withUser("app").withCommand(List.of("sh", "-c", SETS)));

        assertThat(output(Container.builder().root(root("root"))).lines())
                .as("inheritable, permitted, effective, attainable, ambient, no_new_privs")
                .containsExactly(NONE, USUAL, USUAL, USUAL, NONE, "1");
        assertThat(output(Container.builder().root(root("user"))).lines())
                .containsExactly(NONE, NONE, NONE, USUAL, NONE, "1");
        assertThat(output(Container.builder()
                                .root(root("user"))
                                .addCapabilities(Capability.NET_RAW)
                                .dropCapabilities(Capability.CHOWN))
                        .lines())
                .containsExactly(
                        "0000000000002000",
                        "0000000000002000",
                        "0000000000002000",
                        "00000000800425fa",
                        "0000000000002000",
                        "1");
    }

    @Test
    void whatTheRootOfAnImageHasCanBeTakenAway() throws Exception {
        image("root", defaults -> defaults.withCommand(List.of("sh", "-c", SETS)));

        assertThat(output(Container.builder().root(root("root")).capabilities()).lines())
                .containsExactly(NONE, NONE, NONE, NONE, NONE, "1");
        assertThat(output(Container.builder()
                                .root(root("root"))
                                .capabilities(Capability.CHOWN)
                                .addCapabilities(Capability.FOWNER))
                        .lines())
                .containsOnly("0000000000000009", "1");
        assertThat(output(Container.builder().root(root("root")).noNewPrivileges(false))
                        .lines())
                .containsExactly(NONE, USUAL, USUAL, USUAL, NONE, "0");
    }

    /** In the host's user namespace, or where root inside is the host's root, they would be real ones. */
    @Test
    @Tag("root")
    void nobodyGetsTheHostsCapabilitiesByAnImage() throws Exception {
        image("root", defaults -> defaults.withCommand(List.of("sh", "-c", SETS)));
        IdMap same = IdMap.range(0, 0, 65_536);

        assertThat(output(Container.builder().root(root("root")).share(NamespaceType.USER))
                        .lines())
                .containsExactly(NONE, NONE, NONE, NONE, NONE, "1");
        assertThat(output(Container.builder().root(root("root")).idMaps(same, same))
                        .lines())
                .containsExactly(NONE, NONE, NONE, NONE, NONE, "1");
    }

    @Test
    void theImagesVariablesAreCompleted() throws Exception {
        image("root", defaults -> defaults.withCommand(List.of("sh", "-c", "echo $HOME $HOSTNAME; cd; pwd")));
        image(
                "own",
                defaults -> defaults.withUser("app")
                        .withEnvironment("HOSTNAME", "said")
                        .withCommand(List.of("sh", "-c", "echo $HOME $HOSTNAME")));

        assertThat(output(Container.builder().root(root("root")))).isEqualTo("/ carrel\n/\n");
        assertThat(output(Container.builder().root(root("root")).hostname("box").userNamed("app")))
                .isEqualTo("/srv box\n/srv\n");
        assertThat(output(Container.builder().root(root("root")).user(User.of(5, 6))))
                .isEqualTo("/ carrel\n/\n");
        assertThat(output(Container.builder().root(root("own")))).isEqualTo("/srv said\n");
        assertThat(output(Container.builder().root(root("own")).environment("HOME", "/bin")))
                .isEqualTo("/bin said\n");
    }

    @ParameterizedTest
    @CsvSource({
        "app,        33, 44",
        "33,         33, 44",
        "77,         77, 0",
        "app:media,  33, 55",
        "root:44,    0,  44",
        "root,       0,  0",
        "12:13,      12, 13",
        "app:,       33, 44",
        "77:,        77, 0",
        ":media,     0,  55",
        ":5,         0,  5",
        "12,         12, 0",
        "12:14,      12, 14"
    })
    void aUserIsNamedAsToDocker(String text, String uid, String gid) throws Exception {
        Files.writeString(layers.busybox().resolve("etc/passwd"), "12:x:0:0::/:/bin/sh\n", StandardOpenOption.APPEND);
        layers.layer("busybox", "etc/group", "14:x:0:\nmedia:x:55:one,app\n");
        image("app", defaults -> defaults.withCommand(List.of("sh", "-c", "id -u; id -g")));

        assertThat(output(Container.builder().root(root("app")).userNamed(text)).lines())
                .containsExactly(uid, gid);
    }

    /** As images of Nix have them, and roots without a directory of their own for configuration. */
    @ParameterizedTest
    @CsvSource({
        "etc/passwd, /nix/store/etc/passwd",
        "etc/passwd, ../../../nix/../nix/store/./etc/passwd",
        "etc/passwd, ../hop",
        "etc, nix/store/etc",
        "etc, /nix/store/etc/"
    })
    void usersAreFoundByLinksInsideOfTheRoot(String link, String target) throws Exception {
        layers.layer("busybox", "nix/store/etc/passwd", "far:x:21:22::/far:/bin/sh\n");
        Files.createSymbolicLink(layers.busybox().resolve("hop"), Path.of("/nix/store/etc/passwd"));
        Files.delete(layers.busybox().resolve("etc/passwd"));
        Files.deleteIfExists(layers.busybox().resolve(link));
        Files.createSymbolicLink(layers.busybox().resolve(link), Path.of(target));
        image("far", defaults -> defaults.withUser("far").withCommand(List.of("sh", "-c", "id -u; id -g; echo $HOME")));

        assertThat(output(Container.builder().root(root("far")))).isEqualTo("21\n22\n/far\n");
        assertThat(output(Container.builder().root(root("far")).userNamed("21")))
                .isEqualTo("21\n22\n/far\n");
    }

    /** Users of the host would be found by a link that is followed as the host sees it. */
    @ParameterizedTest
    @ValueSource(strings = {"/../../../../../../outside", "passwd", "nowhere", "/", "/proc/1/root/etc/passwd"})
    void noLinkLeadsOutOfTheRoot(String target) throws Exception {
        Files.writeString(directory.resolve("outside"), "spy:x:21:22::/:/bin/sh\n");
        Path passwd = layers.busybox().resolve("etc/passwd");
        Files.delete(passwd);
        Files.createSymbolicLink(passwd, Path.of(target.replace("outside", "." + directory + "/outside")));
        image("spy", defaults -> defaults.withCommand(List.of("sh", "-c", "id -u; id -g")));

        Container named = Container.builder().root(root("spy")).userNamed("spy").build();
        assertThatIllegalArgumentException()
                .isThrownBy(named::start)
                .withMessage("the root has no user or group \"spy\"");
        assertThat(output(Container.builder().root(root("spy")).userNamed("21")))
                .isEqualTo("21\n0\n");
    }

    @Test
    @NeedsKernel(KernelFeature.NOTHING)
    void aNameThatNobodyKnowsIsRefused() {
        image("app", defaults -> defaults.withCommand(List.of("true")));
        for (String name : List.of("stranger", "app:strangers", "12345678901", "0x10", "-1", "4294967295")) {
            Container container =
                    Container.builder().root(root("app")).userNamed(name).build();
            assertThatIllegalArgumentException().as(name).isThrownBy(container::start);
        }
        Container grouped =
                Container.builder().root(root("app")).addGroups("strangers").build();
        assertThatIllegalArgumentException().isThrownBy(grouped::start).withMessageContaining("\"strangers\"");
    }

    /** An ordinary user's test has one id inside; SubordinateIdsTest has more. */
    @Test
    @Tag("root")
    void theUserIsInAllItsGroups() throws Exception {
        layers.layer("busybox", "etc/group", "app:x:44:\nmedia:x:55:one,app\nother:x:66:one\ntape:x:77: app\n");
        image(
                "app",
                defaults ->
                        defaults.withUser("app").withCommand(List.of("sh", "-c", "grep ^Groups: /proc/self/status")));

        assertThat(output(Container.builder().root(root("app"))).strip()).isEqualTo("Groups:\t44 55 77");
        assertThat(output(Container.builder().root(root("app")).addGroups("other", "88"))
                        .strip())
                .isEqualTo("Groups:\t44 55 66 77 88");
        assertThat(output(Container.builder().root(root("app")).userNamed("app:other"))
                        .strip())
                .isEqualTo("Groups:\t66");
        assertThat(output(Container.builder().root(root("app")).user(User.of(33, 44)))
                        .strip())
                .isEqualTo("Groups:");
        assertThat(output(Container.builder().root(root("app")).user(User.ROOT.withGroups(5, 4)))
                        .strip())
                .isEqualTo("Groups:\t4 5");
    }

    @Test
    void theWorkingDirectoryIsMadeWhereNoLayerHasIt() throws Exception {
        image(
                "made",
                defaults -> defaults.withWorkingDirectory("/work/below")
                        .withCommand(List.of("sh", "-c", "pwd; stat -c '%u:%g %a' . ..")));

        String made = "/work/below\n0:0 755\n0:0 755\n";
        assertThat(output(Container.builder().root(root("made")))).isEqualTo(made);
        assertThat(output(Container.builder().root(root("made").readOnly()))).isEqualTo(made);
        assertThat(output(Container.builder().root(root("made")).workingDirectory("/srv/more")))
                .isEqualTo("/srv/more\n0:0 755\n0:0 755\n");
        assertThat(output(Container.builder().root(root("made")).tmpfs("/work").workingDirectory("/work/a/b")))
                .startsWith("/work/a/b\n");
    }

    @Test
    void theImagesWorkingDirectoryIsTakenAsDockerTakesIt() throws Exception {
        Files.createSymbolicLink(layers.busybox().resolve("dangling"), Path.of("/../no/where"));
        Files.createSymbolicLink(layers.busybox().resolve("srv/up"), Path.of("../dangling/below"));
        String[][] all = {
            {"/work/../x/./y//", "/x/y"},
            {"/../..", "/"},
            {"/dangling", "/no/where"},
            {"/srv/up/new", "/no/where/below/new"},
        };
        for (String[] each : all) {
            image(
                    "app",
                    defaults -> defaults.withWorkingDirectory(each[0])
                            .withCommand(List.of("sh", "-c", "pwd -P; stat -c '%u:%g %a' .")));
            String made = each[1] + "\n0:0 755\n";
            assertThat(output(Container.builder().root(root("app")))).isEqualTo(made);
            assertThat(output(Container.builder().root(root("app").readOnly()))).isEqualTo(made);
        }
        assertThat(Path.of("/no")).doesNotExist();

        image("app", defaults -> defaults.withWorkingDirectory("below\n").withCommand(List.of("true")));
        Container relative = Container.builder().root(root("app")).build();
        assertThatThrownBy(relative::start)
                .isInstanceOf(RefusedContentException.class)
                .hasMessageEndingWith("WorkingDir: \"below\\n\" is no absolute path");
    }

    @Test
    void oneEmptyWordIsNoEntrypoint() throws Exception {
        image(
                "none",
                defaults ->
                        defaults.withEntrypoint(List.of("")).withCommand(List.of("sh", "-c", "echo $0 $@", "a", "b")));

        assertThat(output(Container.builder().root(root("none")))).isEqualTo("a b\n");
        assertThat(output(Container.builder().root(root("none")).command("readlink", "/proc/self/cwd")))
                .isEqualTo("/\n");
    }

    /** Nothing but what is mounted is in it, and it is one like all others. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anImageMayHaveNoLayersOrAnEmptyOne(boolean hasLayer) throws Exception {
        Path layout = EmptyImage.layout(directory.resolve("layout"), hasLayer);
        Image image = store.load(layout).get(0);
        Upper upper = Upper.snapshot("changes", storage);
        HostPath busybox = HostPath.of(layers.busybox().resolve("bin/busybox"));
        for (String script : List.of("echo first > /file", "/busybox cat /file")) {
            assertThat(output(Container.builder()
                            .root(root("empty:1").upper(upper))
                            .bind(busybox, "/busybox", Access.READ_ONLY)
                            .command("/busybox", "sh", "-c", script)))
                    .isEqualTo(script.startsWith("echo") ? "" : "first\n");
        }
        Path layer = image.layers().get(0);
        store.prune(false);
        assertThat(layer).isEmptyDirectory();
        Path changes = upper.directory().orElseThrow().path().resolve("upper");
        Image committed = store.commit(image, changes, NewImage.of().named(Reference.parse("more")));
        assertThat(committed.layers())
                .last()
                .satisfies(top -> assertThat(top.resolve("file")).hasContent("first"));
    }

    @Test
    void aWorkingDirectoryThatCannotBeMadeIsRefusedWithTheReason() throws Exception {
        Files.createSymbolicLink(layers.busybox().resolve("dangling"), Path.of("mounted/nowhere"));
        image("app", defaults -> defaults.withCommand(List.of("true")));

        assertThat(refusal(
                        Container.builder().root(root("app")).tmpfs("/mounted").workingDirectory("/dangling")))
                .contains("chdir(\"/dangling\")", "ENOENT", "a link that leads nowhere");
        assertThat(refusal(Container.builder().root(root("app")).workingDirectory("/srv/file")))
                .contains("chdir(\"/srv/file\")", "ENOTDIR");
        assertThat(refusal(Container.builder().root(root("app")).workingDirectory("/srv/file/below")))
                .contains("make the working directory /srv/file/below", "ENOTDIR");
        Path closed = Files.createDirectories(directory.resolve("closed"));
        assertThat(refusal(Container.builder()
                        .root(root("app"))
                        .bind(HostPath.of(closed), "/closed", Access.READ_ONLY)
                        .workingDirectory("/closed/new")))
                .contains("make the working directory /closed/new", "EROFS", "read-only");
        assertThat(closed).isEmptyDirectory();
    }

    private static String refusal(ContainerBuilder builder) {
        SetupException failure =
                catchThrowableOfType(SetupException.class, () -> builder.build().start());
        assertThat(failure).isNotNull();
        return String.valueOf(failure.getMessage());
    }

    @Test
    @NeedsKernel(KernelFeature.NOTHING)
    void anImageWithoutACommandNeedsOne() {
        image("bare", defaults -> defaults);
        Container container = Container.builder().root(root("bare")).build();
        assertThatIllegalArgumentException()
                .isThrownBy(container::start)
                .withMessageContaining("bare:latest names no command");
        assertThatIllegalStateException().isThrownBy(Container.builder()::build);
    }

    @Test
    @NeedsKernel(KernelFeature.NOTHING)
    void anUnknownImageIsNamed() {
        Container container =
                Container.builder().root(root("nothing")).command("true").build();
        assertThatExceptionOfType(NotFoundException.class)
                .isThrownBy(container::start)
                .withMessageContaining("nothing");
    }

    @Test
    void aRunningContainerKeepsItsImage() throws Exception {
        image("app", defaults -> defaults.withCommand(List.of("sh", "-c", "read line; cat /srv/file")));
        try (ContainerProcess process =
                Container.builder().root(root("app")).build().start()) {
            store.remove("app", true);
            store.prune(true);
            process.getOutputStream().write('\n');
            process.getOutputStream().close();
            assertThat(process.getInputStream().readAllBytes()).asString().isEqualTo("content");
        }
    }

    @Test
    void whatAContainerChangedBecomesAnImage() throws Exception {
        Image base = image(
                "app", defaults -> defaults.withCommand(List.of("sh", "-c", "echo new > /srv/new; rm /srv/file")));
        Path kept = directory.resolve("kept");
        output(Container.builder().root(root("app").upper(Upper.kept(kept))));
        assertThat(Files.readString(kept.resolve("image")).strip())
                .isEqualTo(base.digest().toString());

        Image changed = store.commit(
                base,
                kept.resolve("upper"),
                NewImage.of().named(Reference.parse("changed")).message("why"));

        assertThat(changed.history())
                .last()
                .satisfies(step -> assertThat(step.comment()).isEqualTo("why"));
        assertThat(output(Container.builder().root(root("changed")).command("ls", "/srv")))
                .isEqualTo("new\n");
        assertThat(output(Container.builder().root(root("app")).command("ls", "/srv")))
                .isEqualTo("file\n");
        Container other = Container.builder()
                .root(root("changed").upper(Upper.kept(kept)))
                .command("true")
                .build();
        assertThatIllegalStateException().isThrownBy(other::start).withMessageContaining("are those of the image");
    }
}

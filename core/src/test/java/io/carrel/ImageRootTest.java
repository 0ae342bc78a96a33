package io.carrel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.carrel.fs.ImageRoot;
import io.carrel.fs.RootFs;
import io.carrel.fs.Storage;
import io.carrel.fs.Upper;
import io.carrel.fs.images.Image;
import io.carrel.fs.images.ImageDefaults;
import io.carrel.fs.images.ImageStore;
import io.carrel.fs.images.NewImage;
import io.carrel.fs.images.Reference;
import io.carrel.testing.KernelFeature;
import io.carrel.testing.Layers;
import io.carrel.testing.NeedsKernel;
import io.carrel.testing.NeedsProgram;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
        assertThatIllegalArgumentException()
                .isThrownBy(container::start)
                .withMessage("the image has no user or group \"nobody-knows\"");
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
        assertThatIllegalArgumentException().isThrownBy(container::start).withMessageContaining("nothing");
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

package io.carrel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.carrel.fs.Overlay;
import io.carrel.fs.OverlayFallback;
import io.carrel.fs.RootFs;
import io.carrel.fs.Storage;
import io.carrel.fs.Upper;
import io.carrel.images.ImageStore;
import io.carrel.images.NewImage;
import io.carrel.images.Reference;
import io.carrel.linux.ContainerException;
import io.carrel.linux.UnsupportedFeatureException;
import io.carrel.linux.launch.StreamEnds;
import io.carrel.outcome.HostStage;
import io.carrel.testing.ChildJvm;
import io.carrel.testing.Footprint;
import io.carrel.testing.KernelFeature;
import io.carrel.testing.Layers;
import io.carrel.testing.NeedsKernel;
import io.carrel.testing.NeedsProgram;
import io.carrel.testing.Outside;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The host's steps for a root of layers fail for real: the failure names its stage, and nothing is left of them. */
@Tag("kernel")
@NeedsProgram("busybox")
@NeedsKernel(KernelFeature.LAYERS)
@Timeout(120)
class FailingFileStepsTest {

    private final String seconds = Outside.unmistakableSeconds();

    @TempDir
    private Path directory;

    private Layers layers = new Layers(Path.of("/"));
    private Storage storage;

    @BeforeEach
    void makeLayers() throws Exception {
        layers = Layers.in(directory);
        storage = new Storage(directory.resolve("storage"));
    }

    private static List<Path> files(Path directory) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            return all.sorted().toList();
        }
    }

    private Throwable assertFailsAt(HostStage stage, Class<? extends Throwable> type, ThrowingCallable start)
            throws Exception {
        Footprint before = Footprint.now();
        List<Path> files = files(directory);
        Throwable failure = catchThrowable(start);
        assertThat(failure).isInstanceOf(type);
        assertThat(HostStage.ofFailure(failure)).as(failure.toString()).contains(stage);
        before.assertNothingAdded();
        assertThat(files(directory)).isEqualTo(files);
        assertThat(Outside.processesCalledWith(seconds)).isEmpty();
        return failure;
    }

    private Container ofImage() {
        return Container.builder()
                .root(RootFs.image("app").in(storage).upper(Upper.disk(storage)))
                .command("sleep", seconds)
                .build();
    }

    private void importImage() {
        ImageStore.open(storage).importRoot(layers.busybox(), NewImage.of().named(Reference.parse("app")));
    }

    /** Removes what was unpacked of the image, and damages the archives of its layers. */
    private void damageImage() throws Exception {
        Path images = storage.directory().resolve("images");
        for (Path owners : list(images.resolve("layers"))) {
            for (Path layer : list(owners)) {
                Outside.run("rm", "-r", layer.toString());
            }
        }
        for (Path blob : list(images.resolve("blobs/sha256"))) {
            byte[] content = Files.readAllBytes(blob);
            if (content[0] != '{') {
                content[content.length / 2] ^= 1;
                Files.delete(blob);
                Files.write(blob, content);
            }
        }
    }

    private static List<Path> list(Path directory) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.toList();
        }
    }

    @Test
    @NeedsKernel(KernelFeature.NOTHING)
    void aDamagedLayerCannotBeUnpackedForThePlan() throws Exception {
        importImage();
        damageImage();
        Throwable failure = assertFailsAt(
                HostStage.FIND_IMAGE, ContainerException.class, () -> ofImage().plan());
        assertThat(failure).hasMessageContaining("sha256:");
    }

    @Test
    void aDamagedLayerCannotBeUnpackedForTheStart() throws Exception {
        importImage();
        Plan plan = ofImage().plan();
        plan.start().close(); // now everything is there that stays
        damageImage();
        assertFailsAt(HostStage.UNPACK_IMAGE, ContainerException.class, plan::start);
        assertFailsAt(HostStage.UNPACK_IMAGE, ContainerException.class, () -> plan.run(StreamEnds.NONE));
    }

    /** On the file system of the changes, where the trial needs a directory. */
    @Test
    @NeedsKernel(KernelFeature.NOTHING)
    void layersCannotBeTriedWithoutADirectory() throws Exception {
        Files.createDirectories(storage.directory());
        Files.writeString(storage.uppers(), "not a directory");
        Container container = Layers.on(RootFs.overlay(layers.busybox())
                        .upper(Upper.disk(storage))
                        .orElse(OverlayFallback.copy(storage)))
                .command("sleep", seconds)
                .build();
        Throwable failure = assertFailsAt(HostStage.TRY_LAYERS, ContainerException.class, container::plan);
        assertThat(failure).hasMessageContaining(storage.uppers().toString());
    }

    /** Makes a container whose layers the kernel does not stack, and prints how its start fails and what is left. */
    static final class OnOverlay {
        public static void main(String[] arguments) throws Exception {
            String seconds = Outside.unmistakableSeconds();
            Path place = Path.of(arguments[0]);
            Storage storage = new Storage(place);
            Overlay root = RootFs.overlay(Path.of(arguments[1]), Path.of(arguments[2]));
            OverlayFallback fallback =
                    arguments[3].equals("fuse") ? OverlayFallback.fuse() : OverlayFallback.copy(storage);
            for (Upper upper : List.of(Upper.disk(storage), Upper.kept(place.resolve("kept")))) {
                Container container = Layers.on(root.upper(upper).orElse(fallback))
                        .command("sleep", seconds)
                        .build();
                fails(container); // now everything is there that stays
                Footprint before = Footprint.now();
                List<Path> files = files(place);
                System.out.println(fails(container));
                before.assertNothingAdded();
                System.out.println(files(place).equals(files)
                        && Outside.processesCalledWith(seconds).isEmpty());
                System.out.println(files.stream().anyMatch(file -> file.endsWith("busybox")));
            }
        }

        private static String fails(Container container) {
            try {
                container.start().close();
                return "started";
            } catch (ContainerException e) {
                return HostStage.ofFailure(e).orElseThrow() + " " + e.getClass().getSimpleName() + ": "
                        + e.getMessage();
            }
        }
    }

    /**
     * The place is an overlay itself, after this command of a shell's; where the kernel stacks no layers for this user,
     * any place will do.
     */
    private List<String> onOverlay(String first, String fallback) throws Exception {
        Path place = directory.resolve("overlay");
        for (String part : List.of("overlay", "low", "up", "work")) {
            Files.createDirectories(directory.resolve(part));
        }
        Path large = layers.layer("large", "srv/large", "x".repeat(6 << 20));
        String mount = KernelFeature.LAYERS.isPresent()
                ? "mount -t overlay overlay %1$s -o lowerdir=%2$s/low,upperdir=%2$s/up,workdir=%2$s/work,userxattr"
                        .formatted(place, directory)
                : "true";
        return ChildJvm.by(
                        "unshare",
                        Outside.isRoot() ? "-m" : "-Urm",
                        "sh",
                        "-c",
                        mount + " && " + first + " && exec \"$@\"",
                        "sh")
                .run(OnOverlay.class, place.toString(), layers.busybox().toString(), large.toString(), fallback)
                .success()
                .lines()
                .toList();
    }

    /** Files may have 4 MiB, in units of 512 bytes: the copy breaks off when a part of it is there. */
    @Test
    @NeedsKernel(KernelFeature.BINDS)
    void layersCannotBeCopiedWhole() throws Exception {
        List<String> lines = onOverlay("ulimit -f 8192", "copy");
        assertThat(lines).hasSize(6);
        for (int i = 0; i < lines.size(); i += 3) {
            assertThat(lines.get(i)).startsWith("COPY_LAYERS ").contains("EFBIG");
            assertThat(lines.get(i + 1)).as("nothing was added").isEqualTo("true");
            assertThat(lines.get(i + 2)).as("a part of the copy is there").isEqualTo("false");
        }
    }

    /** Another device lies where fuse-overlayfs needs its own. */
    @Test
    @NeedsProgram("fuse-overlayfs")
    @NeedsKernel(KernelFeature.NOTHING)
    void layersCannotBeStackedByFuse() throws Exception {
        List<String> lines = onOverlay("mount --bind /dev/null /dev/fuse", "fuse");
        assertThat(lines).hasSize(6);
        for (int i = 0; i < lines.size(); i += 3) {
            assertThat(lines.get(i)).startsWith("TRY_LAYERS " + UnsupportedFeatureException.class.getSimpleName());
            assertThat(lines.get(i + 1)).as("nothing was added").isEqualTo("true");
        }
    }
}

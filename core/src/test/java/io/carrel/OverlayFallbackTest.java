package io.carrel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.carrel.fs.Overlay;
import io.carrel.fs.OverlayFallback;
import io.carrel.fs.RootFs;
import io.carrel.fs.Storage;
import io.carrel.fs.Upper;
import io.carrel.fs.copy.UpperChanges;
import io.carrel.images.Image;
import io.carrel.images.ImageStore;
import io.carrel.images.NewImage;
import io.carrel.images.Reference;
import io.carrel.images.SaveFormat;
import io.carrel.linux.Capability;
import io.carrel.linux.SetupException;
import io.carrel.linux.UnsupportedFeatureException;
import io.carrel.testing.ChildJvm;
import io.carrel.testing.Inside;
import io.carrel.testing.KernelFeature;
import io.carrel.testing.Layers;
import io.carrel.testing.NeedsKernel;
import io.carrel.testing.NeedsProgram;
import io.carrel.testing.Outside;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Layers that the kernel does not stack, as the place for changes is an overlay itself: what a JVM finds that runs in
 * another engine's container. The JVM has a mount namespace of its own, so that nothing is mounted on the host.
 */
@Tag("kernel")
@Tag("long") // ci/copies-in-guest has the kernel for which this matters
@NeedsProgram({"busybox", "unshare", "setfattr"})
class OverlayFallbackTest {

    /** The step at which the kernel refuses a device that is another. */
    private static final String SERVED = "mount the layers by fuse-overlayfs";

    @TempDir
    private Path temporary;

    private Layers layers = new Layers(Path.of("/"));

    @BeforeEach
    void makeLayers() throws IOException {
        layers = Layers.in(temporary);
    }

    /** The place that it is about, on an overlay. */
    private Path place() {
        return temporary.resolve("overlay");
    }

    private ChildJvm onOverlay() throws IOException {
        return onOverlay(Outside.isRoot() ? "-m" : "-Urm", "true");
    }

    /** After this command of a shell's. */
    private ChildJvm onOverlay(String namespaces, String first) throws IOException {
        for (String part : List.of("overlay", "low", "up", "work")) {
            Files.createDirectories(temporary.resolve(part));
        }
        String options = "lowerdir=%1$s/low,upperdir=%1$s/up,workdir=%1$s/work,userxattr".formatted(temporary);
        String script = "mount -t overlay overlay %s -o %s && %s && exec \"$@\"".formatted(place(), options, first);
        return ChildJvm.by("unshare", namespaces, "sh", "-c", script, "sh");
    }

    private static List<String> names(Path directory) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
        }
    }

    /** The layers are the arguments after the first, which is the place for changes. */
    private static Overlay overlay(String[] arguments) {
        List<Path> lower = Stream.of(arguments).skip(1).map(Path::of).toList();
        return RootFs.overlay(lower);
    }

    private static Storage storage(String[] arguments) {
        return new Storage(Path.of(arguments[0]));
    }

    /** Prints why a start fails. */
    static final class Refused {
        public static void main(String[] arguments) throws Exception {
            try {
                Layers.on(overlay(arguments).upper(Upper.disk(storage(arguments))))
                        .command("true")
                        .build()
                        .run();
            } catch (SetupException e) {
                System.out.println(e.getMessage());
            }
        }
    }

    @Test
    void withoutBeingAskedForThereIsNone() throws Exception {
        String output = onOverlay()
                .run(Refused.class, place().toString(), layers.busybox().toString())
                .success();
        assertThat(output).contains("EINVAL").contains(Outside.isRoot() ? "map the owners" : "mount the layers");
    }

    /** Prints what is said of a start, and what is left after it. */
    static final class Reported {
        public static void main(String[] arguments) throws Exception {
            Storage storage = storage(arguments);
            Overlay root = overlay(arguments).upper(Upper.disk(storage)).orElse(OverlayFallback.copy(storage));
            Container container = Layers.on(root).command("cat").build();
            container.explain().lines().limit(8).forEach(System.out::println);
            try (ContainerProcess process = container.start()) {
                Enforcement inForce = process.enforcement();
                System.out.println(inForce.rootFileSystem());
                inForce.fallbacks().forEach(System.out::println);
                System.out.println(inForce.mounts().contains("/"));
            }
            System.out.println(names(storage.uppers().resolve("running")));
        }
    }

    @Test
    void planAndRunningContainerSayThatLayersAreCopiedAndTheCopyGoes() throws Exception {
        List<String> lines = onOverlay()
                .run(Reported.class, place().toString(), layers.busybox().toString())
                .success()
                .lines()
                .toList();
        assertThat(lines.get(0)).isEqualTo("host, when the plan is made:");
        assertThat(lines.get(1)).startsWith("  start the container without its command");
        assertThat(lines.get(2)).isEqualTo("host, before all:");
        assertThat(lines.subList(3, 6)).allMatch(line -> line.startsWith("  make a pipe for standard "));
        assertThat(lines.get(6)).startsWith("  make the directory " + place());
        assertThat(lines.get(7))
                .startsWith("  copy the layers to " + place())
                .contains("the kernel does not stack them", "EINVAL");
        assertThat(lines.get(8)).isEqualTo("overlay"); // that on which the copy lies
        assertThat(lines.get(9)).startsWith("the root is a copy of its layers").contains("EINVAL");
        assertThat(lines.subList(10, lines.size())).containsExactly("true", "[]");
    }

    /** Loads an image into a storage on the overlay, and prints what a container of it has where a layer deletes. */
    static final class Loaded {
        public static void main(String[] arguments) throws Exception {
            Storage storage = storage(arguments);
            ImageStore.open(storage).load(Path.of(arguments[1]));
            RootFs root = RootFs.image("deletes")
                    .in(storage)
                    .upper(Upper.disk(storage))
                    .orElse(OverlayFallback.copy(storage));
            System.out.println(Container.builder()
                    .root(root)
                    .command("ls", "/srv")
                    .build()
                    .run()
                    .stdout());
        }
    }

    /** Overlayfs lets nobody make the devices that stand for deletions. */
    @Test
    @NeedsKernel(KernelFeature.LAYERS)
    void anImageWithADeletionIsLoadedAndRun() throws Exception {
        layers.layer("busybox", "srv/gone", "", "srv/stays", "");
        Storage storage = new Storage(temporary.resolve("storage"));
        ImageStore store = ImageStore.open(storage);
        Image base = store.importRoot(layers.busybox(), NewImage.of().named(Reference.parse("base")));
        Path kept = temporary.resolve("kept");
        Container.builder()
                .root(RootFs.image("base").in(storage).upper(Upper.kept(kept)))
                .command("rm", "/srv/gone")
                .build()
                .run();
        Image image = store.commit(base, kept.resolve("upper"), NewImage.of().named(Reference.parse("deletes")));
        Path archive = temporary.resolve("deletes.tar");
        store.save(List.of(image), SaveFormat.DOCKER, archive, done -> {});

        String output = onOverlay()
                .run(Loaded.class, place().resolve("storage").toString(), archive.toString())
                .success();

        assertThat(output).isEqualTo("stays");
    }

    /** Prints all files with owners, permissions, contents and attributes, once stacked and once copied. */
    static final class Both {
        static final String SCRIPT =
                "cd /srv; /bin/busybox find . -type d -exec stat -c '%n %a %u:%g %Y' {} ';' | sort;"
                        + " /bin/busybox find . ! -type d -exec stat -c '%n %F %a %u:%g %s %h %Y' {} ';' | sort;"
                        + " readlink link; cat both/f two secret/x";

        public static void main(String[] arguments) throws Exception {
            Overlay root = overlay(arguments);
            System.out.println(Inside.run(Layers.on(root).capabilities(Capability.DAC_OVERRIDE), SCRIPT));
            System.out.println("--");
            Storage storage = storage(arguments);
            Overlay copied = root.upper(Upper.disk(storage)).orElse(OverlayFallback.copy(storage));
            System.out.println(Inside.run(Layers.on(copied).capabilities(Capability.DAC_OVERRIDE), SCRIPT));
        }
    }

    /** The same stacked by the kernel, and by fuse-overlayfs. */
    static final class KernelAndFuse {
        public static void main(String[] arguments) throws Exception {
            Overlay root = overlay(arguments);
            Storage storage = storage(arguments);
            Overlay served = root.upper(Upper.disk(storage)).orElse(OverlayFallback.fuse());
            System.out.println(Inside.run(Layers.on(root).capabilities(Capability.DAC_OVERRIDE), Both.SCRIPT));
            System.out.println("--");
            System.out.println(Inside.run(Layers.on(served).capabilities(Capability.DAC_OVERRIDE), Both.SCRIPT));
            System.out.println("--");
            System.out.println(names(storage.uppers().resolve("running")));
            Layers.on(served).command("true").build().explain().lines().limit(2).forEach(System.out::println);
        }
    }

    /**
     * As an ordinary user, which root is in a user namespace with nothing but its own id; it may open the device
     * everywhere.
     */
    @Test
    @Tag("root")
    @NeedsProgram("fuse-overlayfs")
    void whatFuseStacksIsWhatTheKernelWould() throws Exception {
        List<String> arguments = new ArrayList<>(List.of(place().toString()));
        arguments.addAll(layersWithEverything());
        String[] parts = onOverlay("-Urm", "true")
                .run(KernelAndFuse.class, arguments.toArray(String[]::new))
                .success()
                .split("--\n", -1);
        assertThat(parts[0]).contains("./both/f", "./secret/x", "./sub/again", "./pipe", "./opaque/seen", "./sparse");
        assertThat(parts[1].strip().lines().toList())
                .isEqualTo(parts[0].strip().lines().toList());
        assertThat(parts[2].lines()).hasSize(3).first().isEqualTo("[]");
        assertThat(parts[2]).contains("stack the layers by", "the kernel does not stack them", "EINVAL");
    }

    /** Starts a container by fuse-overlayfs, else on a copy, where neither device nor program need be there. */
    static final class FuseOrCopy {
        public static void main(String[] arguments) throws Exception {
            Storage storage = storage(arguments);
            Overlay root = overlay(arguments).upper(Upper.disk(storage));
            for (OverlayFallback fallback : List.of(OverlayFallback.fuseOrCopy(storage), OverlayFallback.fuse())) {
                try (ContainerProcess process =
                        Layers.on(root.orElse(fallback)).command("cat").build().start()) {
                    process.enforcement().fallbacks().forEach(System.out::println);
                } catch (UnsupportedFeatureException e) {
                    System.out.println(e.getMessage());
                }
            }
        }
    }

    /** Another device lies there. */
    @Test
    @NeedsProgram("fuse-overlayfs")
    void withoutTheDeviceThereIsACopyOrAnError() throws Exception {
        ChildJvm jvm = onOverlay("-Urm", "mount --bind /dev/null /dev/fuse");
        List<String> lines = jvm.run(
                        FuseOrCopy.class, place().toString(), layers.busybox().toString())
                .success()
                .lines()
                .toList();
        assertThat(lines).hasSize(2);
        assertThat(lines.get(0)).startsWith("the root is a copy").contains("EINVAL", "nor does fuse-overlayfs", SERVED);
        assertThat(lines.get(1)).startsWith("This host has no fuse-overlayfs").contains("EINVAL", SERVED);
    }

    private List<String> layersWithEverything() throws Exception {
        Path low = layers.layer(
                "low",
                "srv/both/f",
                "low",
                "srv/gone",
                "",
                "srv/opaque/hidden",
                "",
                "srv/secret/x",
                "s",
                "srv/was/d",
                "");
        Path high = layers.layer("high", "srv/both/f", "high", "srv/two", "2", "srv/opaque/seen", "", "srv/was.d", "");
        Outside.run("unshare", "-Ur", "mknod", high.resolve("srv/gone").toString(), "c", "0", "0");
        Outside.run("rm", "-r", high.resolve("srv/was.d").toString());
        Files.writeString(high.resolve("srv/was"), "a file in place of a directory");
        String opaque = high.resolve("srv/opaque").toString();
        Outside.run("setfattr", "-n", "user.overlay.opaque", "-v", "y", opaque);
        Files.createSymbolicLink(high.resolve("srv/link"), Path.of("nowhere/../two"));
        Files.createLink(Files.createDirectories(high.resolve("srv/sub")).resolve("again"), high.resolve("srv/two"));
        Outside.run("mkfifo", "-m", "640", high.resolve("srv/pipe").toString());
        Outside.run("truncate", "-s", "10M", high.resolve("srv/sparse").toString());
        Outside.run("touch", "-d", "2001-02-03", high.resolve("srv/both").toString());
        Outside.run("chmod", "0", low.resolve("srv/secret/x").toString());
        Outside.run("chmod", "0", low.resolve("srv/secret").toString());
        Outside.run("chmod", "6755", high.resolve("srv/two").toString());
        if (Outside.isRoot()) {
            Outside.run("chown", "33:44", high.resolve("srv/both/f").toString());
        }
        return List.of(layers.busybox().toString(), low.toString(), high.toString());
    }

    @Test
    void aCopyIsWhatTheStackWouldBe() throws Exception {
        List<String> arguments = new ArrayList<>(List.of(place().toString()));
        arguments.addAll(layersWithEverything());
        // The first start's changes are in memory, so layers of an ordinary user can be stacked there.
        String[] both = onOverlay()
                .run(Both.class, arguments.toArray(String[]::new))
                .success()
                .split("--\n", -1);
        assertThat(both[0]).contains("./both/f", "./secret/x", "./sub/again", "./pipe", "./opaque/seen", "./sparse");
        assertThat(both[0]).doesNotContain("hidden", "gone");
        assertThat(both[1].strip().lines().toList())
                .isEqualTo(both[0].strip().lines().toList());
    }

    /** Changes files in two starts, on a kept upper. */
    static final class Kept {
        public static void main(String[] arguments) throws Exception {
            Overlay root = overlay(arguments)
                    .upper(Upper.kept(Path.of(arguments[0], "kept")))
                    .orElse(OverlayFallback.copy(storage(arguments)));
            System.out.println(Inside.run(Layers.on(root), "echo mine > /f; rm /etc/g; ls /etc"));
            System.out.println(Inside.run(Layers.on(root), "cat /f; ls /etc"));
            try {
                Layers.on(overlay(arguments).upper(root.upper()))
                        .command("true")
                        .build()
                        .start();
            } catch (IllegalStateException e) {
                System.out.println(e.getMessage());
            }
        }
    }

    @Test
    void aKeptCopyKeepsItsChanges() throws Exception {
        Path layer = layers.layer("a", "etc/g", "");
        String output = onOverlay()
                .run(Kept.class, place().toString(), layers.busybox().toString(), layer.toString())
                .success();
        assertThat(output.lines().limit(5)).containsExactly("hostname", "hosts", "mine", "hostname", "hosts");
        assertThat(output.lines().skip(5).toList().toString()).contains("orElse(OverlayFallback.copy())");
        assertThat(layer.resolve("etc/g")).exists();
        assertThat(temporary.resolve("up/kept/tree/f")).hasContent("mine\n");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> UpperChanges.of(temporary.resolve("up/kept/upper"), List.of()))
                .withMessageContaining("in a copy of the layers")
                .withMessageContaining("carrel import " + temporary.resolve("up/kept/tree"));
    }

    /** Starts a container on a copy, and is killed. */
    static final class Killed {
        public static void main(String[] arguments) throws Exception {
            Storage storage = storage(arguments);
            Overlay root = overlay(arguments).upper(Upper.disk(storage)).orElse(OverlayFallback.copy(storage));
            if (Files.exists(storage.uppers().resolve("running"))) {
                Layers.on(root).command("true").build().run();
                return;
            }
            Layers.on(root).command("sleep", "1000").build().start();
            Runtime.getRuntime().halt(9);
        }
    }

    @Test
    void theCopyOfAKilledJvmIsRemovedByTheNextStart() throws Exception {
        String[] arguments = {place().toString(), layers.busybox().toString()};
        onOverlay().run(Killed.class, arguments);
        Path running = temporary.resolve("up/uppers/running");
        assertThat(names(running)).hasSize(2);
        onOverlay().run(Killed.class, arguments).success();
        assertThat(names(running)).isEmpty();
    }

    @Test
    void whereLayersAreStackedNothingElseIsUsed() throws Exception {
        Overlay root = RootFs.overlay(layers.busybox()).orElse(OverlayFallback.copy(new Storage(temporary)));
        try (ContainerProcess process = Layers.on(root).command("cat").build().start()) {
            assertThat(process.enforcement().rootFileSystem()).isEqualTo("overlay");
            assertThat(process.enforcement().fallbacks()).isEmpty();
        }
        assertThat(temporary.resolve("uppers")).doesNotExist();
    }
}

package io.carrel;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carrel.fs.Access;
import io.carrel.fs.HostPath;
import io.carrel.fs.Overlay;
import io.carrel.fs.OverlayFallback;
import io.carrel.fs.RootFs;
import io.carrel.fs.Upper;
import io.carrel.fs.copy.UpperChanges;
import io.carrel.linux.Capability;
import io.carrel.linux.Signal;
import io.carrel.linux.UnsupportedFeatureException;
import io.carrel.namespaces.NamespaceType;
import io.carrel.testing.ChildJvm;
import io.carrel.testing.Eventually;
import io.carrel.testing.Footprint;
import io.carrel.testing.Inside;
import io.carrel.testing.KernelFeature;
import io.carrel.testing.Layers;
import io.carrel.testing.NeedsKernel;
import io.carrel.testing.NeedsProgram;
import io.carrel.testing.Outside;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Layers that fuse-overlayfs stacks, for a JVM that runs as root. The changes are in a directory where it has made some
 * already, so it goes on with them on every host.
 */
@Tag("kernel")
@Tag("root")
@NeedsProgram({"busybox", "fuse-overlayfs"})
class FuseOverlayTest {

    private static final Duration A_WHILE = Duration.ofSeconds(5);

    @TempDir
    private Path temporary;

    private Layers layers = new Layers(Path.of("/"));

    @BeforeEach
    void makeLayers() throws IOException {
        layers = Layers.in(temporary);
    }

    private Path kept() {
        return temporary.resolve("kept");
    }

    /** The layer with busybox, and others above it, with changes that it has made. */
    private Overlay served(Path... others) throws IOException {
        return served(
                kept(),
                Stream.concat(Stream.of(layers.busybox()), Stream.of(others)).toList());
    }

    private static Overlay served(Path kept, List<Path> lower) throws IOException {
        Path note = Files.createDirectories(kept).resolve("fuse-overlayfs");
        if (!Files.exists(note)) {
            Files.createFile(note);
        }
        return RootFs.overlay(lower).upper(Upper.kept(kept)).orElse(OverlayFallback.fuse());
    }

    /**
     * The processes of fuse-overlayfs that serve this test's layers, known by its directory, whose name is like no
     * other.
     */
    private static List<Long> servers(Path directory) {
        String inside = "/" + directory.getFileName() + "/"; // A mount shows only the path on its own file system.
        return Outside.processesCalledWith("fuse-overlayfs").stream()
                .filter(pid -> mountsOf(pid).stream().anyMatch(line -> line.contains(inside)))
                .toList();
    }

    private static List<String> mountsOf(long pid) {
        try {
            return Files.readAllLines(Path.of("/proc", Long.toString(pid), "mountinfo"));
        } catch (IOException gone) {
            return List.of();
        }
    }

    @Test
    @NeedsKernel(KernelFeature.BINDS)
    void planAndRunningContainerSayWhoStacksTheLayersAndNothingIsLeft() throws Exception {
        Container container = Layers.on(served()).command("cat").build();
        assertThat(container.explain().lines().limit(2).toList().toString())
                .contains(
                        "stack the layers by /", "fuse-overlayfs  # the kernel does not stack them: what was changed");
        Footprint before = Footprint.now();
        try (ContainerProcess process = container.start()) {
            Enforcement inForce = process.enforcement();
            assertThat(inForce.rootFileSystem()).isEqualTo("fuse.fuse-overlayfs");
            assertThat(inForce.fallbacks())
                    .singleElement()
                    .asString()
                    .startsWith("the root's layers are stacked by fuse-overlayfs");
            assertThat(servers(temporary)).hasSize(1);
        }
        Eventually.holds(
                "it ends with the container", A_WHILE, () -> servers(temporary).isEmpty());
        before.assertNothingAdded();
    }

    @Test
    @NeedsKernel(KernelFeature.BINDS)
    void filesHaveTheirOwnersAndChangesAreKept() throws Exception {
        Path layer = layers.layer("a", "etc/g", "", "srv/was/low", "", "srv/mine", "x");
        Outside.run("chown", "33:44", layer.resolve("srv/mine").toString());
        Overlay root = served(layer);
        String changes =
                "stat -c %u:%g /srv/mine; echo new > /f; rm /etc/g; rm -r /srv/was; mkdir /srv/was; ls /srv/was";
        assertThat(Inside.lines(Layers.on(root), changes)).containsExactly("33:44");
        assertThat(Inside.lines(Layers.on(root), "cat /f; ls /etc /srv/was; stat -c %u /f"))
                .contains("new", "0")
                .doesNotContain("g", "low");
        assertThat(layer.resolve("srv/was/low")).exists();
        assertThat(Files.getAttribute(kept().resolve("upper/f"), "unix:uid")).isEqualTo(0);
    }

    @Test
    @NeedsKernel(KernelFeature.BINDS)
    void aReadOnlyRootIsReadOnly() throws Exception {
        ContainerResult result = Inside.attempt(Layers.on(served().readOnly()), "echo > /f");
        assertThat(result.exitStatus().success()).isFalse();
        assertThat(result.stderr()).contains("Read-only file system");
    }

    @Test
    @NeedsKernel(KernelFeature.BINDS)
    void itsChangesAreNoOverlays() throws Exception {
        Overlay root = served();
        for (OverlayFallback other : List.of(OverlayFallback.none(), OverlayFallback.copy())) {
            Container container = Layers.on(root.orElse(other)).command("true").build();
            assertThatThrownBy(container::start)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("orElse(OverlayFallback.fuse())");
        }
    }

    @Test
    void itsChangesAreNeitherListedNorCommitted() throws Exception {
        served();
        Path upper = Files.createDirectory(kept().resolve("upper"));
        assertThatThrownBy(() -> UpperChanges.of(upper, List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("fuse-overlayfs");
    }

    @Test
    @NeedsKernel(KernelFeature.BINDS)
    void nobodyElseUsesItsFiles() throws Exception {
        try (ContainerProcess process =
                Layers.on(served()).command("cat").build().start()) {
            assertThatThrownBy(() -> process.files().readFile("/bin/busybox", 10))
                    .isInstanceOf(UnsupportedFeatureException.class)
                    .hasMessageContaining("fuse-overlayfs");
        }
    }

    /** Whatever the container may do: the process is not in its PID namespace, and nothing else leads to it. */
    @Test
    @NeedsKernel(KernelFeature.BINDS)
    void noCommandSeesTheProcessThatHoldsTheHostsDirectories() throws Exception {
        Files.writeString(temporary.resolve("secret"), "the host's");
        String script = "for p in /proc/[0-9]*; do cat $p/comm; done | sort -u;"
                + " cat /proc/[0-9]*/mountinfo | grep -c " + temporary + ";"
                + " ls /proc/[0-9]*/root" + temporary + " /proc/[0-9]*/fd/../cwd/root 2>&1 | grep -c secret;"
                + " kill -KILL -1 2> /dev/null; ls / > /dev/null && echo served";
        ContainerBuilder builder = Layers.on(served()).capabilities(Capability.values());
        List<String> lines = Inside.lines(builder, script);
        assertThat(lines).doesNotContain("fuse-overlayfs").contains("served");
        assertThat(lines.subList(lines.size() - 3, lines.size())).containsExactly("0", "0", "served");
    }

    /**
     * What it has open of the host's: the device, and its layers. Not the container's streams, nor the channel to the
     * JVM.
     */
    @Test
    @NeedsKernel(KernelFeature.BINDS)
    void theProcessHasNothingOfTheStart() throws Exception {
        try (ContainerProcess process =
                Layers.on(served()).command("cat").build().start()) {
            assertThat(process.isAlive()).isTrue();
            String server = Long.toString(servers(temporary).get(0));
            assertThat(Outside.status(server, "NoNewPrivs")).isEqualTo("1");
            assertThat(Outside.status(server, "Uid")).doesNotContain("\t0");
            for (String kind : List.of("user", "mnt")) {
                assertThat(Files.readSymbolicLink(Path.of("/proc", server, "ns", kind))
                                .toString())
                        .isNotEqualTo(Outside.ownNamespace(kind));
            }
            try (Stream<Path> entries = Files.list(Path.of("/proc", server, "fd"))) {
                List<String> open = entries.map(FuseOverlayTest::target).toList();
                assertThat(open)
                        .contains("/dev/fuse")
                        .noneMatch(target -> target.matches("(socket|net|user|mnt):.*"))
                        .doesNotContainAnyElementsOf(pipesOfThisJvm());
            }
        }
    }

    private static List<String> pipesOfThisJvm() throws IOException {
        try (Stream<Path> entries = Files.list(Path.of("/proc/self/fd"))) {
            List<String> pipes = entries.map(FuseOverlayTest::target)
                    .filter(target -> target.startsWith("pipe:"))
                    .toList();
            assertThat(pipes).isNotEmpty();
            return pipes;
        }
    }

    private static String target(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException gone) {
            return "";
        }
    }

    @Test
    @NeedsKernel(KernelFeature.BINDS)
    void whenItIsKilledTheContainerGetsErrorsAndNothingIsLeft() throws Exception {
        Footprint before = Footprint.now();
        try (ContainerProcess process = Layers.on(served())
                .command("sh", "-c", "while cat /bin/sh > /dev/null; do true; done; exit 3")
                .build()
                .start()) {
            ProcessHandle.of(servers(temporary).get(0)).orElseThrow().destroyForcibly();
            assertThat(process.waitFor()).isNotZero();
        }
        before.assertNothingAdded();
    }

    /** Starts a container and waits for its end. */
    static final class Starting {
        public static void main(String[] arguments) throws Exception {
            Overlay root = served(Path.of(arguments[0]), List.of(Path.of(arguments[1])));
            try (ContainerProcess process =
                    Layers.on(root).command("sleep", "1000").build().start()) {
                System.out.println(process.pid());
                process.waitFor();
            }
        }
    }

    @Test
    @NeedsKernel(KernelFeature.BINDS)
    void itEndsWithAKilledJvm() throws Exception {
        Layers.on(served()).command("true").build().plan(); // What this JVM cannot do the other cannot either.
        Process jvm = ChildJvm.by()
                .start(Starting.class, kept().toString(), layers.busybox().toString());
        try (BufferedReader output = jvm.inputReader(UTF_8)) {
            assertThat(output.readLine()).isNotNull();
            assertThat(servers(temporary)).hasSize(1);
            jvm.destroyForcibly().waitFor();
            Eventually.holds("it is gone", A_WHILE, () -> servers(temporary).isEmpty());
        }
    }

    @Test
    @NeedsKernel(KernelFeature.BINDS)
    void itEndsWithAKilledContainer() throws Exception {
        for (boolean init : List.of(true, false)) {
            Container container =
                    Layers.on(served()).init(init).command("sleep", "1000").build();
            try (ContainerProcess process = container.start()) {
                process.signal(Signal.KILL);
                assertThat(process.awaitExit().success()).isFalse();
                Eventually.holds("it is gone", A_WHILE, () -> servers(temporary).isEmpty());
            }
        }
    }

    @Test
    void containersThatCouldReachItAreRefused() throws Exception {
        Container inTheHosts =
                Layers.on(served()).share(NamespaceType.PID).command("true").build();
        assertThatThrownBy(inTheHosts::start)
                .isInstanceOf(UnsupportedFeatureException.class)
                .hasMessageContaining("namespace of its own");
        Container seesTheHosts = Layers.on(served())
                .bind(HostPath.of("/proc"), "/host", Access.READ_ONLY)
                .capabilities(EnumSet.of(Capability.SYS_PTRACE).toArray(new Capability[0]))
                .command("true")
                .build();
        assertThatThrownBy(seesTheHosts::start)
                .isInstanceOf(UnsupportedFeatureException.class)
                .hasMessageContaining("CAP_SYS_PTRACE");
    }
}

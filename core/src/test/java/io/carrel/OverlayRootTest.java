package io.carrel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carrel.fs.Access;
import io.carrel.fs.HostPath;
import io.carrel.fs.Overlay;
import io.carrel.fs.RootFs;
import io.carrel.fs.Storage;
import io.carrel.fs.Upper;
import io.carrel.linux.Capability;
import io.carrel.linux.HostFileException;
import io.carrel.linux.SetupException;
import io.carrel.namespaces.NamespaceType;
import io.carrel.testing.ChildJvm;
import io.carrel.testing.Eventually;
import io.carrel.testing.Inside;
import io.carrel.testing.KernelFeature;
import io.carrel.testing.Layers;
import io.carrel.testing.NeedsKernel;
import io.carrel.testing.NeedsProgram;
import io.carrel.testing.Outside;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Layers as the root, with each kind of upper. */
@Tag("kernel")
@NeedsProgram({"busybox", "unshare", "setfattr"})
@NeedsKernel(KernelFeature.LAYERS)
class OverlayRootTest {

    @TempDir
    private Path temporary;

    private Layers layers = new Layers(Path.of("/"));

    @BeforeEach
    void makeLayers() throws IOException {
        layers = Layers.in(temporary);
    }

    private Overlay overlay(Path... above) {
        List<Path> all = new ArrayList<>(List.of(layers.busybox()));
        Collections.addAll(all, above);
        return RootFs.overlay(all);
    }

    private static List<String> entries(Path directory) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void showsAllLayersAndTheHighestWins() throws Exception {
        Path low = layers.layer("low", "etc/both", "low", "etc/one", "one");
        Path high = layers.layer("high", "etc/both", "high", "srv/two", "two");
        assertThat(Inside.run(Layers.on(overlay(low, high)), "cat /etc/both /etc/one /srv/two"))
                .isEqualTo("highonetwo");
    }

    @Test
    void theCommandIsRootAndOwnsTheFiles() throws Exception {
        Path layer = layers.layer("a", "etc/f", "");
        assertThat(Inside.run(Layers.on(overlay(layer)), "id -u; stat -c '%u %g' /etc/f; touch /new; stat -c %u /new"))
                .isEqualTo("0\n0 0\n0");
    }

    @Test
    void isWritableAndItsLayersStayAsTheyAre() throws Exception {
        Path layer = layers.layer("a", "etc/f", "old", "etc/g", "gone");
        String script = "echo -n new > /etc/f; rm /etc/g; mkdir /made; echo x > /made/x; cat /etc/f; ls /etc";
        assertThat(Inside.run(Layers.on(overlay(layer)), script)).isEqualTo("newf\nhostname\nhosts");
        assertThat(layer.resolve("etc/f")).hasContent("old");
        assertThat(entries(layer)).containsExactly("etc");
        assertThat(entries(layers.busybox())).containsExactly("bin");
    }

    @Test
    void hasWhatDockerMounts() throws Exception {
        List<String> mounts = Inside.lines(Layers.on(overlay()), "cat /proc/self/mountinfo");
        assertThat(mounts.stream().map(OverlayRootTest::pointAndType).toList())
                .startsWith("/ overlay")
                .contains(
                        "/proc proc",
                        "/dev tmpfs",
                        "/dev/pts devpts",
                        "/dev/shm tmpfs",
                        "/dev/mqueue mqueue",
                        "/sys sysfs",
                        "/etc/hostname tmpfs",
                        "/etc/hosts tmpfs");
        assertThat(mounts).filteredOn(line -> line.contains(" /sys ")).allMatch(line -> line.contains(" ro,"));
        assertThat(Inside.run(
                        Layers.on(overlay()).hostname("me"),
                        "cat /etc/hostname; grep -c me /etc/hosts; ls /sys/class/net; stat -c %a /dev/shm"))
                .isEqualTo("me\n1\nlo\n1777");
    }

    private static String pointAndType(String line) {
        return line.replaceAll("^\\d+ \\d+ \\S+ \\S+ (\\S+) .* - (\\S+) .*$", "$1 $2");
    }

    @Test
    void theKernelsFilesAreHiddenUnlessOneWantsThem() throws Exception {
        String script = "head -c 1 /proc/keys; ls /proc/acpi /sys/firmware 2>/dev/null;"
                + " (echo 1 > /proc/sys/net/ipv4/ip_forward) 2>&1 | grep -o Read-only";
        assertThat(Inside.lines(Layers.on(overlay()), script))
                .contains("Read-only")
                .noneMatch(line -> line.matches("[0-9a-f]+"));
        assertThat(Inside.lines(Layers.on(overlay()).hideKernelFiles(false), "cat /proc/self/mountinfo"))
                .noneMatch(line -> line.contains(" /proc/sys "));
    }

    @Test
    void theHostsSysIsBoundWhereTheNetworkIsTheHosts() throws Exception {
        String mounts = Inside.run(
                Layers.on(overlay()).share(NamespaceType.NETWORK),
                "ls /sys/kernel >/dev/null && grep ' /sys ' /proc/self/mountinfo");
        assertThat(mounts).contains(" ro,");
    }

    /** A whiteout is a device 0:0, which a user namespace may make since Linux 5.8. */
    @Test
    void whiteoutsAndOpaqueDirectoriesHide() throws Exception {
        Path low = layers.layer("low", "etc/gone", "", "etc/kept", "", "d/lower", "");
        Path high = layers.layer("high", "d/upper", "");
        Files.createDirectories(high.resolve("etc"));
        Outside.run("unshare", "-Ur", "mknod", high.resolve("etc/gone").toString(), "c", "0", "0");
        Outside.run(
                "setfattr",
                "-n",
                "user.overlay.opaque",
                "-v",
                "y",
                high.resolve("d").toString());
        assertThat(Inside.run(Layers.on(overlay(low, high)), "ls /etc /d"))
                .isEqualTo("/d:\nupper\n\n/etc:\nhostname\nhosts\nkept");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 16, 100, 499})
    void anyNumberOfLayersStarts(int count) throws Exception {
        List<Path> all = new ArrayList<>(List.of(layers.busybox()));
        String longName = "n".repeat(200);
        for (int i = 1; i < count; i++) {
            all.add(layers.layer(longName + i, "etc/f" + i, "", "etc/last", Integer.toString(i)));
        }
        String expected = count == 1 ? "2" : Integer.toString(count - 1 + 3);
        assertThat(Inside.run(Layers.on(RootFs.overlay(all)), "set -- /etc/*; echo $#"))
                .isEqualTo(expected);
        if (count > 1) {
            assertThat(Inside.run(Layers.on(RootFs.overlay(all)), "cat /etc/last"))
                    .isEqualTo(Integer.toString(count - 1));
        }
    }

    @Test
    void oddPathsAreLayers() throws Exception {
        Path odd = layers.layer("a b,c:d\\e=ü\"", "etc/f", "odd");
        assertThat(Inside.run(Layers.on(overlay(odd)), "cat /etc/f")).isEqualTo("odd");
    }

    @Test
    @NeedsKernel(KernelFeature.NOTHING)
    void aMissingLayerIsNamed() {
        Path missing = temporary.resolve("missing");
        assertThatThrownBy(() ->
                        Layers.on(overlay(missing)).command("true").build().run())
                .isInstanceOf(HostFileException.class)
                .hasMessageContaining(missing.toString());
    }

    @Test
    void readOnlyNothingCanBeWrittenButMemory() throws Exception {
        ContainerResult result = Inside.attempt(
                Layers.on(overlay().readOnly()), "touch /x /bin/x /etc/hosts; touch /dev/shm/x && echo shm");
        assertThat(result.stderr().lines())
                .hasSize(3)
                .allSatisfy(line -> assertThat(line).contains("Read-only file system"));
        assertThat(result.stdout().strip()).isEqualTo("shm");
    }

    @Test
    void memoryHoldsItsSizeAndIsForgotten() throws Exception {
        Overlay small = overlay().upper(Upper.memory(1 << 20));
        String written = Inside.attempt(
                        Layers.on(small), "head -c 2000000 /dev/zero > /f || { stat -c %s /f; exit 1; }")
                .stdout()
                .strip();
        assertThat(Long.parseLong(written)).isBetween(1L << 19, 1L << 20);
        Container container = Layers.on(small)
                .command("sh", "-c", "ls /f 2>/dev/null; echo x > /f; cat /f")
                .build();
        assertThat(container.run().stdout().strip()).isEqualTo("x");
        assertThat(container.run().stdout().strip()).isEqualTo("x");
    }

    @Test
    void diskIsRemovedAfterTheEnd() throws Exception {
        Storage storage = new Storage(temporary.resolve("storage"));
        Overlay root = overlay().upper(Upper.disk(storage));
        Path running = storage.uppers().resolve("running");
        Container container = Layers.on(root)
                .command("sh", "-c", "echo hi > /f; mkdir -p /d/e; echo ready; cat")
                .build();
        try (ContainerProcess one = container.start();
                ContainerProcess two = container.start()) {
            assertThat(one.getInputStream().read()).isEqualTo('r');
            assertThat(two.getInputStream().read()).isEqualTo('r');
            try (Stream<Path> all = Files.list(running)) {
                assertThat(all.filter(path -> Files.exists(path.resolve("upper/f"))))
                        .hasSize(2);
            }
        }
        assertThat(entries(running)).isEmpty();
        assertThat(container.plan().toString()).contains("volatile");
    }

    @Test
    void aTreeOfAnyDepthAndPermissionsIsRemoved() throws Exception {
        Storage storage = new Storage(temporary.resolve("storage"));
        String script = "i=0; while [ $i -lt 300 ]; do mkdir d && cd d || exit 1; i=$((i+1)); done; echo x > f;"
                + " mkdir -m 0 /closed; echo end";
        assertThat(Inside.run(Layers.on(overlay().upper(Upper.disk(storage))), script))
                .isEqualTo("end");
        assertThat(entries(storage.uppers().resolve("running"))).isEmpty();
    }

    /** Starts a container whose changes are on the disk, and waits to be killed. */
    static final class Killed {
        public static void main(String[] arguments) throws Exception {
            Overlay root = RootFs.overlay(Path.of(arguments[0])).upper(Upper.disk(new Storage(Path.of(arguments[1]))));
            Container.builder().root(root).command("sleep", "1000").build().start();
            System.out.println("started");
            Runtime.getRuntime().halt(9);
        }
    }

    @Test
    void whatAKilledJvmLeavesIsRemovedByTheNextStart() throws Exception {
        Storage storage = new Storage(temporary.resolve("storage"));
        Path running = storage.uppers().resolve("running");
        ChildJvm.Output killed = ChildJvm.by()
                .run(
                        Killed.class,
                        layers.busybox().toString(),
                        storage.directory().toString());
        assertThat(killed.stdout()).as(killed.stderr()).isEqualTo("started");
        assertThat(entries(running)).hasSize(2);
        Eventually.holds("the next start removes it", Duration.ofSeconds(5), () -> {
            try {
                Layers.on(overlay().upper(Upper.disk(storage)))
                        .command("true")
                        .build()
                        .run();
                return entries(running).isEmpty();
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
    }

    @Test
    void aKeptUpperKeepsAndHasTheHostUsersFiles() throws Exception {
        Path kept = temporary.resolve("kept");
        Path layer = layers.layer("a", "etc/g", "");
        Overlay root = overlay(layer).upper(Upper.kept(kept));
        Inside.run(Layers.on(root), "echo mine > /f; rm /etc/g");
        assertThat(Inside.run(Layers.on(root), "cat /f; ls /etc")).isEqualTo("mine\nhostname\nhosts");
        assertThat(kept.resolve("upper/f")).hasContent("mine\n");
        assertThat(Files.getAttribute(kept.resolve("upper/f"), "unix:uid")).isEqualTo((int) Outside.uid());
        assertThat(Outside.run(
                        "stat", "-c", "%F %t:%T", kept.resolve("upper/etc/g").toString()))
                .isEqualTo("character special file 0:0");
    }

    @Test
    @Tag("root")
    void idsOnTheDiskAreThoseInside() throws Exception {
        Path kept = temporary.resolve("kept");
        Path layer = layers.layer("a", "etc/theirs", "");
        Outside.run("chown", "33:44", layer.resolve("etc/theirs").toString());
        Overlay root = overlay(layer).upper(Upper.kept(kept));
        ContainerBuilder builder = Layers.on(root).capabilities(Capability.CHOWN);
        assertThat(Inside.run(builder, "stat -c '%u %g' /etc/theirs; echo x > /f; /bin/busybox chown 1000:1001 /f"))
                .isEqualTo("33 44");
        assertThat(Outside.run("stat", "-c", "%u %g", kept.resolve("upper/f").toString()))
                .isEqualTo("1000 1001");
        assertThat(Outside.run("stat", "-c", "%u %g", kept.resolve("upper").toString()))
                .isEqualTo("0 0");
    }

    @Test
    void aSnapshotIsKeptByItsName() throws Exception {
        Storage storage = new Storage(temporary.resolve("storage"));
        Inside.run(Layers.on(overlay().upper(Upper.snapshot("work", storage))), "echo mine > /f");
        assertThat(Inside.run(Layers.on(overlay().upper(Upper.snapshot("work", storage))), "cat /f"))
                .isEqualTo("mine");
        assertThat(Inside.run(Layers.on(overlay().upper(Upper.snapshot("other", storage))), "ls /"))
                .doesNotContain("f\n");
    }

    @Test
    void oneUpperIsForOneContainerAtATime() throws Exception {
        Overlay root = overlay().upper(Upper.kept(temporary.resolve("kept")));
        Container container = Layers.on(root).command("cat").build();
        try (ContainerProcess process = container.start()) {
            assertThat(process.isAlive()).isTrue();
            assertThatThrownBy(container::start)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("kept");
        }
        container.run();
    }

    /** CVE-2021-30465 and its like, in a layer. */
    @ParameterizedTest
    @ValueSource(strings = {"proc", "dev", "sys", "etc"})
    void aLinkInALayerLeadsNowhereOutside(String name) throws Exception {
        Path outside = Files.createDirectories(temporary.resolve("outside"));
        for (String target :
                List.of(outside.toString(), "../../../../../../../.." + outside, "/proc/1/root" + outside)) {
            Path evil = layers.layer("evil" + target.hashCode());
            Files.createSymbolicLink(evil.resolve(name), Path.of(target));
            try {
                Inside.attempt(Layers.on(overlay(evil)), "echo x > /%s/x".formatted(name));
            } catch (SetupException refused) {
                if (!refused.step().contains("/" + name)) {
                    throw refused;
                }
            }
            assertThat(entries(outside)).as("%s -> %s", name, target).isEmpty();
            Files.delete(evil.resolve(name));
        }
    }

    @Test
    void bindsGoBelowLayers() throws Exception {
        Path source = Files.createDirectories(temporary.resolve("source"));
        Files.writeString(source.resolve("f"), "bound");
        ContainerBuilder builder = Layers.on(overlay()).bind(HostPath.of(source), "/srv/deep/b", Access.READ_WRITE);
        assertThat(Inside.run(builder, "cat /srv/deep/b/f; echo w > /srv/deep/b/w"))
                .isEqualTo("bound");
        assertThat(source.resolve("w")).hasContent("w\n");
    }
}

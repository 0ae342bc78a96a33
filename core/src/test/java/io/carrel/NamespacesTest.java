package io.carrel;

import static org.assertj.core.api.Assertions.assertThat;

import io.carrel.fs.RootFs;
import io.carrel.namespaces.Namespace;
import io.carrel.namespaces.NamespaceType;
import io.carrel.namespaces.Namespaces;
import io.carrel.testing.Eventually;
import io.carrel.testing.Inside;
import io.carrel.testing.NeedsProgram;
import io.carrel.testing.Outside;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Namespaces that are made for a container, shared with the JVM, or joined. */
@Tag("kernel")
class NamespacesTest {

    private static List<NamespaceType> supported() {
        return Stream.of(NamespaceType.values())
                .filter(type -> type != NamespaceType.TIME)
                .toList();
    }

    private static String link(ContainerBuilder builder, NamespaceType type) throws InterruptedException {
        return Inside.run(builder, "readlink /proc/self/ns/" + type.label());
    }

    @ParameterizedTest
    @EnumSource(
            names = {"TIME", "USER"},
            mode = EnumSource.Mode.EXCLUDE)
    void aSharedNamespaceIsTheJvmsAndTheOthersAreNot(NamespaceType type) throws Exception {
        for (NamespaceType other : supported()) {
            String link = link(Container.builder().share(type), other);
            if (other == type) {
                assertThat(link).isEqualTo(Outside.ownNamespace(other.label()));
            } else {
                assertThat(link).isNotEqualTo(Outside.ownNamespace(other.label()));
            }
        }
    }

    @Test
    void anUnconfinedCommandIsWhereTheJvmIs() throws Exception {
        for (NamespaceType type : supported()) {
            assertThat(link(Container.unconfined(), type)).isEqualTo(Outside.ownNamespace(type.label()));
        }
        assertThat(Inside.run(Container.unconfined(), "cat /proc/sys/kernel/hostname"))
                .isEqualTo(
                        Files.readString(Path.of("/proc/sys/kernel/hostname")).strip());
        assertThat(Inside.run(
                        Container.unconfined(),
                        "kill -0 %d; echo seen"
                                .formatted(ProcessHandle.current().pid())))
                .isEqualTo("seen");
    }

    @ParameterizedTest
    @EnumSource(names = "TIME", mode = EnumSource.Mode.EXCLUDE)
    void anUnconfinedCommandCanGetSingleNamespaces(NamespaceType type) throws Exception {
        for (NamespaceType other : supported()) {
            String link =
                    link(Container.unconfined().isolate(NamespaceType.USER).isolate(type), other);
            if (other == type || other == NamespaceType.USER) {
                assertThat(link).isNotEqualTo(Outside.ownNamespace(other.label()));
            } else {
                assertThat(link).isEqualTo(Outside.ownNamespace(other.label()));
            }
        }
    }

    @Test
    void theHostsNetworkIsTheJvms() throws Exception {
        assertThat(link(Container.builder().network(Network.host()), NamespaceType.NETWORK))
                .isEqualTo(Outside.ownNamespace("net"));
        assertThat(link(
                        Container.unconfined().isolate(NamespaceType.USER).network(Network.none()),
                        NamespaceType.NETWORK))
                .isNotEqualTo(Outside.ownNamespace("net"));
    }

    @Test
    void withoutAPidNamespaceTheHostsProcessesAreSeen() throws Exception {
        long jvm = ProcessHandle.current().pid();
        assertThat(Inside.run(
                        Container.builder().share(NamespaceType.PID),
                        "test -d /proc/%d && grep -c . /proc/%1$d/stat".formatted(jvm)))
                .isEqualTo("1");
    }

    @Test
    void withoutAPidNamespaceTheSupervisorCannotBeLookedInto() throws Exception {
        // Linux 5.10 answers a readlink that it refuses by an empty name.
        String script = "for f in mem environ maps root/ fd cwd/ exe ns/net; do"
                + " (ls /proc/$PPID/$f/. || cat /proc/$PPID/$f || readlink /proc/$PPID/$f | grep .) >/dev/null 2>&1"
                + " && echo $f; done;"
                + " test -d /proc/$PPID && echo there";
        assertThat(Inside.run(Container.builder().share(NamespaceType.PID), script))
                .isEqualTo("there");
    }

    @Test
    void withoutAMountNamespaceTheHostsFilesAreSeen() throws Exception {
        assertThat(Inside.run(
                        Container.builder().share(NamespaceType.MOUNT),
                        "cut -d ' ' -f 5 /proc/self/mountinfo | sort | md5sum"))
                .isEqualTo(Outside.run("sh", "-c", "cut -d ' ' -f 5 /proc/self/mountinfo | sort | md5sum"));
    }

    /** Another container's first process may not be looked at, but its command may, by who started it. */
    private static Namespace ofCommand(ContainerProcess container, NamespaceType type) {
        return Namespace.of(Outside.children(container.pid()).get(0), type);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aContainerJoinsAnothersNamespaces(boolean alsoFiles) throws Exception {
        List<NamespaceType> types = new ArrayList<>(List.of(
                NamespaceType.USER,
                NamespaceType.UTS,
                NamespaceType.IPC,
                NamespaceType.NETWORK,
                NamespaceType.CGROUP,
                NamespaceType.PID));
        if (alsoFiles) {
            types.add(NamespaceType.MOUNT);
        }
        try (ContainerProcess first =
                Container.builder().hostname("first").command("cat").build().start()) {
            List<Namespace> namespaces =
                    types.stream().map(type -> ofCommand(first, type)).toList();
            ContainerBuilder joining = Container.builder();
            if (alsoFiles) {
                joining.root(RootFs.host());
            }
            namespaces.forEach(joining::join);
            StringBuilder script = new StringBuilder("cat /proc/sys/kernel/hostname; ");
            types.forEach(type -> script.append("readlink /proc/self/ns/%s; ".formatted(type.label())));
            List<String> lines = Inside.lines(joining.share(NamespaceType.TIME), script.toString());
            assertThat(lines.get(0)).isEqualTo("first");
            for (int i = 0; i < types.size(); i++) {
                assertThat(lines.get(i + 1))
                        .isEqualTo("%s:[%d]"
                                .formatted(
                                        types.get(i).label(), namespaces.get(i).inode()));
            }
            namespaces.forEach(Namespace::close);
        }
    }

    @Test
    void aContainerJoinsOnlyTheNetworkOfAnother() throws Exception {
        try (ContainerProcess first = Container.builder().command("cat").build().start();
                Namespace user = ofCommand(first, NamespaceType.USER);
                Namespace network = ofCommand(first, NamespaceType.NETWORK)) {
            ContainerBuilder joining = Container.builder().join(user).network(Network.join(network));
            assertThat(Inside.lines(joining, "readlink /proc/self/ns/net; readlink /proc/self/ns/pid; id -u"))
                    .satisfies(lines -> {
                        assertThat(lines.get(0)).isEqualTo("net:[%d]".formatted(network.inode()));
                        assertThat(lines.get(1)).isNotEqualTo(Outside.ownNamespace("pid"));
                    });
        }
    }

    @Test
    void withAnInitTheCommandIsTheSecondProcess() throws Exception {
        assertThat(Inside.run(Container.builder(), "echo $$")).isEqualTo("2");
        assertThat(Inside.run(Container.builder().init(false), "echo $$; tr '\\0' ' ' < /proc/1/cmdline | cut -c 1-5"))
                .isEqualTo("1\nsh -c");
    }

    /** Process 1 does not get a signal that it does not handle, from inside. */
    @Test
    void withoutAnInitSignalsThatAreNotHandledHaveNoEffect() throws Exception {
        assertThat(Inside.run(Container.builder().init(false), "kill -TERM $$; kill -KILL $$; echo alive"))
                .isEqualTo("alive");
    }

    @Test
    @NeedsProgram("lsns")
    void theNamespacesAreGoneWithTheContainer() throws Exception {
        List<String> inodes;
        try (ContainerProcess running =
                Container.builder().command("cat").build().start()) {
            long command = Outside.children(running.pid()).get(0);
            inodes = supported().stream()
                    .map(type -> Path.of("/proc/%d/ns/%s".formatted(command, type.label())))
                    .map(NamespacesTest::inode)
                    .toList();
            assertThat(Outside.run("lsns", "-rno", "NS").lines()).containsAll(inodes);
        }
        Eventually.holds(
                "they are gone, but for numbers that others got in the meantime",
                Duration.ofSeconds(5),
                () -> Namespaces.list().stream()
                        .noneMatch(namespace -> inodes.contains(Long.toString(namespace.inode()))));
    }

    private static String inode(Path link) {
        try {
            return Files.readSymbolicLink(link).toString().replaceAll("\\D", "");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

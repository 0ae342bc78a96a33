package io.carrel.namespaces;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import io.carrel.linux.Errno;
import io.carrel.linux.SyscallException;
import io.carrel.linux.binding.Kernel;
import io.carrel.linux.uapi.Syscall;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("root")
class NamespaceRootTest {

    private static String ownLink(NamespaceType type) throws IOException {
        return Files.readSymbolicLink(Path.of("/proc/thread-self/ns", type.label()))
                .toString();
    }

    @ParameterizedTest
    @EnumSource(names = {"MOUNT", "UTS", "IPC", "NETWORK", "CGROUP"})
    void createsOneAndRunsJavaInside(NamespaceType type) throws Exception {
        String outside = ownLink(type);
        try (Namespace created = Namespace.create(type)) {
            String inside = created.call(() -> ownLink(type));

            assertThat(inside).isEqualTo("%s:[%d]".formatted(type.label(), created.inode()));
            assertThat(inside).isNotEqualTo(outside);
            assertThat(ownLink(type)).isEqualTo(outside);
        }
    }

    @Test
    void startsProcessesInside() throws Exception {
        String outside = Shell.output("hostname");
        try (Namespace uts = Namespace.create(NamespaceType.UTS)) {
            uts.run(() -> Shell.output("hostname", "carrel-test-inside"));

            assertThat(uts.call(() -> Shell.output("hostname"))).isEqualTo("carrel-test-inside");
            assertThat(Shell.output("hostname")).isEqualTo(outside);
        }
    }

    @Test
    void opensSocketsThatStayInside() throws Exception {
        try (Namespace network = Namespace.create(NamespaceType.NETWORK);
                ServerSocket outside = new ServerSocket()) {
            outside.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            int port = outside.getLocalPort();
            try (ServerSocket inside = network.call(() -> new ServerSocket(port))) {
                assertThat(inside.getLocalPort()).isEqualTo(port);
                assertThat(network.call(() -> Shell.output("ss", "-Hltn"))).contains(":" + port);
            }
            assertThat(network.call(() -> Shell.output("ip", "-o", "link"))).hasLineCount(1);
        }
    }

    @Test
    void cutsThePropagationOfMounts(@TempDir Path directory) throws Exception {
        try (Namespace mounts = Namespace.create(NamespaceType.MOUNT)) {
            mounts.run(() -> {
                Shell.output("mount", "-t", "tmpfs", "carrel-test", directory.toString());
                Files.writeString(directory.resolve("inside"), "");
            });

            assertThat(mounts.call(() -> Files.exists(directory.resolve("inside"))))
                    .isTrue();
            assertThat(directory).isEmptyDirectory();
        }
    }

    @Test
    void throwsWhatTheCodeInsideThrows() {
        IOException failure = new IOException("inside");
        try (Namespace uts = Namespace.create(NamespaceType.UTS)) {
            assertThatThrownBy(() -> uts.run(() -> {
                        throw failure;
                    }))
                    .isSameAs(failure);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"UTS", "IPC", "NETWORK", "CGROUP"})
    void keepsANamespaceOnAFile(NamespaceType type, @TempDir Path directory) throws Exception {
        Path file = directory.resolve("a namespace");
        long inode;
        try (Namespace created = Namespace.create(type)) {
            inode = created.inode();
            created.persist(file);
        }
        try {
            try (Namespace again = Namespace.open(file)) {
                assertThat(again.inode()).isEqualTo(inode);
                assertThat(again.call(() -> ownLink(type))).contains(Long.toString(inode));
            }
            String entered = Shell.output(
                    "nsenter", "--%s=%s".formatted(type.label(), file), "readlink", "/proc/self/ns/" + type.label());
            assertThat(entered).isEqualTo("%s:[%d]".formatted(type.label(), inode));
        } finally {
            Namespaces.release(file);
        }
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void listsAPersistedNamespaceWithoutProcesses(@TempDir Path directory) {
        Path file = directory.resolve("net");
        try (Namespace created = Namespace.create(NamespaceType.NETWORK)) {
            created.persist(file);
            try {
                assertThat(Namespaces.list()).anySatisfy(info -> {
                    assertThat(info.inode()).isEqualTo(created.inode());
                    assertThat(info.files()).containsExactly(file);
                    assertThat(info.processCount()).isZero();
                    assertThat(info.owner()).isPresent();
                });
            } finally {
                Namespaces.release(file);
            }
        }
    }

    @Test
    void doesNotTouchAFileThatExists(@TempDir Path directory) throws Exception {
        Path file = Files.writeString(directory.resolve("file"), "content");
        try (Namespace created = Namespace.create(NamespaceType.UTS)) {
            assertThatThrownBy(() -> created.persist(file))
                    .isInstanceOfSatisfying(
                            SyscallException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EEXIST));
        }
        assertThat(file).hasContent("content");
    }

    /** The kernel refuses the circle: a mount namespace held by a mount inside itself would never end. */
    @Test
    void leavesNoFileBehindWhenTheMountFails(@TempDir Path directory) {
        Path file = directory.resolve("mnt");
        try (Namespace own = Namespace.current(NamespaceType.MOUNT)) {
            assertThatThrownBy(() -> own.persist(file))
                    .isInstanceOfSatisfying(
                            SyscallException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EINVAL))
                    .hasMessageContaining("an older mount namespace than this one");
        }
        assertThat(file).doesNotExist();
    }

    @Test
    void namesAFileToReleaseThatDoesNotExist() {
        assertThatThrownBy(() -> Namespaces.release("carrel-test-missing"))
                .isInstanceOf(SyscallException.class)
                .hasMessageContaining("/run/netns/carrel-test-missing");
    }

    @Test
    void releasesNothingButNamespaces(@TempDir Path directory) throws Exception {
        Path file = Files.writeString(directory.resolve("file"), "content");
        Path link = Files.createSymbolicLink(directory.resolve("link"), Path.of("/proc/self/ns/net"));

        for (Path path : List.of(file, link, Path.of("/proc"), Path.of("/proc/self/ns/net"))) {
            assertThatIllegalArgumentException().isThrownBy(() -> Namespaces.release(path));
        }
        assertThat(file).hasContent("content");
        assertThat(link).isSymbolicLink();
        assertThat(Path.of("/proc/self")).exists();
    }

    @Test
    void entersAForeignNetworkTogetherWithAContainersUser() throws Exception {
        try (Unshared process = Unshared.fully();
                Namespace network = Namespace.create(NamespaceType.NETWORK);
                NamespaceSet set = Namespaces.of(process.pid())) {
            assertThat(EntryOrder.of(set.with(network).namespaces()))
                    .extracting(Namespace::type)
                    .startsWith(NamespaceType.NETWORK, NamespaceType.USER);
            Process command = set.with(network).start(List.of("readlink", "/proc/self/ns/net", "/proc/self/ns/user"));

            assertThat(Shell.output(command).lines())
                    .containsExactly("net:[%d]".formatted(network.inode()), process.link(NamespaceType.USER));
            assertThat(command.waitFor()).isZero();
        }
    }

    @Test
    void leavesTheHostsGroupsBehind() throws Exception {
        try (Unshared process = Unshared.fully();
                NamespaceSet set = Namespaces.of(process.pid())) {
            String groups = NamespaceThread.call("carrel-test-groups", () -> {
                joinGroupFive();
                assertThat(Shell.output("id", "-G")).isEqualTo("0 5");
                return Shell.output(set.start(List.of("grep", "Groups:", "/proc/self/status")));
            });

            assertThat(groups).isEqualTo("Groups:");
        }
    }

    /** Of the calling thread only, as every bare system call that changes ids. */
    private static void joinGroupFive() {
        try (Memory groups = new Memory(Integer.BYTES)) {
            groups.setInt(0, 5);
            assertThat(Kernel.probe(Syscall.SETGROUPS, 1, Pointer.nativeValue(groups)))
                    .isZero();
        }
    }
}

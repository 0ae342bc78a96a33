package io.carrel.namespaces;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carrel.linux.Errno;
import io.carrel.linux.SyscallException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Names shared with {@code ip netns}, in a mount namespace with a /run of its own, so that the host's stays as it is.
 */
@Tag("root")
class NetworkNamesTest {

    private static final String NAME = "carrel-test-lab";

    private Namespace mounts;

    @BeforeEach
    void mountAnEmptyRun() throws Exception {
        mounts = Namespace.create(NamespaceType.MOUNT);
        mounts.run(() -> Shell.output("mount", "-t", "tmpfs", "carrel-test", "/run"));
    }

    @AfterEach
    void close() {
        mounts.close();
    }

    /** Of our own /run: the host may have mounts below the one that this covers. */
    private static List<String> mountsOf(Path path) throws Exception {
        return Shell.output("cat", "/proc/self/mountinfo")
                .lines()
                .filter(line -> line.contains(" " + path + " ") && line.contains(" tmpfs carrel-test "))
                .toList();
    }

    private static void persistNew(String name) {
        try (Namespace network = Namespace.create(NamespaceType.NETWORK)) {
            assertThat(network.persist(name)).isEqualTo(Path.of("/run/netns", name));
        }
    }

    @Test
    void givesANameThatIpNetnsKnows() throws Exception {
        mounts.run(() -> {
            assertThat(Shell.output("ip", "netns", "list")).isEmpty();

            persistNew(NAME);

            assertThat(Shell.output("ip", "netns", "list")).isEqualTo(NAME);
            try (Namespace named = Namespaces.named(NAME)) {
                assertThat(Shell.output("ip", "netns", "exec", NAME, "readlink", "/proc/self/ns/net"))
                        .isEqualTo("net:[%d]".formatted(named.inode()));
            }
            Namespaces.release(NAME);

            assertThat(Shell.output("ip", "netns", "list")).isEmpty();
            assertThat(Path.of("/run/netns")).isEmptyDirectory();
        });
    }

    @Test
    void opensAndReleasesWhatIpNetnsAdded() throws Exception {
        mounts.run(() -> {
            Shell.output("ip", "netns", "add", NAME);

            try (Namespace named = Namespaces.named(NAME)) {
                assertThat(named.type()).isEqualTo(NamespaceType.NETWORK);
                assertThat(named.call(() -> Shell.output("readlink", "/proc/self/ns/net")))
                        .isEqualTo("net:[%s]".formatted(Shell.output("stat", "-L", "-c", "%i", "/run/netns/" + NAME)));
            }
            Namespaces.release(NAME);

            assertThat(Shell.output("ip", "netns", "list")).isEmpty();
        });
    }

    @Test
    void leavesItsNamesToIpNetnsDelete() throws Exception {
        mounts.run(() -> {
            persistNew(NAME);

            Shell.output("ip", "netns", "delete", NAME);

            assertThat(Path.of("/run/netns")).isEmptyDirectory();
        });
    }

    @Test
    void makesTheDirectoryASharedMountOnce() throws Exception {
        mounts.run(() -> {
            persistNew(NAME);
            persistNew(NAME + 2);

            assertThat(mountsOf(NetworkNames.DIRECTORY))
                    .singleElement()
                    .asString()
                    .contains(" shared:");
            Namespaces.release(NAME);
            Namespaces.release(NAME + 2);
        });
    }

    @Test
    void leavesADirectoryAsItIsThatIsAMountAlready() throws Exception {
        mounts.run(() -> {
            Files.createDirectory(NetworkNames.DIRECTORY);
            Shell.output("mount", "--bind", "/run/netns", "/run/netns");
            List<String> before = mountsOf(NetworkNames.DIRECTORY);

            persistNew(NAME);

            assertThat(mountsOf(NetworkNames.DIRECTORY)).isEqualTo(before);
            Namespaces.release(NAME);
        });
    }

    @Test
    void doesNotTakeANameTwice() throws Exception {
        mounts.run(() -> {
            persistNew(NAME);
            assertThatThrownBy(() -> persistNew(NAME))
                    .isInstanceOfSatisfying(
                            SyscallException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EEXIST));

            assertThat(Shell.output("ip", "netns", "list")).isEqualTo(NAME);
            Namespaces.release(NAME);
        });
    }
}

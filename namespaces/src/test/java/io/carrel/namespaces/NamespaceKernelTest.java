package io.carrel.namespaces;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carrel.linux.Errno;
import io.carrel.linux.SyscallException;
import io.carrel.linux.UnsupportedFeatureException;
import io.carrel.linux.binding.ProcessStatus;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("kernel")
class NamespaceKernelTest {

    @ParameterizedTest
    @EnumSource
    void opensTheOwnNamespaces(NamespaceType type) throws Exception {
        try (Namespace namespace = Namespace.current(type)) {
            assertThat(namespace.type()).isEqualTo(type);
            assertThat(namespace.inode()).isEqualTo(inode("/proc/self/ns/" + type.label()));
            assertThat(namespace).hasToString("%s namespace %d".formatted(type.label(), namespace.inode()));
        }
    }

    private static long inode(String file) throws Exception {
        return Long.parseLong(Shell.output("stat", "-L", "-c", "%i", file));
    }

    @Test
    void tellsOneNamespaceFromAnother() throws Exception {
        try (Unshared other = Unshared.with(":", "-Urn");
                Namespace own = Namespace.current(NamespaceType.NETWORK);
                Namespace ownAgain = Namespace.of(ProcessHandle.current().pid(), NamespaceType.NETWORK);
                Namespace theirs = Namespace.of(other.pid(), NamespaceType.NETWORK)) {
            assertThat(own.isSameAs(ownAgain)).isTrue();
            assertThat(own.isSameAs(theirs)).isFalse();
        }
    }

    @Test
    void refusesAFileThatIsNoNamespace() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Namespace.open(Path.of("/proc/self/status")))
                .withMessage("/proc/self/status is no namespace");
    }

    @Test
    void namesAFileThatDoesNotExist() {
        assertThatThrownBy(() -> Namespace.open(Path.of("/carrel-test-missing")))
                .isInstanceOf(SyscallException.class)
                .hasMessageStartingWith("Cannot open the namespace /carrel-test-missing: openat(");
    }

    @Test
    void findsTheOwnerAndTheParent() throws Exception {
        try (Unshared process = Unshared.with(":", "-Urnpf");
                NamespaceSet set = Namespaces.of(process.pid());
                Namespace ownUser = Namespace.current(NamespaceType.USER);
                Namespace ownPid = Namespace.current(NamespaceType.PID);
                Namespace user = set.namespace(NamespaceType.USER).orElseThrow();
                Namespace owner = set.namespace(NamespaceType.NETWORK)
                        .orElseThrow()
                        .owner()
                        .orElseThrow();
                Namespace parentOfUser = user.parent().orElseThrow();
                Namespace parentOfPid =
                        set.namespace(NamespaceType.PID).orElseThrow().parent().orElseThrow()) {
            assertThat(owner.isSameAs(user)).isTrue();
            assertThat(parentOfUser.isSameAs(ownUser)).isTrue();
            assertThat(parentOfPid.isSameAs(ownPid)).isTrue();
            assertThat(user.ownerUid()).isEqualTo(ProcessStatus.current().effectiveUid());
            assertThat(Shell.output("id", "-u")).isEqualTo(Long.toString(user.ownerUid()));
        }
    }

    @Test
    void seesNothingAboveItsOwnUserNamespace() {
        try (Namespace own = Namespace.current(NamespaceType.USER)) {
            assertThat(own.parent()).isEmpty();
            assertThat(own.owner()).isEmpty();
        }
    }

    @Test
    void knowsWhatHasNoParentAndNoUser() {
        try (Namespace network = Namespace.current(NamespaceType.NETWORK)) {
            assertThatIllegalStateException().isThrownBy(network::parent);
            assertThatIllegalStateException().isThrownBy(network::ownerUid);
            assertThatIllegalStateException().isThrownBy(() -> currentUts().persist("lab"));
        }
    }

    private static Namespace currentUts() {
        return Namespace.current(NamespaceType.UTS);
    }

    @ParameterizedTest
    @EnumSource(names = {"USER", "PID", "TIME"})
    void saysThatAJvmCannotCreateOrEnterIt(NamespaceType type) {
        try (Namespace own = Namespace.current(type)) {
            assertThatThrownBy(() -> Namespace.create(type))
                    .isInstanceOf(UnsupportedFeatureException.class)
                    .hasMessageContaining("no way for a JVM to create a %s namespace itself", type.label());
            assertThatThrownBy(() -> own.call(() -> ""))
                    .isInstanceOf(UnsupportedFeatureException.class)
                    .hasMessageContaining("no way for a JVM to enter a %s namespace itself", type.label());
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"MOUNT", "UTS", "IPC", "NETWORK", "CGROUP"})
    @Tag("user") // root may create namespaces
    void tellsAnOrdinaryUserWhatCreatingTakes(NamespaceType type) {
        assertThatThrownBy(() -> Namespace.create(type))
                .isInstanceOfSatisfying(
                        SyscallException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EPERM))
                .hasMessageStartingWith(
                        "Cannot create a %s namespace (it takes CAP_SYS_ADMIN): unshare(CLONE_NEW", type.label());
    }

    @ParameterizedTest
    @EnumSource(names = {"MOUNT", "UTS", "IPC", "NETWORK", "CGROUP"})
    @Tag("user") // root may enter namespaces
    void tellsAnOrdinaryUserWhatEnteringTakes(NamespaceType type) throws Exception {
        try (Unshared process = Unshared.fully();
                Namespace theirs = Namespace.of(process.pid(), type)) {
            assertThatThrownBy(() -> theirs.call(() -> ""))
                    .isInstanceOf(SyscallException.class)
                    .hasMessageStartingWith("Cannot enter " + theirs + ": setns(")
                    .hasMessageContaining("CAP_SYS_ADMIN");
        }
    }

    @Test
    @Tag("user") // root may mount
    void leavesNoFileBehindWhenAnOrdinaryUserPersists(@TempDir Path directory) {
        Path file = directory.resolve("net");
        try (Namespace own = Namespace.current(NamespaceType.NETWORK)) {
            assertThatThrownBy(() -> own.persist(file))
                    .isInstanceOfSatisfying(
                            SyscallException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EPERM))
                    .hasMessageStartingWith("Cannot persist %s on %s (it takes CAP_SYS_ADMIN", own, file);
        }
        assertThat(file).doesNotExist();
    }

    @Test
    void opensAllNamespacesOfAProcess() throws Exception {
        try (Unshared process = Unshared.fully();
                NamespaceSet set = Namespaces.of(process.pid())) {
            assertThat(set.types()).containsExactlyInAnyOrder(NamespaceType.values());
            for (Namespace namespace : set.namespaces()) {
                assertThat(new NamespaceLink(namespace.type(), namespace.inode()).format())
                        .isEqualTo(process.link(namespace.type()));
            }
        }
    }

    @Test
    void closesAllNamespacesOfASet() {
        NamespaceSet set = Namespaces.current();
        assertThat(set.namespaces())
                .allMatch(namespace -> namespace.descriptor().isOpen());

        set.close();
        set.close();

        assertThat(set.namespaces())
                .hasSize(8)
                .noneMatch(namespace -> namespace.descriptor().isOpen());
    }

    @Test
    void namesAProcessThatDoesNotExist() {
        assertThatThrownBy(() -> Namespaces.of(Integer.MAX_VALUE))
                .isInstanceOfSatisfying(
                        SyscallException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENOENT))
                .hasMessageStartingWith("Cannot open the namespaces of process 2147483647: openat(");
    }
}

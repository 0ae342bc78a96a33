package io.carrel.linux;

import static org.assertj.core.api.Assertions.assertThat;

import io.carrel.linux.uapi.CloneFlags;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RemediesTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        clone | USER_NAMESPACE | EUSERS | User namespaces nest at most 32 deep, and this is the 33rd.
        clone3 | NAMESPACE | EINVAL | The kernel was built without one of these kinds of namespace.
        clone3 | NAMESPACE | EPERM | Without a user namespace of its own the container needs CAP_SYS_ADMIN; keep the user namespace on.
        clone3 | OTHER | EAGAIN | The limit on processes is reached: see ulimit -u and the cgroup's pids.max.
        unshare | NAMESPACE | EPERM | Without a user namespace of its own the container needs CAP_SYS_ADMIN; keep the user namespace on.
        unshare | NAMESPACE | EINVAL | The kernel was built without one of these kinds of namespace.
        mount | PROC | EPERM | The host's /proc is partly covered, as in most containers, so a user namespace may not mount its own. Run the outer container with an unmasked /proc (podman: --security-opt unmask=ALL; Kubernetes: procMount: Unmasked).
        write | ID_MAP | EPERM | Only ids that this process may use can be mapped: its own, or a range that newuidmap grants from /etc/subuid and /etc/subgid.
        openat | ID_MAP | EACCES | Only ids that this process may use can be mapped: its own, or a range that newuidmap grants from /etc/subuid and /etc/subgid.
        execve | OTHER | ENOENT | The command, or the interpreter or dynamic loader it names, does not exist inside the container.
        execve | OTHER | EACCES | The file is not executable for the container's user, or lies on a mount with noexec.
        execve | OTHER | ENOEXEC | The file is neither a program for this processor nor a script that starts with #!.
        chdir | OTHER | ENOENT | The directory does not exist inside the container, or its path has a link that leads nowhere.
        chdir | OTHER | ENOTDIR | This is no directory inside the container.
        chdir | OTHER | EACCES | The container's user may not enter the directory.
        mount_setattr | OWNER_TRANSLATION | EINVAL | The file system, or one that is mounted below it, does not support mounts with translated owners on this kernel. Bind a directory of another file system (ext4, xfs, btrfs; tmpfs from Linux 6.3) that has no mounts of other kinds, such as /proc, below it.
        mount_setattr | LAYER_OWNERS | EINVAL | The file system on which the layers and their changes lie does not support mounts with translated owners on this kernel, as another overlay does not. Put the storage (CARREL_HOME) on another file system: ext4, xfs, btrfs, or tmpfs from Linux 6.3; or have the layers copied, by orElse(OverlayFallback.copy()).
        prlimit64 | OTHER | EPERM | A hard limit can only be raised with CAP_SYS_RESOURCE; ask for at most what ulimit -H shows.
        capset | OTHER | EPERM | A capability that this process lacks itself cannot be given to the container.
        setresuid | OTHER | EINVAL | The user id is not mapped in the container; idMaps(...) and subordinateIds() may give it more.
        setresgid | OTHER | EINVAL | The group id is not mapped in the container; idMaps(...) and subordinateIds() may give it more.
        posix_spawn | LAUNCHER | EACCES | Executing memory files is forbidden (sysctl vm.memfd_noexec) or the temporary directory is mounted noexec; set java.io.tmpdir to a directory where programs may run.
        posix_spawn | LAUNCHER | EAGAIN | The limit on processes is reached: see ulimit -u and the cgroup's pids.max.
        dup3 | HIGH_DESCRIPTOR | EBADF | This process may have too few open files: raise the limit (ulimit -n) to 256 or more.
        setns | OTHER | EPERM | Joining this namespace needs CAP_SYS_ADMIN in the user namespace that owns it.
        """)
    void tellsWhatToDo(String call, Subject subject, String errno, String remedy) {
        assertThat(Remedies.find(subject, call, Errno.named(errno))).contains(remedy);
    }

    @Test
    void looksAtTheHostWhereAUserNamespaceIsForbidden() {
        assertThat(Remedies.find(Subject.USER_NAMESPACE, "clone3", Errno.EPERM))
                .hasValueSatisfying(remedy -> assertThat(remedy).containsIgnoringCase("user namespaces"));
    }

    @Test
    void looksAtTheHostsLimitsWhereThereIsNoSpaceForANamespace() {
        assertThat(Remedies.find(Subject.USER_NAMESPACE, "clone3", Errno.ENOSPC))
                .hasValueSatisfying(remedy -> assertThat(remedy).contains("namespaces", "user", "max_"));
    }

    @ParameterizedTest
    @CsvSource({
        "clone, OTHER, EPERM",
        "mount, OTHER, EPERM",
        "write, OTHER, EPERM",
        "openat, OTHER, EACCES",
        "mount_setattr, MOUNT_RESTRICTION, EINVAL",
        "execve, OTHER, ENOMEM",
        "frobnicate, OTHER, EPERM"
    })
    void saysNothingRatherThanGuess(String call, Subject subject, String errno) {
        assertThat(Remedies.find(subject, call, Errno.named(errno))).isEmpty();
    }

    /** Names that somebody chose say nothing of what the call was made for. */
    @Test
    void argumentsDecideNothing() {
        for (String path :
                List.of("/home/my_map/in", "/proc/sys/kernel", "carrel-empty-1", "CLONE_NEWUSER", "overlay")) {
            for (Errno errno : List.of(Errno.EACCES, Errno.EPERM)) {
                assertThat(new SyscallException("Cannot read standard input", "openat", "\"" + path + "\"", errno))
                        .hasMessageEndingWith("failed with %s.".formatted(errno.describe()));
            }
        }
    }

    @Test
    void namespacesAreKnownByTheirFlags() {
        assertThat(Subject.ofNamespaces(
                        CloneFlags.CLONE_NEWNS.or(CloneFlags.CLONE_NEWUSER).value()))
                .isEqualTo(Subject.USER_NAMESPACE);
        assertThat(Subject.ofNamespaces(CloneFlags.CLONE_NEWNS.value())).isEqualTo(Subject.NAMESPACE);
        assertThat(Subject.ofNamespaces(CloneFlags.CLONE_FS.value())).isEqualTo(Subject.OTHER);
    }
}

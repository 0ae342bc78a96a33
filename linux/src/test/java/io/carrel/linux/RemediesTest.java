package io.carrel.linux;

import static org.assertj.core.api.Assertions.assertThat;

import io.carrel.linux.uapi.CloneFlags;
import java.util.List;
import java.util.Optional;
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
        write | ID_MAP | EPERM | Only ids that this process may use can be mapped: its own, or a range that newuidmap grants from /etc/subuid and /etc/subgid.
        openat | ID_MAP | EACCES | Only ids that this process may use can be mapped: its own, or a range that newuidmap grants from /etc/subuid and /etc/subgid.
        execve | OTHER | ENOENT | The command, or the interpreter or dynamic loader it names, does not exist inside the container.
        execve | OTHER | EACCES | The file is not executable for the container's user, or lies on a mount with noexec.
        execve | OTHER | ENOEXEC | The file is neither a program for this processor nor a script that starts with #!.
        chdir | OTHER | ENOENT | The directory does not exist inside the container, or its path has a link that leads nowhere.
        chdir | OTHER | ENOTDIR | This is no directory inside the container.
        chdir | OTHER | EACCES | The container's user may not enter the directory.
        prlimit64 | OTHER | EPERM | A hard limit can only be raised with CAP_SYS_RESOURCE; ask for at most what ulimit -H shows.
        capset | OTHER | EPERM | A capability that this process lacks itself cannot be given to the container.
        posix_spawn | LAUNCHER | EACCES | Executing memory files is forbidden (sysctl vm.memfd_noexec) or the temporary directory is mounted noexec; set java.io.tmpdir to a directory where programs may run.
        posix_spawn | LAUNCHER | EAGAIN | The limit on processes is reached: see ulimit -u and the cgroup's pids.max.
        dup3 | HIGH_DESCRIPTOR | EBADF | This process may have too few open files: raise the limit (ulimit -n) to 256 or more.
        setns | OTHER | EPERM | Joining this namespace needs CAP_SYS_ADMIN in the user namespace that owns it.
        """)
    void tellsWhatToDo(String call, LinuxSubject subject, String errno, String remedy) {
        assertThat(remedy(subject, call, Errno.named(errno))).contains(remedy);
    }

    @Test
    void looksAtTheHostWhereAUserNamespaceIsForbidden() {
        assertThat(remedy(LinuxSubject.USER_NAMESPACE, "clone3", Errno.EPERM))
                .hasValueSatisfying(remedy -> assertThat(remedy).containsIgnoringCase("user namespaces"));
    }

    @Test
    void looksAtTheHostsLimitsWhereThereIsNoSpaceForANamespace() {
        assertThat(remedy(LinuxSubject.USER_NAMESPACE, "clone3", Errno.ENOSPC))
                .hasValueSatisfying(remedy -> assertThat(remedy).contains("namespaces", "user", "max_"));
    }

    @ParameterizedTest
    @CsvSource({
        "clone, OTHER, EPERM",
        "mount, OTHER, EPERM",
        "write, OTHER, EPERM",
        "openat, OTHER, EACCES",
        "mount_setattr, OTHER, EINVAL",
        "execve, OTHER, ENOMEM",
        "frobnicate, OTHER, EPERM"
    })
    void saysNothingRatherThanGuess(String call, LinuxSubject subject, String errno) {
        assertThat(remedy(subject, call, Errno.named(errno))).isEmpty();
    }

    @Test
    void whatTheCallWasMadeForComesBeforeTheCall() {
        assertThat(remedy(LinuxSubject.PROGRAM_ATTACHMENT, "bpf", Errno.EPERM))
                .hasValueSatisfying(remedy -> assertThat(remedy).startsWith("It needs CAP_NET_ADMIN."));
        assertThat(remedy(LinuxSubject.PROGRAM_ATTACHMENT, "bpf", Errno.ENOSYS))
                .contains("The kernel was built without CONFIG_BPF_SYSCALL, or a seccomp filter hides it.");
    }

    @Test
    void eachErrnoHasItsOwnAdvice() {
        Remedies remedies = Remedies.NONE
                .failing(Errno.EPERM, Errno.EACCES)
                .advise("Ask.")
                .failing(Errno.EINVAL)
                .advise("Wait for Linux %s or %s.", KernelFeature.USER_OVERLAY, KernelFeature.QUEUE_SYSCTLS);
        assertThat(remedies.find(Errno.EPERM)).contains("Ask.");
        assertThat(remedies.find(Errno.EACCES)).contains("Ask.");
        assertThat(remedies.find(Errno.EINVAL)).contains("Wait for Linux 5.11 or 6.9.");
        assertThat(remedies.find(Errno.ENOENT)).isEmpty();
        assertThat(Remedies.NONE.find(Errno.EPERM)).isEmpty();
    }

    private static Optional<String> remedy(Subject subject, String call, Errno errno) {
        return new SetupException("do it", call, "", errno, subject).remedy();
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
        assertThat(LinuxSubject.ofNamespaces(
                        CloneFlags.CLONE_NEWNS.or(CloneFlags.CLONE_NEWUSER).value()))
                .isEqualTo(LinuxSubject.USER_NAMESPACE);
        assertThat(LinuxSubject.ofNamespaces(CloneFlags.CLONE_NEWNS.value())).isEqualTo(LinuxSubject.NAMESPACE);
        assertThat(LinuxSubject.ofNamespaces(CloneFlags.CLONE_FS.value())).isEqualTo(LinuxSubject.OTHER);
    }
}

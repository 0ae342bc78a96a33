package io.carrel.linux;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RemediesTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            clone | CLONE_NEWUSER, NULL | EUSERS | User namespaces nest at most 32 deep, and this is the 33rd.
            clone | CLONE_NEWTIME, NULL | EINVAL | The kernel was built without one of these kinds of namespace.
            clone | CLONE_NEWPID, NULL | EPERM | Without a user namespace of its own the container needs CAP_SYS_ADMIN; keep the user namespace on.
            clone | SIGCHLD, NULL | EAGAIN | The limit on processes is reached: see ulimit -u and the cgroup's pids.max.
            unshare | CLONE_NEWNET | EPERM | Without a user namespace of its own the container needs CAP_SYS_ADMIN; keep the user namespace on.
            unshare | CLONE_NEWTIME | EINVAL | The kernel was built without one of these kinds of namespace.
            mount | "proc", "/proc", "proc", 0 | EPERM | The host's /proc is partly covered, as in most containers, so a user namespace may not mount its own. Run the outer container with an unmasked /proc (podman: --security-opt unmask=ALL; Kubernetes: procMount: Unmasked).
            write | uid_map, "0 1000 1" | EPERM | Only ids that this process may use can be mapped: its own, or a range that newuidmap grants from /etc/subuid and /etc/subgid.
            openat | AT_FDCWD, "/proc/7/uid_map", O_WRONLY | EACCES | Only ids that this process may use can be mapped: its own, or a range that newuidmap grants from /etc/subuid and /etc/subgid.
            execve | "/bin/tru" | ENOENT | The command, or the interpreter or dynamic loader it names, does not exist inside the container.
            execve | "/etc/passwd" | EACCES | The file is not executable for the container's user, or lies on a mount with noexec.
            execve | "/bin/text" | ENOEXEC | The file is neither a program for this processor nor a script that starts with #!.
            chdir | "/work" | ENOENT | The directory does not exist inside the container, or its path has a link that leads nowhere.
            chdir | "/etc/passwd" | ENOTDIR | This is no directory inside the container.
            chdir | "/root" | EACCES | The container's user may not enter the directory.
            mount_setattr | 5, MOUNT_ATTR_IDMAP | EINVAL | The file system below does not support idmapped mounts on this kernel; bind a directory of another file system (ext4, xfs, btrfs; tmpfs from Linux 6.3).
            prlimit64 | 0, RLIMIT_NOFILE | EPERM | A hard limit can only be raised with CAP_SYS_RESOURCE; ask for at most what ulimit -H shows.
            capset | header, data | EPERM | A capability that this process lacks itself cannot be given to the container.
            setresuid | 1000, 1000, 1000 | EINVAL | The user id is not mapped in the container; idMaps(...) and subordinateIds() may give it more.
            setresgid | 1000, 1000, 1000 | EINVAL | The group id is not mapped in the container; idMaps(...) and subordinateIds() may give it more.
            posix_spawn | /proc/self/fd/64 | EACCES | Executing memory files is forbidden (sysctl vm.memfd_noexec) or the temporary directory is mounted noexec; set java.io.tmpdir to a directory where programs may run.
            posix_spawn | /proc/self/fd/64 | EAGAIN | The limit on processes is reached: see ulimit -u and pids.max.
            setns | 5, CLONE_NEWNET | EPERM | Joining this namespace needs CAP_SYS_ADMIN in the user namespace that owns it.
            """)
    void tellsWhatToDo(String call, String arguments, String errno, String remedy) {
        assertThat(Remedies.find(call, arguments, Errno.named(errno))).contains(remedy);
    }

    @Test
    void looksAtTheHostWhereAUserNamespaceIsForbidden() {
        assertThat(Remedies.find("clone", "CLONE_NEWUSER|CLONE_NEWPID", Errno.EPERM))
                .hasValueSatisfying(remedy -> assertThat(remedy).containsIgnoringCase("user namespaces"));
    }

    @Test
    void looksAtTheHostsLimitsWhereThereIsNoSpaceForANamespace() {
        assertThat(Remedies.find("clone", "CLONE_NEWUSER|CLONE_NEWPID", Errno.ENOSPC))
                .hasValueSatisfying(remedy -> assertThat(remedy).contains("namespaces", "user", "max_"));
    }

    @ParameterizedTest
    @CsvSource({
        "clone, SIGCHLD, EPERM",
        "mount, tmpfs, EPERM",
        "write, 1, EPERM",
        "mount_setattr, MOUNT_ATTR_RDONLY, EINVAL",
        "execve, /bin/sh, ENOMEM",
        "frobnicate, , EPERM"
    })
    void saysNothingRatherThanGuess(String call, String arguments, String errno) {
        assertThat(Remedies.find(call, arguments == null ? "" : arguments, Errno.named(errno)))
                .isEmpty();
    }
}

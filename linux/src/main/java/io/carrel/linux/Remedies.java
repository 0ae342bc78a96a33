package io.carrel.linux;

import static io.carrel.linux.KernelFeature.IDMAPPED_LAYERS;
import static io.carrel.linux.KernelFeature.IDMAPPED_TMPFS;
import static io.carrel.linux.KernelFeature.QUEUE_SYSCTLS;
import static io.carrel.linux.KernelFeature.USER_OVERLAY;

import com.google.common.collect.ImmutableList;
import io.carrel.linux.uapi.Syscall;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * What to do about a failed call: one catalogue, keyed by what the call was made for, or else by the call, and by the
 * errno. The first entry that fits is the answer; where none fits, nothing is better than a guess.
 */
final class Remedies {

    /**
     * Which failures an entry is about.
     *
     * @param subjects what the call was made for; empty if that does not matter
     * @param calls the call; empty if that does not matter
     */
    private record Key(Set<Subject> subjects, Set<String> calls, Set<Errno> errnos) {

        Key failing(Errno... with) {
            return new Key(subjects, calls, Set.of(with));
        }

        Remedy advise(String text) {
            return because(() -> Optional.of(text));
        }

        Remedy because(Supplier<Optional<String>> text) {
            return new Remedy(this, text);
        }

        boolean fits(Subject subject, String call, Errno errno) {
            return errnos.contains(errno)
                    && (subjects.isEmpty() || subjects.contains(subject))
                    && (calls.isEmpty() || calls.contains(call));
        }
    }

    private record Remedy(Key key, Supplier<Optional<String>> text) {}

    private static final String CANNOT_STACK =
            "The kernel or a layer's file system cannot do it: userxattr needs Linux " + USER_OVERLAY.since()
                    + ", layers with translated owners, as root has them, Linux " + IDMAPPED_LAYERS.since()
                    + ", and the place for changes a file system with attributes, so"
                    + " neither NFS nor another overlay. And an ordinary user's layer must have nothing mounted below it."
                    + " The kernel's log says more.";
    private static final String OTHER_STORAGE =
            "Put the storage (CARREL_HOME) on another file system: ext4, xfs, btrfs, or tmpfs from" + " Linux "
                    + IDMAPPED_TMPFS.since() + "; or have the layers copied, by orElse(OverlayFallback.copy()).";

    private static final List<Remedy> CATALOGUE = ImmutableList.of(
            about(Subject.USER_NAMESPACE).failing(Errno.named("EPERM")).because(HostRemedies::userNamespaceForbidden),
            about(Subject.USER_NAMESPACE)
                    .failing(Errno.named("EUSERS"))
                    .advise("User namespaces nest at most 32 deep, and this is the 33rd."),
            about(Subject.USER_NAMESPACE, Subject.NAMESPACE)
                    .failing(Errno.named("ENOSPC"))
                    .because(HostRemedies::namespaceLimit),
            about(Subject.USER_NAMESPACE, Subject.NAMESPACE)
                    .failing(Errno.named("EINVAL"))
                    .advise("The kernel was built without one of these kinds of namespace."),
            about(Subject.NAMESPACE)
                    .failing(Errno.named("EPERM"))
                    .advise("Without a user namespace of its own the container needs CAP_SYS_ADMIN; keep the user"
                            + " namespace on."),
            calls(Syscall.CLONE, Syscall.CLONE3)
                    .failing(Errno.named("EAGAIN"))
                    .advise("The limit on processes is reached: see ulimit -u and the cgroup's pids.max."),
            about(Subject.LAUNCHER)
                    .failing(Errno.named("EAGAIN"))
                    .advise("The limit on processes is reached: see ulimit -u and the cgroup's pids.max."),
            about(Subject.LAUNCHER)
                    .failing(Errno.named("EACCES"))
                    .advise("Executing memory files is forbidden (sysctl vm.memfd_noexec) or the temporary directory is"
                            + " mounted noexec; set java.io.tmpdir to a directory where programs may run."),
            about(Subject.HOST_LAYERS)
                    .failing(Errno.named("EPERM"))
                    .advise("Only root can mount for the whole host. An ordinary user can run a container of it, or"
                            + " mount it for one shell and its children, by unshare --user --map-current-user"
                            + " --keep-caps --mount, from Linux " + USER_OVERLAY.since() + " on."),
            about(Subject.LAYERS)
                    .failing(Errno.named("EPERM"))
                    .advise("This kernel lets no user namespace stack layers; Linux " + USER_OVERLAY.since()
                            + " does."),
            about(Subject.LAYERS, Subject.HOST_LAYERS)
                    .failing(Errno.named("ENODEV"))
                    .advise("The kernel has no overlayfs: load the module by modprobe overlay."),
            about(Subject.LAYERS).failing(Errno.named("EINVAL")).advise(CANNOT_STACK + " " + OTHER_STORAGE),
            about(Subject.HOST_LAYERS).failing(Errno.named("EINVAL")).advise(CANNOT_STACK),
            about(Subject.LAYERS, Subject.HOST_LAYERS)
                    .failing(Errno.named("ELOOP"), Errno.named("EBUSY"))
                    .advise("A layer lies in another one or in the place for changes, or a container uses that place"
                            + " already."),
            about(Subject.SYSFS)
                    .failing(Errno.named("EPERM"))
                    .advise("The host's /sys is partly covered, as in most containers, so a user namespace may not"
                            + " mount its own. Run the outer container with an unmasked /sys."),
            about(Subject.PROC)
                    .failing(Errno.named("EPERM"))
                    .advise("The host's /proc is partly covered, as in most containers, so a user namespace may not"
                            + " mount its own. Run the outer container with an unmasked /proc (podman:"
                            + " --security-opt unmask=ALL; Kubernetes: procMount: Unmasked)."),
            about(Subject.SYSCTL)
                    .failing(Errno.named("EACCES"))
                    .advise("The kernel lets only the root of the container's user namespace write it, and settings of"
                            + " System V and POSIX queues only from Linux " + QUEUE_SYSCTLS.since()
                            + " on, or later releases of 6.1. Give"
                            + " the container a root: user(User.ROOT)."),
            about(Subject.SYSCTL)
                    .failing(Errno.named("ENOENT"))
                    .advise("This kernel has no such setting, or not for namespaces."),
            about(Subject.MOUNT_POINT)
                    .failing(Errno.named("ENOENT"))
                    .advise("There is nothing to mount on, and it cannot be made: what it would lie in is read-only,"
                            + " or a link on the way leads to nothing."),
            about(Subject.MOUNT_POINT)
                    .failing(Errno.named("ENOTDIR"))
                    .advise("A directory is mounted on a directory only, and here is a file, or one is on the way."),
            about(Subject.MOUNT_POINT).failing(Errno.named("ELOOP")).advise("A link on the way leads in a circle."),
            about(Subject.MOUNT_SOURCE)
                    .failing(Errno.named("ENOENT"))
                    .advise("The host has no such file or directory."),
            about(Subject.MOUNT_SOURCE)
                    .failing(Errno.named("ENOTDIR"))
                    .advise("A directory is mounted on a directory only, and a file on a file."),
            about(Subject.MOUNT)
                    .failing(Errno.named("EINVAL"), Errno.named("ENOTDIR"))
                    .advise("A directory is mounted on a directory only, and a file on a file: one of the two is of the"
                            + " other kind."),
            about(Subject.ID_MAP)
                    .failing(Errno.named("EPERM"), Errno.named("EACCES"))
                    .because(HostRemedies::idsForbidden),
            about(Subject.OWNER_TRANSLATION)
                    .failing(Errno.named("EINVAL"))
                    .advise("The file system, or one that is mounted below it, does not support mounts with translated"
                            + " owners on this kernel. Bind a directory of another file system (ext4, xfs, btrfs;"
                            + " tmpfs from Linux " + IDMAPPED_TMPFS.since()
                            + ") that has no mounts of other kinds, such as /proc, below"
                            + " it."),
            about(Subject.LAYER_OWNERS)
                    .failing(Errno.named("EINVAL"))
                    .advise("The file system on which the layers and their changes lie does not support mounts with"
                            + " translated owners on this kernel, as another overlay does not. " + OTHER_STORAGE),
            calls(Syscall.EXECVE)
                    .failing(Errno.named("ENOENT"))
                    .advise("The command, or the interpreter or dynamic loader it names, does not exist inside the"
                            + " container."),
            calls(Syscall.EXECVE)
                    .failing(Errno.named("EACCES"))
                    .advise("The file is not executable for the container's user, or lies on a mount with noexec."),
            calls(Syscall.EXECVE)
                    .failing(Errno.named("ENOEXEC"))
                    .advise("The file is neither a program for this processor nor a script that starts with #!."),
            calls(Syscall.EXECVE)
                    .failing(Errno.named("E2BIG"))
                    .advise("An argument or a variable may have 128 KiB, and all together a quarter of the stack"
                            + " (ulimit -s), at most 6 MiB. Pass what is larger by a file or by standard input."),
            about(Subject.WORKING_DIRECTORY)
                    .failing(Errno.named("EROFS"))
                    .advise("The directory does not exist, and what it would lie in is read-only."),
            about(Subject.WORKING_DIRECTORY)
                    .failing(Errno.named("ENOTDIR"))
                    .advise("A file is where a directory of its path would be."),
            calls(Syscall.CHDIR)
                    .failing(Errno.named("ENOENT"))
                    .advise("The directory does not exist inside the container, or its path has a link that leads"
                            + " nowhere."),
            calls(Syscall.CHDIR).failing(Errno.named("ENOTDIR")).advise("This is no directory inside the container."),
            calls(Syscall.CHDIR)
                    .failing(Errno.named("EACCES"))
                    .advise("The container's user may not enter the directory."),
            about(Subject.STANDARD_STREAM)
                    .failing(Errno.named("ENOENT"))
                    .advise("There is no such file, or no such directory to make it in."),
            about(Subject.STANDARD_STREAM)
                    .failing(Errno.named("EISDIR"))
                    .advise("It is a directory; a stream leads to a file."),
            about(Subject.STANDARD_STREAM)
                    .failing(Errno.named("ENOTDIR"))
                    .advise("A part of the path that should be a directory is none."),
            about(Subject.STANDARD_STREAM).failing(Errno.named("EACCES")).advise("This user may not open the file so."),
            about(Subject.HIGH_DESCRIPTOR)
                    .failing(Errno.named("EINVAL"), Errno.named("EBADF"))
                    .advise("This process may have too few open files: raise the limit (ulimit -n) to 256 or more."),
            any().failing(Errno.named("EMFILE"))
                    .advise("This process has as many open files as it may have: raise the limit (ulimit -n), or close"
                            + " some."),
            calls(Syscall.PRLIMIT64)
                    .failing(Errno.named("EPERM"))
                    .advise("A hard limit can only be raised with CAP_SYS_RESOURCE; ask for at most what ulimit -H"
                            + " shows."),
            calls(Syscall.CAPSET)
                    .failing(Errno.named("EPERM"))
                    .advise("A capability that this process lacks itself cannot be given to the container."),
            calls(Syscall.SETRESUID)
                    .failing(Errno.named("EINVAL"))
                    .advise("The user id is not mapped in the container; idMaps(...) and subordinateIds() may give it"
                            + " more."),
            calls(Syscall.SETRESGID)
                    .failing(Errno.named("EINVAL"))
                    .advise("The group id is not mapped in the container; idMaps(...) and subordinateIds() may give it"
                            + " more."),
            calls(Syscall.SETGROUPS)
                    .failing(Errno.named("EINVAL"))
                    .advise("A group id is not mapped in the container; idMaps(...) and subordinateIds() may give it"
                            + " more."),
            about(Subject.PROGRAM_ATTACHMENT)
                    .failing(Errno.named("EPERM"))
                    .advise("It needs CAP_NET_ADMIN. If this process has it, a group above has a program that admits"
                            + " none below it, as it was attached without BPF_F_ALLOW_MULTI."),
            calls(Syscall.BPF)
                    .failing(Errno.named("EPERM"))
                    .advise("Programs of the kernel need CAP_BPF and CAP_NET_ADMIN, or root, in the host's own user"
                            + " namespace. Before Linux 5.11 they also count against ulimit -l."),
            calls(Syscall.BPF)
                    .failing(Errno.named("ENOSYS"))
                    .advise("The kernel was built without CONFIG_BPF_SYSCALL, or a seccomp filter hides it."),
            calls(Syscall.KEYCTL)
                    .failing(Errno.named("EDQUOT"))
                    .advise("This user has as many keys as sysctl kernel.keys.maxkeys allows: see /proc/key-users."
                            + " Raise it, or end sessions that are not needed."),
            about(Subject.CGROUP_DIVISION)
                    .failing(Errno.named("EBUSY"))
                    .advise("Processes are in this group itself, and cgroup v2 divides only among groups (no internal"
                            + " processes). Move them into a group at the end of the tree; Cgroups.moveJvmToLeaf"
                            + " does it with the JVM."),
            about(Subject.CGROUP_MEMBERS)
                    .failing(Errno.named("EBUSY"))
                    .advise("This group divides among groups below it, so cgroup v2 lets it have no processes of its"
                            + " own; bring the process into one of those below."),
            about(Subject.CGROUP_MEMBERS)
                    .failing(Errno.named("EACCES"), Errno.named("EPERM"))
                    .advise("To move a process one must be allowed to write cgroup.procs of the group, of the one that"
                            + " the process comes from and of the one above both, and the process must be of the"
                            + " same user."),
            about(Subject.PRESSURE)
                    .failing(Errno.named("EINVAL"))
                    .advise("Without CAP_SYS_RESOURCE the window must be a multiple of 2 s (Linux 6.5), and before"
                            + " that the kernel refuses."),
            about(Subject.CGROUP_REMOVAL)
                    .failing(Errno.named("EBUSY"))
                    .advise("Processes are in the group or in one below it; end them first. Cgroup.close does it."),
            about(Subject.NETWORK, Subject.FIREWALL)
                    .failing(Errno.named("EPERM"))
                    .advise("Changing a network takes CAP_NET_ADMIN in the user namespace that owns it: run as root."
                            + " Without root a container with Network.none() can have ports published, and"
                            + " Network.egress."),
            about(Subject.FIREWALL)
                    .failing(Errno.named("EOPNOTSUPP"), Errno.named("EAFNOSUPPORT"), Errno.named("EPROTONOSUPPORT"))
                    .advise("The kernel has no nftables for this: load the modules nfnetlink, nf_tables, nft_chain_nat,"
                            + " nft_nat, nft_masq, nft_ct and nft_fib_inet."),
            calls(Syscall.SETNS)
                    .failing(Errno.named("EPERM"))
                    .advise("Joining this namespace needs CAP_SYS_ADMIN in the user namespace that owns it."));

    private Remedies() {}

    static Optional<String> find(Subject subject, String call, Errno errno) {
        return CATALOGUE.stream()
                .filter(remedy -> remedy.key().fits(subject, call, errno))
                .findFirst()
                .flatMap(remedy -> remedy.text().get());
    }

    private static Key about(Subject... subjects) {
        return new Key(Set.of(subjects), Set.of(), Set.of());
    }

    private static Key calls(Syscall... calls) {
        return new Key(Set.of(), Arrays.stream(calls).map(Syscall::symbol).collect(Collectors.toSet()), Set.of());
    }

    private static Key any() {
        return new Key(Set.of(), Set.of(), Set.of());
    }
}

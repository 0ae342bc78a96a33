package io.carrel.linux;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import io.carrel.linux.binding.KernelFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What to do about a failed call: one catalogue, keyed by the call, its arguments and the errno. The first entry that
 * fits is the answer; where none fits, nothing is better than a guess.
 */
final class Remedies {

    /** Calls and errnos may be several, joined by |. Reads the host's state only when an error has happened. */
    private record Remedy(String call, String arguments, String errno, Supplier<Optional<String>> text) {

        boolean fits(String failedCall, String failedArguments, Errno failed) {
            return isOneOf(failedCall, call) && failedArguments.contains(arguments) && isOneOf(failed.symbol(), errno);
        }

        private static boolean isOneOf(String name, String names) {
            return Splitter.on('|').splitToList(names).contains(name);
        }
    }

    private static final List<Remedy> CATALOGUE = ImmutableList.of(
            new Remedy("clone|unshare", "CLONE_NEWUSER", "EPERM", Remedies::userNamespaceForbidden),
            new Remedy("clone|unshare", "CLONE_NEW", "ENOSPC", Remedies::namespaceLimit),
            always("clone", "CLONE_NEWUSER", "EUSERS", "User namespaces nest at most 32 deep, and this is the 33rd."),
            always(
                    "clone|unshare",
                    "CLONE_NEW",
                    "EINVAL",
                    "The kernel was built without one of these kinds of namespace."),
            always(
                    "clone|unshare",
                    "CLONE_NEW",
                    "EPERM",
                    "Without a user namespace of its own the container needs CAP_SYS_ADMIN; keep the user namespace"
                            + " on."),
            always(
                    "clone",
                    "",
                    "EAGAIN",
                    "The limit on processes is reached: see ulimit -u and the cgroup's pids.max."),
            always(
                    "mount",
                    "lowerdir=/proc/self/fd/",
                    "EPERM",
                    "Only root can mount for the whole host. An ordinary user can run a container of it, or mount it for one"
                            + " shell and its children, by unshare --user --map-current-user --keep-caps --mount, from"
                            + " Linux 5.11 on."),
            always(
                    "mount",
                    "carrel-empty-",
                    "EPERM",
                    "Only root can mount for the whole host. An ordinary user can run a container of it, or mount it for one"
                            + " shell and its children, by unshare --user --map-current-user --keep-caps --mount, from"
                            + " Linux 5.11 on."),
            always(
                    "mount",
                    "\"overlay\"",
                    "EPERM",
                    "This kernel lets no user namespace stack layers; Linux 5.11 does."),
            always(
                    "mount",
                    "\"overlay\"",
                    "ENODEV",
                    "The kernel has no overlayfs: load the module by modprobe overlay."),
            always(
                    "mount",
                    "\"overlay\"",
                    "EINVAL",
                    "The kernel or a layer's file system cannot do it: userxattr needs Linux 5.11, layers with"
                            + " translated owners, as root has them, Linux 5.19, and the place for changes a file system"
                            + " with attributes, so neither NFS nor another overlay. And an ordinary user's layer must"
                            + " have nothing mounted below it. The kernel's log says more."),
            always(
                    "mount",
                    "\"overlay\"",
                    "ELOOP|EBUSY",
                    "A layer lies in another one or in the place for changes, or a container uses that place already."),
            always(
                    "mount",
                    "\"sysfs\"",
                    "EPERM",
                    "The host's /sys is partly covered, as in most containers, so a user namespace may not mount its"
                            + " own. Run the outer container with an unmasked /sys."),
            always(
                    "openat",
                    "\"/proc/sys/",
                    "EACCES",
                    "The kernel lets only the root of the container's user namespace write it, and settings of System"
                            + " V and POSIX queues only from Linux 6.9 on, or later releases of 6.1. Give the"
                            + " container a root: user(User.ROOT)."),
            always("openat", "\"/proc/sys/", "ENOENT", "This kernel has no such setting, or not for namespaces."),
            always(
                    "mount",
                    "\"proc\"",
                    "EPERM",
                    "The host's /proc is partly covered, as in most containers, so a user namespace may not mount its"
                            + " own. Run the outer container with an unmasked /proc (podman: --security-opt unmask=ALL;"
                            + " Kubernetes: procMount: Unmasked)."),
            always(
                    "openat2",
                    "RESOLVE_IN_ROOT",
                    "ENOENT",
                    "There is no such file or directory to mount on, and it cannot be made, as what it would lie in is"
                            + " read-only."),
            always("open_tree", "", "ENOENT", "The host has no such file or directory."),
            always("mount", "MS_BIND", "ENOENT", "The host has no such file or directory."),
            new Remedy("write|openat", "_map", "EPERM|EACCES", Remedies::idsForbidden),
            always(
                    "execve",
                    "",
                    "ENOENT",
                    "The command, or the interpreter or dynamic loader it names, does not exist inside the container."),
            always(
                    "execve",
                    "",
                    "EACCES",
                    "The file is not executable for the container's user, or lies on a mount with noexec."),
            always(
                    "execve",
                    "",
                    "ENOEXEC",
                    "The file is neither a program for this processor nor a script that starts with #!."),
            always(
                    "chdir",
                    "",
                    "ENOENT",
                    "The directory does not exist inside the container, or its path has a link that leads nowhere."),
            always(
                    "mkdirat",
                    "AT_FDCWD, \"/",
                    "EROFS",
                    "The directory does not exist, and what it would lie in is read-only."),
            always("chdir", "", "ENOTDIR", "This is no directory inside the container."),
            always("chdir", "", "EACCES", "The container's user may not enter the directory."),
            always(
                    "mount_setattr",
                    "MOUNT_ATTR_IDMAP",
                    "EINVAL",
                    "The file system below does not support idmapped mounts on this kernel; bind a directory of another"
                            + " file system (ext4, xfs, btrfs; tmpfs from Linux 6.3)."),
            always(
                    "prlimit64",
                    "",
                    "EPERM",
                    "A hard limit can only be raised with CAP_SYS_RESOURCE; ask for at most what ulimit -H shows."),
            always(
                    "capset",
                    "",
                    "EPERM",
                    "A capability that this process lacks itself cannot be given to the container."),
            always(
                    "setresuid",
                    "",
                    "EINVAL",
                    "The user id is not mapped in the container; idMaps(...) and subordinateIds() may give it more."),
            always(
                    "setresgid",
                    "",
                    "EINVAL",
                    "The group id is not mapped in the container; idMaps(...) and subordinateIds() may give it more."),
            always(
                    "setgroups",
                    "",
                    "EINVAL",
                    "A group id is not mapped in the container; idMaps(...) and subordinateIds() may give it more."),
            always(
                    "posix_spawn",
                    "",
                    "EACCES",
                    "Executing memory files is forbidden (sysctl vm.memfd_noexec) or the temporary directory is mounted"
                            + " noexec; set java.io.tmpdir to a directory where programs may run."),
            always(
                    "bpf",
                    "BPF_PROG_ATTACH",
                    "EPERM",
                    "It needs CAP_NET_ADMIN. If this process has it, a group above has a program that admits none"
                            + " below it, as it was attached without BPF_F_ALLOW_MULTI."),
            always(
                    "bpf",
                    "",
                    "EPERM",
                    "Programs of the kernel need CAP_BPF and CAP_NET_ADMIN, or root, in the host's own user namespace."
                            + " Before Linux 5.11 they also count against ulimit -l."),
            always(
                    "bpf",
                    "",
                    "ENOSYS",
                    "The kernel was built without CONFIG_BPF_SYSCALL, or a seccomp filter hides it."),
            always(
                    "keyctl",
                    "",
                    "EDQUOT",
                    "This user has as many keys as sysctl kernel.keys.maxkeys allows: see /proc/key-users. Raise it, or"
                            + " end sessions that are not needed."),
            always("posix_spawn", "", "EAGAIN", "The limit on processes is reached: see ulimit -u and pids.max."),
            always(
                    "write",
                    "cgroup.subtree_control",
                    "EBUSY",
                    "Processes are in this group itself, and cgroup v2 divides only among groups (no internal"
                            + " processes). Move them into a group at the end of the tree; Cgroups.moveJvmToLeaf does it"
                            + " with the JVM."),
            always(
                    "write",
                    "cgroup.procs",
                    "EBUSY",
                    "This group divides among groups below it, so cgroup v2 lets it have no processes of its own;"
                            + " bring the process into one of those below."),
            always(
                    "write|openat",
                    "cgroup.procs",
                    "EACCES|EPERM",
                    "To move a process one must be allowed to write cgroup.procs of the group, of the one that the"
                            + " process comes from and of the one above both, and the process must be of the same user."),
            always(
                    "write",
                    ".pressure",
                    "EINVAL",
                    "Without CAP_SYS_RESOURCE the window must be a multiple of 2 s (Linux 6.5), and before that the"
                            + " kernel refuses."),
            always(
                    "rmdir",
                    "",
                    "EBUSY",
                    "Processes are in the group or in one below it; Cgroup.close kills them first."),
            always(
                    "netlink",
                    "",
                    "EPERM",
                    "Changing a network takes CAP_NET_ADMIN in the user namespace that owns it: run as root. Without root"
                            + " a container with Network.none() can have ports published, and Network.egress."),
            always(
                    "netlink",
                    "NFT_MSG",
                    "EOPNOTSUPP|EAFNOSUPPORT|EPROTONOSUPPORT",
                    "The kernel has no nftables for this: load the modules nf_tables, nft_chain_nat, nft_nat, nft_masq,"
                            + " nft_ct and nft_fib_inet."),
            always(
                    "socket",
                    "NETLINK_NETFILTER",
                    "EPROTONOSUPPORT",
                    "The kernel has no nftables: load the modules nfnetlink and nf_tables."),
            always(
                    "setns",
                    "",
                    "EPERM",
                    "Joining this namespace needs CAP_SYS_ADMIN in the user namespace that owns it."));

    private Remedies() {}

    static Optional<String> find(String call, String arguments, Errno errno) {
        return CATALOGUE.stream()
                .filter(remedy -> remedy.fits(call, arguments, errno))
                .findFirst()
                .flatMap(remedy -> remedy.text().get());
    }

    private static Remedy always(String call, String arguments, String errno, String text) {
        return new Remedy(call, arguments, errno, () -> Optional.of(text));
    }

    /** Where AppArmor restricts user namespaces they can be made, but nothing be done in them. */
    private static Optional<String> appArmor() {
        return sysctl("kernel/apparmor_restrict_unprivileged_userns").equals("1")
                ? Optional.of("AppArmor restricts user namespaces on this host (Ubuntu 23.10 and newer). Allow them for"
                        + " the java program by an AppArmor profile with \"userns,\", or for all by"
                        + " sysctl kernel.apparmor_restrict_unprivileged_userns=0.")
                : Optional.empty();
    }

    private static Optional<String> idsForbidden() {
        return appArmor()
                .or(() -> Optional.of("Only ids that this process may use can be mapped: its own, or a range that"
                        + " newuidmap grants from /etc/subuid and /etc/subgid."));
    }

    private static Optional<String> userNamespaceForbidden() {
        Optional<String> appArmor = appArmor();
        if (appArmor.isPresent()) {
            return appArmor;
        }
        if (sysctl("kernel/unprivileged_userns_clone").equals("0")) {
            return Optional.of("This host forbids user namespaces to ordinary users. Allow them by"
                    + " sysctl kernel.unprivileged_userns_clone=1.");
        }
        return Optional.of("User namespaces are forbidden here, most likely by the seccomp filter of an outer container"
                + " (docker: --security-opt seccomp=unconfined) or because the JVM runs in a chroot.");
    }

    private static Optional<String> namespaceLimit() {
        for (String kind : List.of("user", "mnt", "pid", "net", "ipc", "uts", "cgroup")) {
            if (sysctl("user/max_" + kind + "_namespaces").equals("0")) {
                return Optional.of(
                        "This host allows no %1$s namespaces: user.max_%1$s_namespaces is 0. Allow them by sysctl user.max_%1$s_namespaces=65536."
                                .formatted(kind));
            }
        }
        return Optional.of(
                "The limit on namespaces is reached: see the files /proc/sys/user/max_*_namespaces, each counted per"
                        + " user and per level of user namespaces.");
    }

    private static String sysctl(String name) {
        try {
            return KernelFile.read(Path.of("/proc/sys", name)).strip();
        } catch (IOException absent) {
            return "";
        }
    }
}

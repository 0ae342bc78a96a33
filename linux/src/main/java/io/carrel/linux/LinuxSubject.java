package io.carrel.linux;

import static io.carrel.linux.Remedies.NONE;

import io.carrel.linux.uapi.CloneFlags;

/** What system calls are made for in whatever is built on them: processes, namespaces, descriptors. */
public enum LinuxSubject implements Subject {
    /** Nothing in particular: the call says enough. */
    OTHER(NONE),
    /** Executing the command, all else being ready. */
    COMMAND(NONE),
    /** Executing something else in a container that runs. */
    EXEC(NONE.failing(Errno.EPERM)
            .advise("What exec starts is known by RLIMIT_LOCKS, of which a container that is to exec must have no"
                    + " limit of its own.")),
    /** New namespaces, a user namespace among them. */
    USER_NAMESPACE(NONE.failing(Errno.EPERM)
            .because(HostRemedies::userNamespaceForbidden)
            .failing(Errno.EUSERS)
            .advise("User namespaces nest at most 32 deep, and this is the 33rd.")
            .failing(Errno.ENOSPC)
            .because(HostRemedies::namespaceLimit)
            .failing(Errno.EINVAL)
            .advise("The kernel was built without one of these kinds of namespace.")),
    /** New namespaces, no user namespace among them. */
    NAMESPACE(NONE.failing(Errno.EPERM)
            .advise("Without a user namespace of its own the container needs CAP_SYS_ADMIN; keep the user namespace"
                    + " on.")
            .failing(Errno.ENOSPC)
            .because(HostRemedies::namespaceLimit)
            .failing(Errno.EINVAL)
            .advise("The kernel was built without one of these kinds of namespace.")),
    /** The ids of a user namespace. */
    ID_MAP(NONE.failing(Errno.EPERM, Errno.EACCES).because(HostRemedies::idsForbidden)),
    /** A file or directory of the host's, to be mounted. */
    MOUNT_SOURCE(NONE.failing(Errno.ENOENT)
            .advise("The host has no such file or directory.")
            .failing(Errno.ENOTDIR)
            .advise("A directory is mounted on a directory only, and a file on a file.")),
    /** The file that a standard stream leads to. */
    STANDARD_STREAM(NONE.failing(Errno.ENOENT)
            .advise("There is no such file, or no such directory to make it in.")
            .failing(Errno.EISDIR)
            .advise("It is a directory; a stream leads to a file.")
            .failing(Errno.ENOTDIR)
            .advise("A part of the path that should be a directory is none.")
            .failing(Errno.EACCES)
            .advise("This user may not open the file so.")),
    /** A descriptor that must have a high number. */
    HIGH_DESCRIPTOR(NONE.failing(Errno.EINVAL, Errno.named("EBADF"))
            .advise("This process may have too few open files: raise the limit (ulimit -n) to 256 or more.")),
    /** Starting the launcher. */
    LAUNCHER(NONE.failing(Errno.EAGAIN)
            .advise(LinuxSubject.PROCESS_LIMIT)
            .failing(Errno.EACCES)
            .advise("Executing memory files is forbidden (sysctl vm.memfd_noexec) or the temporary directory is mounted"
                    + " noexec; set java.io.tmpdir to a directory where programs may run.")),
    /** Attaching a program to a group. */
    PROGRAM_ATTACHMENT(NONE.failing(Errno.EPERM)
            .advise("It needs CAP_NET_ADMIN. If this process has it, a group above has a program that admits none below"
                    + " it, as it was attached without BPF_F_ALLOW_MULTI."));

    static final String PROCESS_LIMIT = "The limit on processes is reached: see ulimit -u and the cgroup's pids.max.";

    private final Remedies remedies;

    LinuxSubject(Remedies remedies) {
        this.remedies = remedies;
    }

    @Override
    public Remedies remedies() {
        return remedies;
    }

    /** Returns the subject of a call that makes the namespaces of these flags of {@code clone}. */
    public static LinuxSubject ofNamespaces(long cloneFlags) {
        if ((cloneFlags & CloneFlags.CLONE_NEWUSER.value()) != 0) {
            return USER_NAMESPACE;
        }
        return CloneFlags.namespaces(cloneFlags).value() == 0 ? OTHER : NAMESPACE;
    }
}

package io.carrel.linux;

import com.google.common.collect.ImmutableMap;
import io.carrel.linux.uapi.Syscall;
import java.util.Map;
import java.util.Optional;

/** What to do about a failed call of which the kernel's answer tells enough, whatever it was made for. */
final class CallRemedies {

    private static final Remedies CLONE = Remedies.NONE.failing(Errno.EAGAIN).advise(LinuxSubject.PROCESS_LIMIT);

    private static final Map<String, Remedies> CALLS = ImmutableMap.<String, Remedies>builder()
            .put(Syscall.CLONE.symbol(), CLONE)
            .put(Syscall.CLONE3.symbol(), CLONE)
            .put(
                    Syscall.EXECVE.symbol(),
                    Remedies.NONE
                            .failing(Errno.ENOENT)
                            .advise("The command, or the interpreter or dynamic loader it names, does not exist inside"
                                    + " the container.")
                            .failing(Errno.EACCES)
                            .advise("The file is not executable for the container's user, or lies on a mount with"
                                    + " noexec.")
                            .failing(Errno.ENOEXEC)
                            .advise("The file is neither a program for this processor nor a script that starts with"
                                    + " #!.")
                            .failing(Errno.E2BIG)
                            .advise("An argument or a variable may have 128 KiB, and all together a quarter of the"
                                    + " stack (ulimit -s), at most 6 MiB. Pass what is larger by a file or by standard"
                                    + " input."))
            .put(
                    Syscall.CHDIR.symbol(),
                    Remedies.NONE
                            .failing(Errno.ENOENT)
                            .advise("The directory does not exist inside the container, or its path has a link that"
                                    + " leads nowhere.")
                            .failing(Errno.ENOTDIR)
                            .advise("This is no directory inside the container.")
                            .failing(Errno.EACCES)
                            .advise("The container's user may not enter the directory."))
            .put(
                    Syscall.PRLIMIT64.symbol(),
                    Remedies.NONE
                            .failing(Errno.EPERM)
                            .advise("A hard limit can only be raised with CAP_SYS_RESOURCE; ask for at most what"
                                    + " ulimit -H shows."))
            .put(
                    Syscall.CAPSET.symbol(),
                    Remedies.NONE
                            .failing(Errno.EPERM)
                            .advise("A capability that this process lacks itself cannot be given to the container."))
            .put(
                    Syscall.BPF.symbol(),
                    Remedies.NONE
                            .failing(Errno.EPERM)
                            .advise("Programs of the kernel need CAP_BPF and CAP_NET_ADMIN, or root, in the host's own"
                                    + " user namespace. Before Linux 5.11 they also count against ulimit -l.")
                            .failing(Errno.ENOSYS)
                            .advise("The kernel was built without CONFIG_BPF_SYSCALL, or a seccomp filter hides it."))
            .put(
                    Syscall.KEYCTL.symbol(),
                    Remedies.NONE
                            .failing(Errno.named("EDQUOT"))
                            .advise("This user has as many keys as sysctl kernel.keys.maxkeys allows: see"
                                    + " /proc/key-users. Raise it, or end sessions that are not needed."))
            .put(
                    Syscall.SETNS.symbol(),
                    Remedies.NONE
                            .failing(Errno.EPERM)
                            .advise("Joining this namespace needs CAP_SYS_ADMIN in the user namespace that owns it."))
            .build();

    private static final Remedies ANY = Remedies.NONE
            .failing(Errno.named("EMFILE"))
            .advise("This process has as many open files as it may have: raise the limit (ulimit -n), or close some.");

    private CallRemedies() {}

    /** What is known of the subject, or else of the call, or else of the errno alone. */
    static Optional<String> find(Subject subject, String call, Errno errno) {
        return subject.remedies()
                .find(errno)
                .or(() -> CALLS.getOrDefault(call, Remedies.NONE).find(errno))
                .or(() -> ANY.find(errno));
    }
}

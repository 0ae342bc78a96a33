package io.carrel.linux.binding;

import com.sun.jna.Memory;
import io.carrel.linux.Descriptor;
import io.carrel.linux.Errno;
import io.carrel.linux.KernelFile;
import io.carrel.linux.uapi.Constant;
import io.carrel.linux.uapi.Syscall;
import io.carrel.linux.uapi.Waiting;
import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalInt;

/** System calls about other processes. Thread-safe. */
public final class ProcessCalls {

    private static final int SIGINFO_SIZE = 128;
    private static final int RUSAGE_SIZE = 144;
    private static final String PID_LINE = "Pid:";

    private ProcessCalls() {}

    /** Returns a descriptor for the process, to wait for it and to signal it without mistaking it for another. */
    public static Descriptor pidfd(long pid) {
        long fd = Syscalls.check("Cannot open process " + pid, Syscall.PIDFD_OPEN, Constant.of(pid), Constant.of(0));
        return Kernel.own(fd, "process " + pid);
    }

    /**
     * Returns the pid, as this JVM sees it, of the process that a descriptor is for; 0 if it is reaped, or this JVM
     * cannot see it.
     */
    public static int pidOf(Descriptor pidfd) {
        Path file = Path.of("/proc/self/fdinfo", Integer.toString(pidfd.number()));
        try {
            return KernelFile.read(file)
                    .lines()
                    .filter(line -> line.startsWith(PID_LINE))
                    .map(line ->
                            Integer.valueOf(line.substring(PID_LINE.length()).strip()))
                    .findFirst()
                    .map(pid -> Math.max(0, pid))
                    .orElse(0);
        } catch (IOException noProc) {
            return 0;
        }
    }

    /**
     * Makes this process the leader of a session of its own, without a terminal; it must lead no process group. See
     * setsid(2).
     */
    public static void leadNewSession(String doing) {
        long unused = Syscalls.check(doing, Syscall.SETSID);
    }

    /** Sends a signal; false if the process is gone. */
    public static boolean sendSignal(Descriptor pidfd, int signal) {
        long result = Syscalls.raw(Syscall.PIDFD_SEND_SIGNAL, pidfd.number(), signal, 0, 0);
        if (result < 0 && result != -Errno.ESRCH.number()) {
            throw Syscalls.failure("Cannot signal " + pidfd, Syscall.PIDFD_SEND_SIGNAL, result, pidfd + ", " + signal);
        }
        return result >= 0;
    }

    /**
     * Waits for a child that ends, and reaps it.
     *
     * @param usage receives {@code struct rusage}
     * @return the wait status as {@code wait4} gives it, empty if there is no such child
     */
    public static OptionalInt reap(Constant kind, long id, byte[] usage) {
        try (Memory info = new Memory(SIGINFO_SIZE + RUSAGE_SIZE)) {
            info.clear();
            long rusage = Syscalls.address(info) + SIGINFO_SIZE;
            long result = Syscalls.retried(
                    Syscall.WAITID, kind.value(), id, Syscalls.address(info), Waiting.WEXITED.value(), rusage);
            if (result < 0) {
                return OptionalInt.empty();
            }
            info.read(SIGINFO_SIZE, usage, 0, Math.min(usage.length, RUSAGE_SIZE));
            int code = info.getInt(8);
            int status = info.getInt(24);
            return OptionalInt.of(code == Waiting.CLD_EXITED.value() ? status << 8 : status);
        }
    }
}

package io.carrel.linux.binding;

import com.sun.jna.Memory;
import io.carrel.linux.Errno;
import io.carrel.linux.SyscallException;
import io.carrel.linux.uapi.Prctl;
import io.carrel.linux.uapi.Syscall;

/**
 * Who the calling thread is towards file systems. Threads have each their own ids in the kernel; the C library's calls,
 * which would change all threads, are not used. A thread of a pool, or a virtual one, must not change them.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/setfsuid.2.html">setfsuid(2)</a>
 */
public final class FileIdentity {

    private static final int HEADER = 8;
    private static final int DATA = 24;
    private static final long UNCHANGED = -1;
    private static final String DOING = "Cannot use files as another user";

    private FileIdentity() {}

    /** Returns whether others of the same user may look into this process; each change of a thread's ids forbids it. */
    public static boolean isDumpable() {
        return Syscalls.raw(Syscall.PRCTL, Prctl.PR_GET_DUMPABLE.value(), 0, 0, 0, 0) == 1;
    }

    /** Lets others of the same user look into this process again. */
    public static void makeDumpable() {
        Syscalls.raw(Syscall.PRCTL, Prctl.PR_SET_DUMPABLE.value(), 1, 0, 0, 0);
    }

    /** Leaves the calling thread no groups but its own. */
    public static void dropGroups() {
        Syscalls.checked(DOING, Syscall.SETGROUPS, Syscalls.raw(Syscall.SETGROUPS, 0, 0), 0, "NULL");
    }

    /**
     * Lets the calling thread's new files belong to this user and group, and lets it do with files what they may. Root
     * that becomes another user loses the capabilities for files, and has them again when it becomes root.
     */
    public static void become(long uid, long gid) {
        become(Syscall.SETFSGID, gid);
        become(Syscall.SETFSUID, uid);
    }

    /** The calls tell of no error, but what was in force before. */
    private static void become(Syscall call, long id) {
        Syscalls.raw(call, id);
        if ((int) Syscalls.raw(call, UNCHANGED) != (int) id) {
            throw new SyscallException(DOING, call.symbol(), Long.toString(id), Errno.EPERM);
        }
    }

    /** Gives the calling thread all capabilities that it is permitted. */
    public static void useAllCapabilities() {
        try (Memory header = new Memory(HEADER);
                Memory data = new Memory(DATA)) {
            header.setInt(0, (int) Prctl._LINUX_CAPABILITY_VERSION_3.value());
            header.setInt(4, 0);
            call(Syscall.CAPGET, header, data);
            data.setInt(0, data.getInt(4));
            data.setInt(12, data.getInt(16));
            call(Syscall.CAPSET, header, data);
        }
    }

    private static void call(Syscall call, Memory header, Memory data) {
        Syscalls.checked(DOING, call, Syscalls.raw(call, Syscalls.address(header), Syscalls.address(data)));
    }
}

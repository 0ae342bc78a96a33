package io.carrel.cgroups.internal.tree;

import io.carrel.cgroups.internal.hierarchy.CgroupSubject;
import io.carrel.linux.Errno;
import io.carrel.linux.SyscallException;
import io.carrel.linux.binding.Kernel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Removes groups, those below first. A group whose last process has just ended stays busy for a moment, so this waits,
 * in small and growing steps.
 */
public final class Removal {

    private static final long FIRST_PAUSE_NANOS = 50_000;
    private static final long LONGEST_PAUSE_NANOS = 10_000_000;

    private Removal() {}

    /**
     * Removes a group and all below it.
     *
     * @throws SyscallException if it is still busy when the time is over: processes are in it
     */
    public static void remove(Path group, Duration patience) {
        long end = System.nanoTime() + TimeUnit.NANOSECONDS.convert(patience);
        long pause = FIRST_PAUSE_NANOS;
        while (true) {
            long result = attempt(group, end);
            if (result >= 0 || result == -Errno.ENOENT.number()) {
                return;
            }
            if (result != -Errno.EBUSY.number() || System.nanoTime() - end >= 0) {
                throw new SyscallException(
                        "Cannot remove cgroup " + group,
                        "rmdir",
                        "\"" + group + "\"",
                        new Errno((int) -result),
                        CgroupSubject.REMOVAL);
            }
            LockSupport.parkNanos(pause);
            pause = Math.min(2 * pause, LONGEST_PAUSE_NANOS);
        }
    }

    private static long attempt(Path group, long end) {
        long result = removeDirectory(group);
        if (result == -Errno.EBUSY.number()) {
            for (String child : Directories.children(group)) {
                remove(group.resolve(child), Duration.ofNanos(Math.max(0, end - System.nanoTime())));
            }
            result = removeDirectory(group);
        }
        return result;
    }

    /** Removes a group without others below; whether it is gone, or was. */
    public static boolean isRemoved(Path group) {
        long result = removeDirectory(group);
        return result >= 0 || result == -Errno.ENOENT.number();
    }

    /** Removes it if it can be removed at once, and those below that can. Never fails. */
    public static void tryRemove(Path group) {
        if (removeDirectory(group) == -Errno.EBUSY.number()) {
            Directories.children(group).forEach(child -> tryRemove(group.resolve(child)));
            removeDirectory(group);
        }
    }

    /** Removes the group if it is empty and has none below. Never fails. */
    static void removeIfEmpty(Path group) {
        removeDirectory(group);
    }

    private static long removeDirectory(Path group) {
        return Kernel.removeDirectory(group.toString());
    }
}

package io.carrel.cgroups.internal.processes;

import io.carrel.cgroups.internal.hierarchy.GroupFile;
import io.carrel.cgroups.internal.hierarchy.Placement;
import io.carrel.cgroups.internal.hierarchy.ProcessGroups;
import io.carrel.cgroups.internal.tree.Directories;
import io.carrel.linux.Descriptor;
import io.carrel.linux.Errno;
import io.carrel.linux.Signal;
import io.carrel.linux.SyscallException;
import io.carrel.linux.binding.ProcessCalls;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Kills the processes of a group one by one, where the kernel cannot do it at once. */
public final class Signals {

    private static final long PAUSE_NANOS = 1_000_000;

    private Signals() {}

    /** The processes of a group and of those below it. */
    public static List<Long> processes(Path group) {
        List<Long> found = new ArrayList<>(GroupFile.processes(group));
        Directories.children(group).forEach(child -> found.addAll(processes(group.resolve(child))));
        return found;
    }

    /** Signals each process once. */
    public static void killOnce(Placement group) {
        processes(group.directory()).forEach(pid -> kill(group, pid));
    }

    /**
     * Signals until nobody is left who was not signalled: a process that forks just before it is killed leaves another
     * one behind, which is in the group as well and is seen the next time.
     */
    public static void killAll(Placement group, Duration patience) {
        long end = System.nanoTime() + TimeUnit.NANOSECONDS.convert(patience);
        Set<Long> signalled = new HashSet<>();
        while (true) {
            List<Long> left = processes(group.directory());
            left.forEach(pid -> kill(group, pid));
            // Whoever was signalled will not fork any more; the pid may be another's only after it has left the list.
            signalled.retainAll(left);
            if (!signalled.addAll(left) || System.nanoTime() - end >= 0) {
                return;
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    /** The pid could be another process's by now; its descriptor cannot. */
    private static void kill(Placement group, long pid) {
        try (Descriptor process = ProcessCalls.pidfd(pid)) {
            boolean isMember = ProcessGroups.of(Long.toString(pid))
                    .in(group.hierarchy())
                    .flatMap(group.hierarchy()::directory)
                    .filter(directory -> directory.startsWith(group.directory()))
                    .isPresent();
            if (isMember) {
                ProcessCalls.sendSignal(process, Signal.KILL.number());
            }
        } catch (SyscallException e) {
            if (!e.errno().equals(Errno.ESRCH) && !e.errno().equals(Errno.EINVAL)) {
                throw e;
            }
        } catch (io.carrel.linux.KernelFileException gone) {
            return; // It has ended, and /proc with it.
        }
    }
}

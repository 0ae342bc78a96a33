package io.carrel.linux.launch;

import io.carrel.linux.Descriptor;
import io.carrel.linux.DirectoryListing;
import io.carrel.linux.KernelFile;
import io.carrel.linux.KernelFileException;
import io.carrel.linux.Signal;
import io.carrel.linux.SyscallException;
import io.carrel.linux.binding.ProcessCalls;
import io.carrel.linux.binding.ProcessStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The processes below another one, as {@code /proc} shows them. */
final class Descendants {

    private static final int EXISTS = 0;
    /** After the name, one after the other: {@code utime} and {@code stime}, then {@code cutime} and {@code cstime}. */
    private static final int OWN_TIMES = 11;

    private static final int TIMES_OF_CHILDREN = 13;
    private static final int BEHIND_THEM = 15;
    /** {@code USER_HZ}, 100 on all machines that there are programs for. */
    private static final int MILLIS_PER_TICK = 10;
    /** Whose descriptors are open at a time. */
    private static final int AT_ONCE = 200;

    private record Relative(int pid, Descriptor pidfd) {}

    private Descendants() {}

    /**
     * Kills all that are there now, or many of them. A pid stays its own while the process is not reaped, and only then
     * is it asked for its parent.
     *
     * @param pidfd of the ancestor; closed in the end
     */
    static void kill(int ancestor, Descriptor pidfd) {
        Deque<Relative> parents = new ArrayDeque<>(List.of(new Relative(ancestor, pidfd)));
        while (!parents.isEmpty()) {
            Relative parent = parents.remove();
            try (Descriptor open = parent.pidfd) {
                for (int child : children(parent.pid)) {
                    killChild(child, parent, parents);
                }
            }
        }
    }

    /** The pids of all that are there now, or of many of them. */
    static List<Integer> below(int ancestor) {
        List<Integer> found = new ArrayList<>(children(ancestor));
        for (int i = 0; i < found.size(); i++) {
            found.addAll(children(found.get(i)));
        }
        return found;
    }

    /**
     * The CPU time of those below a process, and of those that it or any of them has waited for; not its own, which
     * goes into setting the container up. A parent is read before its children, so that nothing is counted twice: what
     * of these ends meanwhile is missing this time.
     */
    static Duration cpuTime(int ancestor) {
        long ticks = ticks(ancestor, TIMES_OF_CHILDREN);
        Set<Integer> counted = new HashSet<>(Set.of(ancestor));
        Deque<Integer> parents = new ArrayDeque<>(counted);
        while (!parents.isEmpty()) {
            for (int child : children(parents.remove())) {
                if (counted.add(child)) {
                    ticks += ticks(child, OWN_TIMES);
                    parents.add(child);
                }
            }
        }
        return Duration.ofMillis(ticks * MILLIS_PER_TICK);
    }

    /**
     * Of {@code /proc/PID/stat}; see proc_pid_stat(5). The second field, a name in parentheses, may have spaces in it.
     */
    private static long ticks(int pid, int first) {
        try {
            String line = KernelFile.read(Path.of("/proc", Integer.toString(pid), "stat"));
            String[] afterName = line.substring(line.lastIndexOf(')') + 2).split(" ", -1);
            long sum = 0;
            for (int field = first; field < BEHIND_THEM; field++) {
                sum += Long.parseLong(afterName[field]);
            }
            return sum;
        } catch (IOException gone) {
            return 0;
        }
    }

    private static void killChild(int pid, Relative parent, Deque<Relative> parents) {
        Descriptor pidfd;
        try {
            pidfd = ProcessCalls.pidfd(pid);
        } catch (SyscallException gone) {
            return; // it has ended by itself
        }
        boolean isItsChild = isChild(pid, parent.pid) && ProcessCalls.sendSignal(parent.pidfd, EXISTS);
        if (isItsChild && ProcessCalls.sendSignal(pidfd, Signal.KILL.number()) && parents.size() < AT_ONCE) {
            parents.add(new Relative(pid, pidfd));
        } else {
            pidfd.close();
        }
    }

    /** Whether that process is a child of this one. */
    static boolean isChild(int pid, int parent) {
        try {
            return ProcessStatus.of(Integer.toString(pid)).parentPid() == parent;
        } catch (KernelFileException gone) {
            return false;
        }
    }

    private static List<Integer> children(int parent) {
        List<Integer> children = new ArrayList<>();
        try {
            for (Path thread : DirectoryListing.of(Path.of("/proc", Integer.toString(parent), "task"))) {
                for (String child : Files.readString(thread.resolve("children")).split(" ", -1)) {
                    if (!child.isBlank()) {
                        children.add(Integer.valueOf(child.strip()));
                    }
                }
            }
        } catch (IOException gone) {
            return children; // those found so far
        }
        return children;
    }
}

package io.carrel.cgroups.internal.processes;

import io.carrel.cgroups.internal.hierarchy.GroupFile;
import io.carrel.cgroups.internal.hierarchy.Placement;
import io.carrel.cgroups.internal.hierarchy.ProcessGroups;
import io.carrel.linux.Errno;
import io.carrel.linux.SyscallException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The processes of a group. Immutable.
 *
 * @param name the group's
 * @param placements its directories
 */
public record Members(String name, List<Placement> placements) {

    private static final String FILE = "cgroup.procs";

    /** In it and in groups below it. */
    public List<Long> all() {
        return placements.isEmpty()
                ? List.of()
                : Signals.processes(placements.get(0).directory());
    }

    /** Brings a process into all directories, or into none. */
    public void move(long pid) {
        ProcessGroups before = ProcessGroups.of(Long.toString(pid));
        List<Placement> done = new ArrayList<>();
        try {
            for (Placement placement : placements) {
                write("Cannot bring process %d into cgroup %s".formatted(pid, name), placement, pid);
                done.add(placement);
            }
        } catch (RuntimeException e) {
            done.forEach(placement -> moveBack(pid, placement, before, e));
            throw e;
        }
    }

    private static void moveBack(long pid, Placement placement, ProcessGroups before, RuntimeException failure) {
        try {
            before.in(placement.hierarchy())
                    .flatMap(placement.hierarchy()::directory)
                    .map(directory -> new Placement(placement.hierarchy(), directory))
                    .ifPresent(was -> write("Cannot bring process %d back".formatted(pid), was, pid));
        } catch (RuntimeException e) {
            failure.addSuppressed(e);
        }
    }

    /**
     * Brings those of the group itself into a further directory of it. Whoever forks meanwhile is seen in the next
     * round.
     */
    public void follow(Placement added) {
        Set<Long> moved = new HashSet<>();
        for (boolean isNews = true; isNews; ) {
            List<Long> found = GroupFile.processes(placements.get(0).directory());
            isNews = moved.addAll(found);
            found.forEach(pid -> enter(pid, added));
        }
    }

    private static void enter(long pid, Placement group) {
        try {
            write("Cannot bring process " + pid + " in", group, pid);
        } catch (SyscallException e) {
            if (!e.errno().equals(Errno.ESRCH)) { // It has ended.
                throw e;
            }
        }
    }

    private static void write(String doing, Placement group, long pid) {
        GroupFile.write(doing, group.file(FILE), Long.toString(pid));
    }
}

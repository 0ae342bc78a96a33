package io.carrel.linux.launch;

/**
 * How a container comes into its cgroup before any of its processes can run, by descriptors that the launcher is sent
 * when it runs: the group is made while the kernel starts the launcher. Immutable.
 *
 * <p>On v1 the launcher brings itself in, by each hierarchy's file {@code tasks}: a thread that moves itself need not
 * wait until no other thread of the system forks or ends, as a writer of {@code cgroup.procs} must, for milliseconds.
 * On v2 the container's first process is born there (CLONE_INTO_CGROUP, Linux 5.7).
 *
 * <p>Of a group that is given to the command's user the init is no member for long, as he could stop it there: before
 * the command is executed, its process puts the init back where this JVM is, by files of those groups.
 *
 * @param first the number in the launcher of the first such descriptor: the lowest that is free then
 * @param tasksFiles how many files {@code tasks} there are
 * @param unified whether a directory of v2 comes after them
 * @param back how many files come last, by which the init goes back
 * @see <a href="https://man7.org/linux/man-pages/man7/cgroups.7.html">cgroups(7)</a>
 */
public record CgroupEntry(int first, int tasksFiles, boolean unified, int back) {

    /** The container stays in the cgroup of this JVM. */
    public static final CgroupEntry NONE = new CgroupEntry(Launcher.FIRST_PASSED, 0, false, 0);

    /** Returns how many descriptors these are. */
    public int count() {
        return tasksFiles + (unified ? 1 : 0) + back;
    }

    /** Returns the number of the directory. */
    int directory() {
        return first + tasksFiles;
    }

    /** Returns the number of the first file by which the init goes back. */
    int firstBack() {
        return first + count() - back;
    }
}

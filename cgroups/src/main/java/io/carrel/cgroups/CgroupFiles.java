package io.carrel.cgroups;

import io.carrel.cgroups.internal.group.GroupDirectories;
import io.carrel.cgroups.internal.hierarchy.ProcessGroups;
import io.carrel.cgroups.limits.CgroupVersion;
import io.carrel.linux.Descriptor;
import io.carrel.linux.SyscallException;
import io.carrel.linux.binding.Kernel;
import io.carrel.linux.uapi.Fcntl;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The files of a group by which launchers move processes into it themselves. Thread-safe. */
public final class CgroupFiles {

    private static final String TASKS = "tasks";

    private final GroupDirectories directories;

    CgroupFiles(GroupDirectories directories) {
        this.directories = directories;
    }

    /**
     * Opens the group's directory on v2, for {@code CLONE_INTO_CGROUP} (Linux 5.7); empty on v1. The caller closes it.
     *
     * @throws SyscallException if the group is gone (ENOENT)
     * @see <a href="https://man7.org/linux/man-pages/man2/clone.2.html">clone3(2)</a>
     */
    public Optional<Descriptor> openUnified() {
        return directories
                .unified()
                .map(group -> Kernel.open(
                        "Cannot open cgroup " + group,
                        group.directory().toString(),
                        Fcntl.O_RDONLY.or(Fcntl.O_DIRECTORY)));
    }

    /**
     * Returns the {@code tasks} files of the group's v1 directories; none on pure v2. A thread that writes 0 there
     * enters the group. That is faster by milliseconds than {@code cgroup.procs}, whose writer waits until no thread of
     * the system forks or ends.
     *
     * @see <a href="https://man7.org/linux/man-pages/man7/cgroups.7.html">cgroups(7)</a>
     */
    public List<Path> tasksFiles() {
        return directories.placements().stream()
                .filter(placement -> placement.version() == CgroupVersion.V1)
                .map(placement -> placement.file(TASKS))
                .toList();
    }

    /**
     * Returns the files by which a process enters the groups that this JVM is in now, in the hierarchies where this
     * group has a directory: {@code tasks} on v1, {@code cgroup.procs} on v2.
     *
     * @throws IllegalStateException if this JVM's own group cannot be seen here
     */
    public List<Path> filesOfOwnGroups() {
        ProcessGroups own = ProcessGroups.of("self");
        return directories.placements().stream()
                .map(placement -> own.in(placement.hierarchy())
                        .flatMap(placement.hierarchy()::directory)
                        .map(group -> group.resolve(placement.version() == CgroupVersion.V1 ? TASKS : "cgroup.procs"))
                        .orElseThrow(() ->
                                new IllegalStateException("this JVM's group is not below " + placement.hierarchy())))
                .toList();
    }
}

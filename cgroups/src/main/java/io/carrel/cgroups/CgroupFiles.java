package io.carrel.cgroups;

import io.carrel.cgroups.internal.group.GroupDirectories;
import io.carrel.cgroups.internal.hierarchy.CgroupSubject;
import io.carrel.cgroups.internal.hierarchy.Placement;
import io.carrel.cgroups.internal.hierarchy.ProcessGroups;
import io.carrel.cgroups.limits.CgroupVersion;
import io.carrel.linux.Descriptor;
import io.carrel.linux.SyscallException;
import io.carrel.linux.binding.Kernel;
import io.carrel.linux.uapi.Fcntl;
import java.nio.file.Path;
import java.util.ArrayList;
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
     * Opens what a launcher needs to bring a process in: the files {@code tasks} of the group's v1 directories, none on
     * pure v2, then its directory on v2, if it has one, and then the way back, if it is wanted. The caller closes them:
     * then nobody else comes in by them.
     *
     * <p>A thread that writes 0 to {@code tasks} comes in. That is faster by milliseconds than {@code cgroup.procs},
     * whose writer waits until no thread of the system forks or ends.
     *
     * @param back whether to open those files of this JVM's own groups, too, in the same hierarchies, by which a
     *     process comes back into them: {@code tasks} on v1, {@code cgroup.procs} on v2
     * @throws io.carrel.linux.SyscallException if the group is gone or not this user's
     * @throws IllegalStateException if this JVM's own group cannot be seen here
     * @see <a href="https://man7.org/linux/man-pages/man7/cgroups.7.html">cgroups(7)</a>
     */
    public List<Descriptor> openEntrances(boolean back) {
        List<Descriptor> opened = new ArrayList<>();
        try {
            for (Path tasks : tasksFiles()) {
                opened.add(Kernel.open(
                        CgroupSubject.MEMBERS, "Cannot enter cgroup " + directories, tasks.toString(), Fcntl.O_WRONLY));
            }
            openUnified().ifPresent(opened::add);
            if (back) {
                for (Path own : filesOfOwnGroups()) {
                    opened.add(Kernel.open(
                            "Cannot keep the first process out of cgroup " + directories,
                            own.toString(),
                            Fcntl.O_WRONLY));
                }
            }
            return opened;
        } catch (RuntimeException | Error e) {
            opened.forEach(Descriptor::close);
            throw e;
        }
    }

    /**
     * Opens the files by which a process comes into the group by writing 0: {@code tasks} on v1, {@code cgroup.procs}
     * on v2. The caller closes them.
     *
     * @throws io.carrel.linux.SyscallException if the group is gone or not this user's
     */
    public List<Descriptor> openMembers() {
        List<Descriptor> opened = new ArrayList<>();
        try {
            directories.placements().stream()
                    .map(placement -> placement.file(members(placement)))
                    .map(file -> Kernel.open(
                            CgroupSubject.MEMBERS,
                            "Cannot enter cgroup " + directories,
                            file.toString(),
                            Fcntl.O_WRONLY))
                    .forEach(opened::add);
            return opened;
        } catch (RuntimeException | Error e) {
            opened.forEach(Descriptor::close);
            throw e;
        }
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

    private List<Path> tasksFiles() {
        return directories.placements().stream()
                .filter(placement -> placement.version() == CgroupVersion.V1)
                .map(placement -> placement.file(TASKS))
                .toList();
    }

    private static String members(Placement placement) {
        return placement.version() == CgroupVersion.V1 ? TASKS : "cgroup.procs";
    }

    private List<Path> filesOfOwnGroups() {
        ProcessGroups own = ProcessGroups.of("self");
        return directories.placements().stream()
                .map(placement -> own.in(placement.hierarchy())
                        .flatMap(placement.hierarchy()::directory)
                        .map(group -> group.resolve(members(placement)))
                        .orElseThrow(() ->
                                new IllegalStateException("this JVM's group is not below " + placement.hierarchy())))
                .toList();
    }
}

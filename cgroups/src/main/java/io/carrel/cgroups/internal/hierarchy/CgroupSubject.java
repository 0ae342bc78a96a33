package io.carrel.cgroups.internal.hierarchy;

import static io.carrel.linux.Remedies.NONE;

import io.carrel.linux.Errno;
import io.carrel.linux.LinuxSubject;
import io.carrel.linux.Remedies;
import io.carrel.linux.Subject;
import java.nio.file.Path;

/** What of a group a call is made for, which decides what its failure means. */
public enum CgroupSubject implements Subject {
    /** Which controllers the groups below have. */
    DIVISION(NONE.failing(Errno.EBUSY)
            .advise("Processes are in this group itself, and cgroup v2 divides only among groups (no internal"
                    + " processes). Move them into a group at the end of the tree; Cgroups.moveJvmToLeaf does it with"
                    + " the JVM.")),
    /** The processes of a group. */
    MEMBERS(NONE.failing(Errno.EBUSY)
            .advise("This group divides among groups below it, so cgroup v2 lets it have no processes of its own; bring"
                    + " the process into one of those below.")
            .failing(Errno.EACCES, Errno.EPERM)
            .advise("To move a process one must be allowed to write cgroup.procs of the group, of the one that the"
                    + " process comes from and of the one above both, and the process must be of the same user.")),
    /** Being told of pressure. */
    PRESSURE(NONE.failing(Errno.EINVAL)
            .advise("Without CAP_SYS_RESOURCE the window must be a multiple of 2 s (Linux 6.5), and before that the"
                    + " kernel refuses.")),
    /** Removing a group. */
    REMOVAL(NONE.failing(Errno.EBUSY)
            .advise("Processes are in the group or in one below it; end them first. Cgroup.close does it."));

    private final Remedies remedies;

    CgroupSubject(Remedies remedies) {
        this.remedies = remedies;
    }

    @Override
    public Remedies remedies() {
        return remedies;
    }

    /** What a file of a group is written for. */
    static Subject ofFile(Path file) {
        return switch (String.valueOf(file.getFileName())) {
            case "cgroup.procs" -> MEMBERS;
            case "cgroup.subtree_control" -> DIVISION;
            default -> LinuxSubject.OTHER;
        };
    }
}

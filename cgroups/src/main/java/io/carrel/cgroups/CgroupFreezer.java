package io.carrel.cgroups;

import io.carrel.cgroups.internal.group.GroupDirectories;
import io.carrel.cgroups.internal.processes.Control;
import io.carrel.linux.KernelFileException;
import io.carrel.linux.SyscallException;
import io.carrel.linux.UnsupportedFeatureException;
import java.time.Duration;

/**
 * Stops all processes of a group and of those below it, and lets them continue. On v2 every group can do this
 * ({@code cgroup.freeze}, Linux 5.2), on v1 the controller {@code freezer}. The files must belong to this user.
 * Thread-safe.
 *
 * @see <a href="https://docs.kernel.org/admin-guide/cgroup-v2.html">Control Group v2, core interface files</a>
 */
public final class CgroupFreezer {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final GroupDirectories directories;

    CgroupFreezer(GroupDirectories directories) {
        this.directories = directories;
    }

    /**
     * Stops all processes in the group and below it, and waits until they have stopped.
     *
     * @throws IllegalStateException if they have not stopped within ten seconds; they continue then
     * @throws UnsupportedFeatureException if the host has neither v2 nor the v1 freezer
     * @throws SyscallException if the group is gone (ENOENT), or its files are not this user's (EACCES)
     */
    public void freeze() {
        control().freeze(PATIENCE);
    }

    /**
     * Lets the processes continue, unless a group above is frozen.
     *
     * @throws UnsupportedFeatureException if the host has neither v2 nor the v1 freezer
     * @throws SyscallException if the group is gone (ENOENT), or its files are not this user's (EACCES)
     */
    public void thaw() {
        control().thaw();
    }

    /**
     * Returns whether all processes have stopped.
     *
     * @throws UnsupportedFeatureException if the host has neither v2 nor the v1 freezer
     * @throws KernelFileException if the group is gone
     */
    public boolean isFrozen() {
        return control().isFrozen();
    }

    /**
     * Lets those die who were killed while they were stopped: on v1 they do not die before they may continue. On v2,
     * and where nobody is stopped, this changes nothing. A group that is gone is no error.
     *
     * @throws SyscallException if the group's files are not this user's (EACCES)
     */
    public void thawKilled() {
        control().thawKilled();
    }

    private Control control() {
        return new Control(directories.name(), directories.placements());
    }
}

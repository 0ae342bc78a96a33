package io.carrel.cgroups;

import io.carrel.cgroups.internal.controllers.Checks;
import io.carrel.cgroups.internal.controllers.GroupUsage;
import io.carrel.cgroups.internal.controllers.LimitsInForce;
import io.carrel.cgroups.internal.controllers.MemoryFiles;
import io.carrel.cgroups.internal.group.GroupDirectories;
import io.carrel.cgroups.internal.hierarchy.Placement;
import io.carrel.cgroups.internal.processes.Control;
import io.carrel.cgroups.internal.processes.Members;
import io.carrel.cgroups.internal.tree.Delegation;
import io.carrel.cgroups.limits.Bytes;
import io.carrel.cgroups.limits.Controller;
import io.carrel.cgroups.limits.Limits;
import io.carrel.cgroups.usage.Sample;
import io.carrel.cgroups.usage.Usage;
import io.carrel.linux.KernelFileException;
import io.carrel.linux.NotPermittedException;
import io.carrel.linux.SyscallException;
import io.carrel.linux.UnsupportedFeatureException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A group of processes that is limited, measured, stopped and killed as one. It has a directory in each hierarchy that
 * it needs, and whatever its processes start is in it, too. Thread-safe; changes of limits and removal take turns.
 *
 * <p>{@link #close()} kills what is in the group and removes it. Root may do everything here; an ordinary user needs a
 * group whose files belong to them, as after {@link #delegate}. A method that writes to files of others throws a
 * {@link SyscallException} with EACCES, one that makes directories a {@link KernelFileException}.
 *
 * @see <a href="https://docs.kernel.org/admin-guide/cgroup-v2.html">Control Group v2</a>
 */
public final class Cgroup implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Cgroup.class);
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final GroupMaker maker;
    private final GroupDirectories directories;
    private final LimitsInForce limited;
    private final GroupUsage usage;
    private final CgroupEvents events;

    /** One that is there. */
    Cgroup(GroupMaker maker, GroupDirectories directories) {
        this(maker, directories, new LimitsInForce());
    }

    /** One that has just been made with these limits. */
    Cgroup(GroupMaker maker, GroupDirectories directories, LimitsInForce limited) {
        this.maker = maker;
        this.directories = directories;
        this.limited = limited;
        this.usage = new GroupUsage(directories);
        this.events = new CgroupEvents(directories);
    }

    /** Returns the group's name, the last part of its path. */
    public String name() {
        return directories.name();
    }

    /** Returns the group's directories: one on v2, several on v1 and hybrid. */
    public List<Path> directories() {
        return directories.paths();
    }

    /** Returns the controllers of the hierarchies in which the group has a directory. */
    public Set<Controller> controllers() {
        return directories.controllers();
    }

    /** Returns whether the group is there and has not been removed. */
    public boolean exists() {
        return directories.exist();
    }

    /**
     * Gives the group to a user, who may then make groups below it and divide among them what it has, but not raise its
     * own limits. The user gets the directory and the files that the kernel lists for this in
     * {@code /sys/kernel/cgroup/delegate} (Linux 4.15). Giving the group to another user needs {@code CAP_CHOWN}.
     *
     * @param user the new owner's user id, as this process sees it
     * @param group the new owner's group id, as this process sees it
     * @throws KernelFileException if this process may not change the owner, or the group is gone
     * @see <a href="https://docs.kernel.org/admin-guide/cgroup-v2.html">Control Group v2, delegation</a>
     */
    public void delegate(long user, long group) {
        directories.placements().forEach(placement -> Delegation.give(placement, user, group));
    }

    /**
     * Makes a group below this one, without limits of its own.
     *
     * @param child its name, as {@link Cgroups#create(String, Limits)} takes it
     * @throws IllegalArgumentException if that cannot be a name for a group
     * @throws IllegalStateException if there is such a group already, or this group was removed
     * @throws KernelFileException if this process may not make directories here
     */
    public Cgroup create(String child) {
        return create(child, Limits.none());
    }

    /**
     * Makes a group below this one. On v2, the groups that have limits and processes must be at the end of the tree.
     *
     * @param child its name, as {@link Cgroups#create(String, Limits)} takes it
     * @param limits what it may use; they cannot exceed what this group has
     * @throws IllegalArgumentException if that cannot be a name for a group, or a limit cannot hold
     * @throws IllegalStateException if there is such a group already, if this group was removed, or on v2 if processes
     *     are in this group itself
     * @throws UnsupportedFeatureException if the host cannot enforce a limit, or this process may not use its
     *     controller
     * @throws NotPermittedException if there are device rules, which take root
     * @throws KernelFileException if this process may not make directories here
     */
    public Cgroup create(String child, Limits limits) {
        return maker.create(child, limits, directories.below());
    }

    /**
     * Prepares to make groups below this one that are all alike. They are removed with this JVM even if this group
     * outlives it.
     *
     * @throws IllegalArgumentException if a limit cannot hold
     * @throws IllegalStateException if this group was removed, or on v2 if processes are in this group itself
     * @throws UnsupportedFeatureException if the host cannot enforce a limit, or this process may not use its
     *     controller
     * @throws NotPermittedException if there are device rules, which take root
     */
    public CgroupTemplate template(Limits limits) {
        return maker.template(limits, directories.below().owned());
    }

    /**
     * Returns the groups directly below.
     *
     * @throws IllegalStateException if this group was removed
     */
    public List<Cgroup> children() {
        return directories.children().stream()
                .map(child -> maker.find(child, directories.below()))
                .toList();
    }

    /**
     * Returns the pids of the processes in the group and in those below it; none if the group is gone. Processes that
     * this JVM's PID namespace does not have are left out.
     */
    public List<Long> processes() {
        return new Members(name(), directories.placements()).all();
    }

    /**
     * Moves a process into the group, with all its threads; what it has started before stays where it is. Needs write
     * access to {@code cgroup.procs} of this group, and on v2 also to that of the nearest group above both.
     *
     * @throws KernelFileException if there is no such process
     * @throws SyscallException if this process may not move it (EACCES), the group is gone (ENOENT, ENODEV), or the
     *     process has just ended (ESRCH); the process is where it was then
     * @see <a href="https://man7.org/linux/man-pages/man7/cgroups.7.html">cgroups(7)</a>
     */
    public void move(long pid) {
        new Members(name(), directories.placements()).move(pid);
    }

    /** Returns the files by which launchers move processes into the group themselves. */
    public CgroupFiles files() {
        return new CgroupFiles(directories);
    }

    /** Returns the object that stops the group's processes and lets them continue. */
    public CgroupFreezer freezer() {
        return new CgroupFreezer(directories);
    }

    /**
     * Changes limits while processes run. Only the given limits change, either all of them or, if one is refused, none.
     *
     * @throws IllegalArgumentException if a limit is below what is in use, above that of a group above, or for an
     *     unknown device
     * @throws UnsupportedFeatureException if the controller's version has no such limit, or the controller is missing
     * @throws NotPermittedException if there are device rules, which take root
     * @throws SyscallException if the kernel refuses a limit, or the files are not this user's (EACCES); the limits are
     *     as before then
     */
    public synchronized void update(Limits limits) {
        maker.check(limits);
        List<Placement> parents = directories.makeParents(limits.controllers());
        Checks.beforeWriting(maker.host(), parents, limits);
        limits.all().forEach(limit -> directories.of(limit.controller()).ifPresent(group -> Checks.use(group, limit)));
        directories.join(parents);
        limited.change(directories, limits);
        LOG.debug("cgroup {} limited: {}", this, limits);
    }

    /**
     * Reads the limits in force from the kernel. Those that are as in a new group are left out.
     *
     * <p>Two kinds are known only in part. Device rules are read where v1 lists what is allowed; on v2 the kernel keeps
     * them as a program, and v1 shows no exceptions from all devices, so there they are those that this object has set.
     * Raw files are those that this object has written, with what they hold now; whether others are a limit cannot be
     * known.
     *
     * @throws KernelFileException if a file holds something that the kernel does not write; it is never taken for no
     *     limit
     */
    public Limits limits() {
        return limited.read(directories);
    }

    /**
     * Returns the most memory that the group can have: its own limit, or that of a group above if that is less;
     * {@link Bytes#MAX} if neither has one.
     *
     * @throws KernelFileException if a file with a limit cannot be read or understood
     */
    public Bytes effectiveMemory() {
        return directories.of(Controller.MEMORY).map(MemoryFiles::effective).orElse(Bytes.MAX);
    }

    /**
     * Kills every process in the group and below it, frozen ones included, and whatever they start meanwhile, without
     * waiting for them to be gone. Writes {@code cgroup.kill} (Linux 5.14); on older kernels and v1, stops the
     * processes first and signals each.
     *
     * @throws SyscallException if the files of the group are not this user's (EACCES), or it is gone (ENOENT)
     */
    public void kill() {
        new Control(name(), directories.placements()).kill();
    }

    /**
     * Removes the group and all groups below it, and waits up to ten seconds for processes that are ending. Does
     * nothing if it has been removed.
     *
     * @throws SyscallException with EBUSY if processes are in it after that time
     */
    public void remove() {
        remove(PATIENCE);
    }

    /**
     * Removes the group as {@link #remove()} does.
     *
     * @param patience how long to wait for processes that are ending; zero is not at all
     * @throws SyscallException with EBUSY if processes are in it after that time
     */
    public synchronized void remove(Duration patience) {
        directories.awaitEmpty(patience);
        usage.keepWhole();
        directories.remove(patience);
        ended();
    }

    private void ended() {
        usage.removed();
        events.close();
        LOG.debug("cgroup {} removed", this);
    }

    /**
     * Kills what is in the group and removes it. Later calls do nothing.
     *
     * @throws SyscallException with EBUSY if its processes have not ended within ten seconds
     */
    @Override
    public void close() {
        synchronized (this) {
            usage.keep();
            if (directories.removeAtOnce()) { // Nobody is in it.
                ended();
                return;
            }
        }
        kill();
        remove();
    }

    /**
     * Reads what the group uses at this moment, or returns what it had used when this object removed it. The values
     * mean the same on v1 and v2 and are empty where the host does not count; on v1, memory and I/O include all groups
     * below.
     *
     * @throws IllegalStateException if the group is not there, or somebody else has removed it
     */
    public Usage usage() {
        return usage.usage();
    }

    /**
     * Measures the group again and again, beginning at once, on a daemon thread of Carrel's, until the returned object
     * is closed or the group is gone. The samples of one series never overlap.
     *
     * @param interval the time from one sample to the next, at least 1 ms; it is longer where the host is busy
     * @param listener receives each sample; it should not block for long
     * @throws IllegalArgumentException if the interval is too short
     */
    public Measurement measure(Duration interval, Consumer<Sample> listener) {
        return Measurement.start(directories, usage, interval, listener);
    }

    /** Returns the events of the group, to which listeners can subscribe until its end. */
    public CgroupEvents events() {
        return events;
    }

    /** Returns the group's first directory, or its name if it has none. */
    @Override
    public String toString() {
        return directories.toString();
    }
}

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
import io.carrel.linux.UnsupportedFeatureException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A group of processes that is limited, measured, stopped and killed as one. It has a directory in each hierarchy that it needs.
 * Whatever its processes start is in it too. Thread-safe, but changes of limits and removal take turns.
 *
 * <p>{@link #close()} kills what is in it and removes it.
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

    /** Returns its name. */
    public String name() {
        return directories.name();
    }

    /** Returns its directories: one on v2, several on v1 and hybrid. */
    public List<Path> directories() {
        return directories.paths();
    }

    /** Returns what controls it. */
    public Set<Controller> controllers() {
        return directories.controllers();
    }

    /** Returns whether it is there, and not removed. */
    public boolean exists() {
        return directories.exist();
    }

    /**
     * Gives the group to a user, who may then make groups below and divide among them what this one has, but not raise its own
     * limits: the files that the kernel lists for that ({@code /sys/kernel/cgroup/delegate}, Linux 4.15) become theirs. Giving it to
     * another user needs CAP_CHOWN.
     *
     * @throws io.carrel.linux.ContainerException if this process may not change owners
     * @see <a href="https://docs.kernel.org/admin-guide/cgroup-v2.html">Control Group v2, delegation</a>
     */
    public void delegate(long user, long group) {
        directories.placements().forEach(placement -> Delegation.give(placement, user, group));
    }

    /**
     * Makes a group below this one, without limits of its own.
     *
     * @throws IllegalStateException as {@link #create(String, Limits)} does
     */
    public Cgroup create(String child) {
        return create(child, Limits.none());
    }

    /**
     * Makes a group below this one.
     *
     * @throws IllegalArgumentException if a limit cannot hold
     * @throws IllegalStateException if this group was removed, and on v2 if processes are in this group itself: those with limits of
     *     their own must all be in groups at the end of the tree
     * @throws UnsupportedFeatureException if the host cannot enforce a limit, or this process may not use its controller
     */
    public Cgroup create(String child, Limits limits) {
        return maker.create(child, limits, directories.below());
    }

    /**
     * Prepares what makes groups below this one, each like the other, that go with this JVM even where this group outlives it.
     *
     * @throws IllegalArgumentException if a limit cannot hold
     * @throws IllegalStateException if this group was removed, and on v2 if processes are in this group itself
     * @throws UnsupportedFeatureException if the host cannot enforce a limit, or this process may not use its controller
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

    /** Returns the processes in it and in groups below it; none if it is gone. */
    public List<Long> processes() {
        return new Members(name(), directories.placements()).all();
    }

    /**
     * Brings a process in, with all its threads; what it has started before stays where it is. Needs write access to the
     * {@code cgroup.procs} of this group, and on v2 to that of the group above both.
     *
     * @throws io.carrel.linux.SyscallException if this process may not do that, or there is no such process (ESRCH); then the
     *     process is where it was
     * @see <a href="https://man7.org/linux/man-pages/man7/cgroups.7.html">cgroups(7)</a>
     */
    public void move(long pid) {
        new Members(name(), directories.placements()).move(pid);
    }

    /** Returns the files by which launchers bring processes in themselves. */
    public CgroupFiles files() {
        return new CgroupFiles(directories);
    }

    /** Returns what stops its processes and lets them continue. */
    public CgroupFreezer freezer() {
        return new CgroupFreezer(directories);
    }

    /**
     * Changes limits while processes run: those given, and no others. All of them, or none if one cannot be.
     *
     * @throws IllegalArgumentException if a limit is below what is in use, above that of a group above, or of an unknown device
     * @throws UnsupportedFeatureException if the controller's version has no such limit, or the controller is missing
     * @throws io.carrel.linux.SyscallException if the kernel refuses one; then the limits are as before
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
     * Reads the limits in force from the kernel. What is as in a new group is left out.
     *
     * <p>Two kinds are known in part only. Rules about devices are read where v1 lists what is allowed; on v2 the kernel keeps
     * them as a program, and v1 shows no exceptions from all devices, so there they are those that this object has set. Raw files
     * are those that this object has written, with what they hold now; of others nobody knows whether they are a limit.
     *
     * @throws io.carrel.linux.KernelFileException if a file does not hold what the kernel writes; it is never taken for no limit
     */
    public Limits limits() {
        return limited.read(directories);
    }

    /**
     * Returns the most memory that it can have: its own limit, or that of a group above if that is less; {@link Bytes#MAX} for
     * neither.
     *
     * @throws io.carrel.linux.KernelFileException if a limit is no number
     */
    public Bytes effectiveMemory() {
        return directories.of(Controller.MEMORY).map(MemoryFiles::effective).orElse(Bytes.MAX);
    }

    /**
     * Kills every process in it and below it, frozen ones included, and whatever they start meanwhile; does not wait for them to
     * be gone. By {@code cgroup.kill} (Linux 5.14), on older kernels and v1 by stopping them first.
     *
     * @throws io.carrel.linux.SyscallException if the files of the group are not this user's, or it is gone (ENOENT)
     */
    public void kill() {
        new Control(name(), directories.placements()).kill();
    }

    /**
     * Removes it and all groups below it; waits up to ten seconds for processes that are ending. What is removed already is
     * no error.
     *
     * @throws io.carrel.linux.SyscallException with EBUSY if processes are in it
     */
    public void remove() {
        remove(PATIENCE);
    }

    /**
     * Removes it as {@link #remove()} does, with another patience.
     *
     * @throws io.carrel.linux.SyscallException with EBUSY if processes are in it
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
     * Kills what is in it, and removes it. Later calls do nothing.
     *
     * @throws io.carrel.linux.SyscallException with EBUSY if its processes have not ended within ten seconds
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
     * Reads what it uses at this moment, or returns what it had used when this object removed it. The same type for v1 and v2, empty
     * where the host does not count. On v1 memory and I/O are those of this group and all below it too.
     *
     * @throws IllegalStateException if the group is not there, or somebody else has removed it
     */
    public Usage usage() {
        return usage.usage();
    }

    /**
     * Measures again and again, at first at once, on a daemon thread of Carrel's, until the returned object is closed or the group is
     * gone. No two samples of a series are taken at once.
     *
     * @param interval from one sample to the next, or more where the host is busy; at least 1 ms
     * @param listener is given each sample; it must not block for long
     * @throws IllegalArgumentException if the interval is too short
     */
    public Measurement measure(Duration interval, Consumer<Sample> listener) {
        return Measurement.start(directories, usage, interval, listener);
    }

    /** Returns what tells of its events, until its end. */
    public CgroupEvents events() {
        return events;
    }

    /** Returns its first directory. */
    @Override
    public String toString() {
        return directories.toString();
    }
}

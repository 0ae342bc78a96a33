package io.carrel.cgroups;

import static com.google.common.base.Preconditions.checkState;
import static java.util.Objects.requireNonNull;

import com.google.common.collect.ImmutableList;
import io.carrel.cgroups.internal.hierarchy.Hierarchy;
import io.carrel.cgroups.internal.hierarchy.Placement;
import io.carrel.cgroups.internal.hierarchy.ProcessGroups;
import io.carrel.cgroups.internal.processes.EventsFile;
import io.carrel.cgroups.internal.tree.Delegation;
import io.carrel.cgroups.internal.tree.Directories;
import io.carrel.cgroups.internal.tree.Removal;
import io.carrel.cgroups.limits.Bytes;
import io.carrel.cgroups.limits.CgroupVersion;
import io.carrel.cgroups.limits.Controller;
import io.carrel.cgroups.limits.Limits;
import io.carrel.cgroups.usage.Sample;
import io.carrel.cgroups.usage.Usage;
import io.carrel.linux.Descriptor;
import io.carrel.linux.SyscallException;
import io.carrel.linux.UnsupportedFeatureException;
import io.carrel.linux.binding.Kernel;
import io.carrel.linux.uapi.Fcntl;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
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

    private final Cgroups host;
    private final String name;
    private final Place place;
    private volatile ImmutableList<Placement> placements;
    private volatile @Nullable Meter meter;
    /** What it had used just before this object removed it. */
    private volatile @Nullable Usage last;

    /** By this object. */
    private volatile boolean removed;

    private final Listeners listeners = new Listeners();
    private final LimitsInForce limited = new LimitsInForce();

    /** A group that is there, in those of the hierarchies that have it. */
    Cgroup(Cgroups host, String name, Place place) {
        this.host = host;
        this.name = name;
        this.place = place;
        this.placements = everywhere().stream()
                .filter(group -> Files.isDirectory(group.directory()))
                .collect(ImmutableList.toImmutableList());
    }

    /** A group that has just been made. */
    Cgroup(Cgroups host, String name, Place place, List<Placement> placements) {
        this.host = host;
        this.name = name;
        this.place = place;
        this.placements = ImmutableList.copyOf(placements);
    }

    /** Its name. */
    public String name() {
        return name;
    }

    /** Its directories: one on v2, several on v1 and hybrid. */
    public List<Path> directories() {
        return placements.stream().map(Placement::directory).toList();
    }

    /** What controls it. */
    public Set<Controller> controllers() {
        Set<Controller> controllers = EnumSet.noneOf(Controller.class);
        placements.forEach(placement -> controllers.addAll(placement.hierarchy().controllers()));
        return controllers;
    }

    /** Whether it is there, and not removed. */
    public boolean exists() {
        return placements.stream().anyMatch(placement -> Files.isDirectory(placement.directory()));
    }

    /**
     * Its directory on v2, open, for {@code CLONE_INTO_CGROUP}; empty on v1. The caller closes it.
     */
    public Optional<Descriptor> openUnified() {
        return unified()
                .map(group -> Kernel.open(
                        "Cannot open cgroup " + group,
                        group.directory().toString(),
                        Fcntl.O_RDONLY.or(Fcntl.O_DIRECTORY)));
    }

    /**
     * The files {@code tasks} of its v1 directories, none on pure v2: a thread that writes 0 there comes in. That is faster by
     * milliseconds than {@code cgroup.procs}, whose writer waits until no thread of the system forks or ends.
     */
    public List<Path> tasksFiles() {
        return placements.stream()
                .filter(placement -> placement.version() == CgroupVersion.V1)
                .map(placement -> placement.file("tasks"))
                .toList();
    }

    /**
     * Of the groups that this JVM is in now, in the hierarchies where this one has a directory, the files by which a process comes
     * there: {@code tasks} on v1, {@code cgroup.procs} on v2.
     *
     * @throws IllegalStateException if this JVM's own group cannot be seen here
     */
    public List<Path> filesOfOwnGroups() {
        ProcessGroups own = ProcessGroups.of("self");
        return placements.stream()
                .map(placement -> own.in(placement.hierarchy())
                        .flatMap(placement.hierarchy()::directory)
                        .map(group -> group.resolve(placement.version() == CgroupVersion.V1 ? "tasks" : "cgroup.procs"))
                        .orElseThrow(() ->
                                new IllegalStateException("this JVM's group is not below " + placement.hierarchy())))
                .toList();
    }

    private Optional<Placement> unified() {
        return Placement.unified(placements);
    }

    /** The directory in the hierarchy of that controller. */
    Optional<Placement> placement(Controller controller) {
        return Placement.of(placements, controller);
    }

    Placement require(Controller controller) {
        return placement(controller).orElseThrow(() -> host.missing(controller));
    }

    List<Placement> placements() {
        return placements;
    }

    /**
     * Gives the group to a user, who may then make groups below and divide among them what this one has, but not raise its own
     * limits: the files that the kernel lists for that ({@code /sys/kernel/cgroup/delegate}) become his.
     *
     * @throws io.carrel.linux.ContainerException if this process may not change owners
     */
    public void delegate(long user, long group) {
        placements.forEach(placement -> Delegation.give(placement, user, group));
    }

    // ------------------------------------------------------------------------------------------------ groups below

    /** Makes a group below this one, without limits of its own. */
    public Cgroup create(String child) {
        return create(child, Limits.none());
    }

    /**
     * Makes a group below this one.
     *
     * @throws IllegalStateException on v2 if processes are in this group itself: those with limits of their own must all be in
     *     groups at the end of the tree
     */
    public Cgroup create(String child, Limits limits) {
        return host.create(child, limits, below());
    }

    /**
     * What makes groups below this one, each like the other, that go with this JVM even where this group outlives it.
     *
     * @throws IllegalStateException on v2 if processes are in this group itself
     */
    public CgroupTemplate template(Limits limits) {
        return host.template(limits, below().owned());
    }

    private Place below() {
        checkState(exists(), "cgroup %s is not there any more", this);
        return place.below(name);
    }

    /** The groups directly below. */
    public List<Cgroup> children() {
        Set<String> names = new LinkedHashSet<>();
        placements.forEach(placement -> names.addAll(Directories.children(placement.directory())));
        return names.stream()
                .map(child -> new Cgroup(host, child, place.below(name)))
                .toList();
    }

    // --------------------------------------------------------------------------------------------------- processes

    /** The processes in it and in groups below it. */
    public List<Long> processes() {
        return members().all();
    }

    /**
     * Brings a process in, with all its threads; what it has started before stays where it is.
     *
     * @throws io.carrel.linux.SyscallException if this process may not do that; then the process is where it was
     */
    public void move(long pid) {
        members().move(pid);
    }

    private Members members() {
        return new Members(name, placements);
    }

    // ------------------------------------------------------------------------------------------------------ limits

    /**
     * Changes limits while processes run: those given, and no others. All of them, or none if one cannot be.
     *
     * @throws IllegalArgumentException if a limit is below what is in use, above that of a group above, or of an unknown device
     * @throws UnsupportedFeatureException if the controller's version has no such limit, or the controller is missing
     */
    public synchronized void update(Limits limits) {
        host.check(limits);
        List<Placement> parents = host.usable().stream()
                .filter(hierarchy -> limits.controllers().stream().anyMatch(hierarchy.controllers()::contains))
                .map(hierarchy -> place.make(hierarchy, limits.controllers()))
                .toList();
        Checks.beforeWriting(host, parents, limits);
        limits.all().forEach(limit -> placement(limit.controller()).ifPresent(group -> Checks.use(group, limit)));
        for (Placement parent : parents) {
            if (placements.stream().noneMatch(group -> group.hierarchy().equals(parent.hierarchy()))) {
                join(parent.hierarchy(), limits.controllers());
            }
        }
        limited.change(this, limits);
        LOG.debug("cgroup {} limited: {}", this, limits);
    }

    /** What a template has written already. */
    void begin(Limits limits) {
        limited.begin(this, limits);
    }

    /** Adds a v1 hierarchy that this group had no need for until now, and brings its processes in. */
    private synchronized Placement join(Hierarchy hierarchy, Set<Controller> controllers) {
        Placement parent = place.make(hierarchy, controllers);
        Placement added = parent.child(name);
        Directories.makeParent(parent, added, Set.of()); // Another object may have added it before.
        members().follow(added);
        placements =
                ImmutableList.<Placement>builder().addAll(placements).add(added).build();
        return added;
    }

    /**
     * The limits in force, read from the kernel. What is as in a new group is left out.
     *
     * <p>Two kinds are known in part only. Rules about devices are read where v1 lists what is allowed; on v2 the kernel keeps
     * them as a program, and v1 shows no exceptions from all devices, so there they are those that this object has set. Raw files
     * are those that this object has written, with what they hold now; of others nobody knows whether they are a limit.
     */
    public Limits limits() {
        return limited.read(this);
    }

    // ------------------------------------------------------------------------------------------ stop, continue, end

    /**
     * Stops all processes in it and below it, and waits until they have stopped.
     *
     * @throws IllegalStateException if they have not within ten seconds; then they continue
     * @throws UnsupportedFeatureException if the host has neither v2 nor the v1 freezer
     */
    public void freeze() {
        control().freeze(PATIENCE);
    }

    /** Lets the processes continue. */
    public void thaw() {
        control().thaw();
    }

    /** Whether all processes have stopped. */
    public boolean isFrozen() {
        return control().isFrozen();
    }

    /**
     * Kills every process in it and below it, frozen ones included, and whatever they start meanwhile; does not wait for them to
     * be gone. By {@code cgroup.kill} (Linux 5.14), on older kernels and v1 by stopping them first.
     */
    public void kill() {
        control().kill();
    }

    /**
     * Lets those die who were stopped when somebody killed them: on v1 they do not before they may continue. On v2, and where nobody
     * is stopped, this changes nothing.
     */
    public void thawKilled() {
        control().thawKilled();
    }

    private Control control() {
        return new Control(name, placements);
    }

    /**
     * Removes it and all groups below it; waits up to ten seconds for processes that are ending. What is removed already is
     * no error.
     *
     * @throws io.carrel.linux.SyscallException with EBUSY if processes are in it
     */
    public synchronized void remove() {
        remove(PATIENCE);
    }

    /** The same with another patience. */
    public synchronized void remove(Duration patience) {
        unified()
                .filter(group -> Files.isDirectory(group.directory()))
                .ifPresent(group -> EventsFile.await(group, "populated 0", patience));
        // A part of it may be gone already; then what was read of the whole stays.
        if (last == null || placements.stream().allMatch(placement -> Files.isDirectory(placement.directory()))) {
            keepUsage();
        }
        forRemoval().forEach(placement -> Removal.remove(placement.directory(), patience));
        forget();
    }

    /** Its directories, whether they are there or not: another process may have added one of v1 for a limit that it gave. */
    private List<Placement> everywhere() {
        return host.usable().stream()
                .flatMap(hierarchy -> place.in(hierarchy).stream())
                .map(parent -> parent.child(name))
                .toList();
    }

    /** v2 is the last, as it is what kills all. */
    private List<Placement> forRemoval() {
        return everywhere().stream()
                .sorted(Comparator.comparing(Placement::version))
                .toList();
    }

    private void forget() {
        removed = true;
        listeners.close();
        LOG.debug("cgroup {} removed", this);
    }

    /** What nobody is in goes without further ado. */
    private synchronized boolean isRemovedAtOnce() {
        keepUsage();
        boolean all = forRemoval().stream().allMatch(placement -> Removal.isRemoved(placement.directory()));
        if (all) {
            forget();
        }
        return all;
    }

    /** Kills what is in it, and removes it. Later calls do nothing. */
    @Override
    public void close() {
        if (!isRemovedAtOnce()) {
            kill();
            remove();
        }
    }

    // ------------------------------------------------------------------------------------------------------ metering

    /**
     * What it uses at this moment, or had used when this object removed it. The same type for v1 and v2, empty where the host does not
     * count. On v1 memory and I/O are those of this group and all below it too.
     *
     * @throws IllegalStateException if the group is not there, or somebody else has removed it
     */
    public Usage usage() {
        if (!removed) {
            Usage now = meter().read();
            if (exists()) {
                return now;
            }
        }
        Usage kept = last;
        checkState(kept != null, "cgroup %s is not there any more, and what it had used was not read before", this);
        return requireNonNull(kept);
    }

    /** Before the kernel forgets it; nothing is known of a group that is not there. */
    private void keepUsage() {
        if (exists()) {
            Meter prepared = meter;
            last = prepared == null ? Meter.readOnce(placements) : meter().read();
        }
    }

    /** Prepared once for the directories that the group has. */
    Meter meter() {
        Meter prepared = meter;
        List<Placement> now = placements;
        if (prepared == null || !prepared.isOf(now)) {
            prepared = new Meter(now);
            meter = prepared;
        }
        return prepared;
    }

    /**
     * Measures again and again, at first at once, on one thread for all groups, until the returned object is closed or the group is gone.
     *
     * @param interval from one sample to the next, or more where the host is busy
     * @param listener is given each sample; it must not block for long
     */
    public Measurement measure(Duration interval, Consumer<Sample> listener) {
        return Measurement.start(this, interval, listener);
    }

    // ------------------------------------------------------------------------------------------------------- events

    /**
     * Tells a listener what happens to the group from now on, until the returned object is closed or the group is gone. The kernel
     * tells; nobody asks again and again. What the version does not tell is not told: see {@link CgroupEvent}
     * and {@link CgroupWatch#events()}.
     */
    public CgroupWatch listen(CgroupListener listener) {
        return listeners.listen(placements, listener);
    }

    /**
     * Runs an action each time that processes wait too long for something, at most once in the trigger's window.
     *
     * @param action runs on the thread that waits for everything: it must be short and must not block
     * @throws UnsupportedFeatureException if the host does not tell pressure of groups
     * @throws SyscallException with EINVAL where a window that is no multiple of 2 s needs CAP_SYS_RESOURCE
     */
    public CgroupWatch onPressure(PressureTrigger trigger, Runnable action) {
        return listeners.onPressure(placements, trigger, action);
    }

    /** How often the kernel has killed a process of it for want of memory; empty where nobody counts. */
    public OptionalLong oomKills() {
        return Meter.oomKills(placements);
    }

    /** The most memory that it can have: its own limit, or that of a group above if that is less; {@link Bytes#MAX} for neither. */
    public Bytes effectiveMemory() {
        return placement(Controller.MEMORY).map(Checks::effectiveMemory).orElse(Bytes.MAX);
    }

    @Override
    public String toString() {
        return placements.isEmpty() ? name : placements.get(0).toString();
    }
}

package io.carrel.cgroups;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableList;
import io.carrel.cgroups.internal.hierarchy.Hierarchies;
import io.carrel.cgroups.internal.hierarchy.Placement;
import io.carrel.cgroups.internal.hierarchy.ProcessGroups;
import io.carrel.cgroups.internal.tree.Base;
import io.carrel.cgroups.internal.tree.Delegation;
import io.carrel.cgroups.internal.tree.GroupName;
import io.carrel.cgroups.internal.tree.HostHierarchies;
import io.carrel.cgroups.limits.CgroupVersion;
import io.carrel.cgroups.limits.Controller;
import io.carrel.cgroups.limits.Limits;
import io.carrel.linux.KernelFileException;
import io.carrel.linux.NotPermittedException;
import io.carrel.linux.SyscallException;
import io.carrel.linux.UnsupportedFeatureException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The control groups of this host, as this process may use them: which versions are mounted, which controllers there
 * are, and where new groups go. Immutable and thread-safe.
 *
 * <pre>{@code
 * try (Cgroup batch = Cgroups.detect().create("batch", Limits.builder().memory(Bytes.mebibytes(512)).build())) {
 *     batch.move(pid);
 * }
 * }</pre>
 *
 * <p>Root may make groups everywhere. An ordinary user may do so below a group that was delegated to them: see
 * {@link #requestScope} for hosts with systemd, and {@link #missing()} for what is not delegated.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/cgroups.7.html">cgroups(7)</a>
 */
public final class Cgroups {

    /** The ways in which a host mounts its controllers. */
    public enum Layout {
        /** No cgroups are mounted. */
        NONE,
        /** Each controller has a hierarchy of its own, or shares one with a few others. */
        V1,
        /** All controllers are in one hierarchy. */
        V2,
        /**
         * The controllers have hierarchies of their own on v1, and the one of v2 is mounted besides, without most of
         * them.
         */
        HYBRID
    }

    private final HostHierarchies host;
    private final GroupMaker maker;

    Cgroups(HostHierarchies host) {
        this.host = host;
        this.maker = new GroupMaker(host);
    }

    /**
     * Looks at the host: what is mounted, which groups this process is in, and where it may make new ones. A host
     * without cgroups is no error; it has no controllers.
     *
     * @throws KernelFileException if {@code /proc} cannot be read
     */
    public static Cgroups detect() {
        return new Cgroups(HostHierarchies.of(Hierarchies.detect(), Base::of));
    }

    /**
     * Returns the same host, but with new groups below one that was given to this process, for example {@code /jobs}.
     *
     * @param path the group's path, as {@code /proc/PID/cgroup} shows it; hierarchies in which there is no such group,
     *     or it is not writable, are not used
     */
    public Cgroups below(String path) {
        return new Cgroups(HostHierarchies.of(
                Hierarchies.detect(),
                hierarchy -> hierarchy.directory(path).filter(directory -> Files.isWritable(directory))));
    }

    /**
     * Moves this JVM from the group below which it makes others into a new one there, since on v2 a group with
     * processes of its own cannot divide its resources among groups below. This is needed where the JVM was started in
     * the very group that was delegated to it, as systemd does it; elsewhere nothing is done.
     *
     * @param leaf the name of the group for the JVM, for example {@code app}
     * @return the host as seen from the new group
     * @throws IllegalArgumentException if that cannot be a name for a group
     * @throws IllegalStateException if other processes are in the group, which are not this program's to move; the JVM
     *     has moved then
     * @throws SyscallException if this process may not be moved (EACCES)
     * @throws KernelFileException if the group cannot be made
     */
    public Cgroups moveJvmToLeaf(String leaf) {
        GroupName.check(leaf);
        JvmLeaf.move(host, leaf);
        return detect();
    }

    /**
     * Asks systemd to put this JVM into a scope of its own that is delegated to it, and makes groups there. An ordinary
     * user asks their own manager, root the system's. Needs the library dbus-java with its transport native-unixsocket
     * on the class or module path. The scope ends when the JVM and all that it has started there have ended. Waits up
     * to ten seconds for systemd.
     *
     * @param name the scope's name, for example {@code builds}; the JVM's pid is added
     * @return the host as seen from the scope
     * @throws IllegalArgumentException if that cannot be a name for a group
     * @throws UnsupportedFeatureException if a library is missing, which the message names, if there is no bus, or if
     *     nobody on it makes the scope
     * @see <a href="https://systemd.io/CGROUP_DELEGATION/">Control Group APIs and Delegation</a>
     */
    public static Cgroups requestScope(String name) {
        GroupName.check(name);
        return DelegatedScope.request(name);
    }

    /** Returns how the host's controllers are mounted. */
    public Layout layout() {
        if (host.has(CgroupVersion.V1)) {
            return host.has(CgroupVersion.V2) ? Layout.HYBRID : Layout.V1;
        }
        return host.has(CgroupVersion.V2) ? Layout.V2 : Layout.NONE;
    }

    /**
     * Returns whether the kernel keeps processes in a cgroup namespace from raising the limits of the namespace's own
     * group, even if they own its files. That is so on pure v2 that is mounted with {@code nsdelegate} (Linux 4.13), as
     * systemd mounts it.
     *
     * @see <a href="https://man7.org/linux/man-pages/man7/cgroup_namespaces.7.html">cgroup_namespaces(7)</a>
     */
    public boolean keepsLimitsByNamespace() {
        return layout() == Layout.V2 && Delegation.isKeptByNamespaces();
    }

    /** Returns the version of the hierarchy that a controller is in; empty if it is in none. */
    public Optional<CgroupVersion> version(Controller controller) {
        return host.version(controller);
    }

    /** Returns the controllers that this process can use for new groups. */
    public Set<Controller> controllers() {
        return host.controllers();
    }

    /** Returns the controllers that this process cannot use, each with the reason. */
    public Map<Controller, String> missing() {
        return host.missing();
    }

    /** Returns the directories below which new groups are made. */
    public List<Path> bases() {
        return ImmutableList.copyOf(host.bases().values());
    }

    /**
     * Makes a group without limits, to measure and to kill.
     *
     * @param name its name, as {@link #create(String, Limits)} takes it
     * @throws IllegalArgumentException if that cannot be a name for a group
     * @throws IllegalStateException if there is such a group already
     * @throws UnsupportedFeatureException if this process may not make groups in any hierarchy
     * @throws KernelFileException if the directory cannot be made
     */
    public Cgroup create(String name) {
        return create(name, Limits.none());
    }

    /**
     * Makes a group that belongs to this JVM: if the JVM is killed, the next one that makes a group removes it. Needs
     * root, or a group that was delegated to this user.
     *
     * @param name 1 to 200 letters, digits and {@code _.:@+-}; neither the name of another group of this JVM nor one
     *     that a file of the kernel's could have, such as {@code cpu.max}
     * @param limits what the group may use
     * @throws IllegalArgumentException if that cannot be a name for a group, or a limit cannot hold
     * @throws IllegalStateException if there is such a group already, or on v2 if processes are in the group above
     * @throws UnsupportedFeatureException if the host cannot enforce a limit, or this process may not use its
     *     controller
     * @throws NotPermittedException if there are device rules, which take root
     * @throws SyscallException if the kernel refuses a limit
     * @throws KernelFileException if a directory cannot be made
     */
    public Cgroup create(String name, Limits limits) {
        return maker.create(name, limits, maker.owned());
    }

    /**
     * Makes a group that outlives this JVM, until it is {@linkplain #find found} and removed.
     *
     * @param name its name, as {@link #create(String, Limits)} takes it, and not one that starts with {@code jvm-}
     * @param limits what the group may use
     * @throws IllegalArgumentException if that cannot be a name for a group, or a limit cannot hold
     * @throws IllegalStateException if there is such a group already, or on v2 if processes are in the group above
     * @throws UnsupportedFeatureException if the host cannot enforce a limit, or this process may not use its
     *     controller
     * @throws NotPermittedException if there are device rules, which take root
     * @throws SyscallException if the kernel refuses a limit
     * @throws KernelFileException if a directory cannot be made
     */
    public Cgroup createKept(String name, Limits limits) {
        checkArgument(!isJvm(name), "names that start with jvm- are for groups of JVMs: \"%s\"", name);
        return maker.create(name, limits, maker.kept());
    }

    private static boolean isJvm(String name) {
        return name.startsWith("jvm-");
    }

    /**
     * Prepares to make groups with these limits that are all alike.
     *
     * @throws IllegalArgumentException if a limit cannot hold
     * @throws IllegalStateException on v2 if processes are in the group above
     * @throws UnsupportedFeatureException if the host cannot enforce a limit, or this process may not use its
     *     controller
     * @throws NotPermittedException if there are device rules, which take root
     * @throws KernelFileException if the directory above the groups cannot be made
     */
    public CgroupTemplate template(Limits limits) {
        return maker.template(limits, maker.owned());
    }

    /**
     * Finds a group that this JVM made, or that anybody made by {@link #createKept}; empty if there is none.
     *
     * @throws IllegalArgumentException if that cannot be a name for a group
     */
    public Optional<Cgroup> find(String name) {
        GroupName.check(name);
        return Optional.of(maker.find(name, maker.owned()))
                .filter(Cgroup::exists)
                .or(() -> Optional.of(maker.find(name, maker.kept())).filter(Cgroup::exists));
    }

    /**
     * Finds the group that Carrel has made for a process, for example for a container of another JVM.
     *
     * @throws IllegalArgumentException if the process is in no such group
     * @throws KernelFileException if there is no such process
     */
    public Cgroup of(long pid) {
        return maker.of(pid);
    }

    /**
     * A group among others. Immutable.
     *
     * @param depth how many groups are above it, 0 for none
     * @param name the group's name
     * @param processes the pids of the processes in it, but not in groups below
     */
    public record Entry(int depth, String name, List<Long> processes) {}

    /**
     * Lists all groups that Carrel has made on this host, those of other JVMs included, each after the one above it.
     */
    public List<Entry> tree() {
        return GroupTree.below(host.usable().stream()
                .flatMap(hierarchy -> maker.kept().in(hierarchy).stream())
                .map(Placement::directory)
                .toList());
    }

    /** Returns the pid of one process of each container and each other group that Carrel has made on this host. */
    public List<Long> processes() {
        return tree().stream()
                .flatMap(entry -> entry.processes().stream().limit(1))
                .distinct()
                .toList();
    }

    /** Lists the groups that this JVM has made. */
    public List<Cgroup> list() {
        return maker.list(maker.owned());
    }

    /** Lists the groups that were made to outlive their JVM. */
    public List<Cgroup> listKept() {
        return maker.list(maker.kept()).stream()
                .filter(group -> !isJvm(group.name()))
                .toList();
    }

    /**
     * Returns the paths of the groups that a process is in. The keys are the controllers of each hierarchy as text;
     * that of v2 is empty. Any user may do this.
     *
     * @throws KernelFileException if there is no such process
     * @see <a href="https://man7.org/linux/man-pages/man7/cgroups.7.html">cgroups(7)</a>
     */
    public static Map<String, String> pathsOf(long pid) {
        return ProcessGroups.of(Long.toString(pid)).paths();
    }

    /** Removes the groups that killed JVMs left and that are empty. Making the first group of a JVM does this, too. */
    public void sweep() {
        maker.parents().sweep();
    }

    /** Returns the layout, the usable controllers and where new groups go. */
    @Override
    public String toString() {
        return "%s, usable: %s, new groups in %s".formatted(layout(), controllers(), bases());
    }
}

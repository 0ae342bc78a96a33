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
import io.carrel.linux.UnsupportedFeatureException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The control groups of this host, as this process may use them: which versions are mounted, which controllers there are, and where
 * new groups go. Immutable and thread-safe.
 *
 * <pre>{@code
 * try (Cgroup batch = Cgroups.detect().create("batch", Limits.builder().memory(Bytes.mebibytes(512)).build())) {
 *     batch.move(pid);
 * }
 * }</pre>
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/cgroups.7.html">cgroups(7)</a>
 */
public final class Cgroups {

    /** How the host has its controllers mounted. */
    public enum Layout {
        /** Nothing is mounted. */
        NONE,
        /** Each controller by itself. */
        V1,
        /** All in one. */
        V2,
        /** Controllers by themselves, and the one without most of them. */
        HYBRID
    }

    private final HostHierarchies host;
    private final GroupMaker maker;

    Cgroups(HostHierarchies host) {
        this.host = host;
        this.maker = new GroupMaker(host);
    }

    /**
     * Looks at the host: what is mounted, which groups this process is in, and where it may make new ones. A host without cgroups is
     * no error; it has no controllers.
     */
    public static Cgroups detect() {
        return new Cgroups(HostHierarchies.of(Hierarchies.detect(), Base::of));
    }

    /**
     * Returns the same, but with new groups below one that was given to this process, for example {@code /jobs}.
     *
     * @param path as {@code /proc/PID/cgroup} has it; hierarchies without such a group are not used
     */
    public Cgroups below(String path) {
        return new Cgroups(HostHierarchies.of(
                Hierarchies.detect(),
                hierarchy -> hierarchy.directory(path).filter(directory -> Files.isWritable(directory))));
    }

    /**
     * Moves this JVM from the group below which it makes others into a new one there, since on v2 a group with processes of its own
     * cannot divide its resources among groups below. Needed where the JVM was started in the group that was delegated to it, as
     * systemd does; nothing is done where it is not needed.
     *
     * @param leaf the name of the group for the JVM, for example {@code app}
     * @return the same groups as seen from there
     * @throws IllegalArgumentException if that is no name for a group
     * @throws IllegalStateException if other processes are in the way, which are not this program's to move
     * @throws io.carrel.linux.SyscallException if this process may not be moved
     */
    public Cgroups moveJvmToLeaf(String leaf) {
        GroupName.check(leaf);
        JvmLeaf.move(host, leaf);
        return detect();
    }

    /**
     * Has systemd put this JVM into a scope of its own that is delegated to it, and makes groups there: for an ordinary user by
     * their own manager, for root by the system's. Needs the library dbus-java with its transport native-unixsocket on the class or
     * module path. The scope goes when the JVM and all that it has started there are gone.
     *
     * @param name of the scope, for example {@code builds}; the JVM's pid is added
     * @return the same groups as seen from there
     * @throws IllegalArgumentException if that is no name for a group
     * @throws UnsupportedFeatureException if a library is missing, which it names, if there is no bus, or nobody on it makes the
     *     scope; it lists what is missing then
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
     * Returns whether the kernel keeps those in a cgroup namespace from raising the limits of its own group, even if its files are
     * theirs: on pure v2, mounted with {@code nsdelegate} (Linux 4.13), as systemd does.
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

    /** Returns the controllers that it cannot use, each with the reason. */
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
     * @throws IllegalArgumentException if that is no name for a group
     * @throws UnsupportedFeatureException if this process may not make groups in any hierarchy
     */
    public Cgroup create(String name) {
        return create(name, Limits.none());
    }

    /**
     * Makes a group. It belongs to this JVM: if the JVM is killed, the next one that makes a group removes it. Root may make groups
     * everywhere, an ordinary user in a group that was delegated.
     *
     * @param name letters, digits and {@code _.:@+-}, not the name of another group of this JVM
     * @throws IllegalArgumentException if that is no name for a group, or a limit cannot hold
     * @throws IllegalStateException if there is such a group already, or on v2 processes are in the group above
     * @throws UnsupportedFeatureException if the host cannot enforce a limit, or this process may not use its controller
     */
    public Cgroup create(String name, Limits limits) {
        return maker.create(name, limits, maker.owned());
    }

    /**
     * Makes a group that outlives this JVM, until {@link #find} finds it and it is removed.
     *
     * @throws IllegalArgumentException if that is no name for a group, also for one that starts with {@code jvm-}, or a limit
     *     cannot hold
     * @throws IllegalStateException if there is such a group already, or on v2 processes are in the group above
     * @throws UnsupportedFeatureException if the host cannot enforce a limit, or this process may not use its controller
     */
    public Cgroup createKept(String name, Limits limits) {
        checkArgument(!isJvm(name), "names that start with jvm- are for groups of JVMs: \"%s\"", name);
        return maker.create(name, limits, maker.kept());
    }

    private static boolean isJvm(String name) {
        return name.startsWith("jvm-");
    }

    /**
     * Prepares what makes groups with these limits, each like the other.
     *
     * @throws IllegalArgumentException if a limit cannot hold
     * @throws IllegalStateException on v2 if processes are in the group above
     * @throws UnsupportedFeatureException if the host cannot enforce a limit, or this process may not use its controller
     */
    public CgroupTemplate template(Limits limits) {
        return maker.template(limits, maker.owned());
    }

    /**
     * Finds a group that this JVM, or somebody with {@link #createKept}, has made.
     *
     * @throws IllegalArgumentException if that is no name for a group
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
     * @throws IllegalArgumentException if the process is in none
     * @throws io.carrel.linux.KernelFileException if there is no such process
     */
    public Cgroup of(long pid) {
        return maker.of(pid);
    }

    /**
     * A group among others.
     *
     * @param depth how many groups are above it
     * @param name its name
     * @param processes who is in it, but not in groups below
     */
    public record Entry(int depth, String name, List<Long> processes) {}

    /** Lists all groups that Carrel has made on this host, those of other JVMs included, each after the one above it. */
    public List<Entry> tree() {
        return GroupTree.below(host.usable().stream()
                .flatMap(hierarchy -> maker.kept().in(hierarchy).stream())
                .map(Placement::directory)
                .toList());
    }

    /** Returns one process of each container and each other group that Carrel has made on this host. */
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
     * Returns the paths of the groups that a process is in, by the controllers of each hierarchy as text; v2's is empty.
     *
     * @throws io.carrel.linux.KernelFileException if there is no such process
     * @see <a href="https://man7.org/linux/man-pages/man7/cgroups.7.html">cgroups(7)</a>
     */
    public static Map<String, String> pathsOf(long pid) {
        return ProcessGroups.of(Long.toString(pid)).paths();
    }

    /** Removes what killed JVMs left and nobody is in. The first group that a JVM makes does the same. */
    public void sweep() {
        maker.parents().sweep();
    }

    /** Returns the layout, the usable controllers and where new groups go. */
    @Override
    public String toString() {
        return "%s, usable: %s, new groups in %s".formatted(layout(), controllers(), bases());
    }
}

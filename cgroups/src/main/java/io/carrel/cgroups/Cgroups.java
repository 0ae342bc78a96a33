package io.carrel.cgroups;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.base.Preconditions.checkState;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.carrel.cgroups.internal.hierarchy.GroupFile;
import io.carrel.cgroups.internal.hierarchy.Hierarchies;
import io.carrel.cgroups.internal.hierarchy.Hierarchy;
import io.carrel.cgroups.internal.hierarchy.Placement;
import io.carrel.cgroups.internal.hierarchy.ProcessGroups;
import io.carrel.cgroups.internal.tree.Base;
import io.carrel.cgroups.internal.tree.Delegation;
import io.carrel.cgroups.internal.tree.Directories;
import io.carrel.cgroups.internal.tree.Parents;
import io.carrel.cgroups.limits.CgroupVersion;
import io.carrel.cgroups.limits.Controller;
import io.carrel.cgroups.limits.IoMax;
import io.carrel.cgroups.limits.Limit;
import io.carrel.cgroups.limits.Limits;
import io.carrel.linux.UnsupportedFeatureException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * The control groups of this host, as this process may use them: which versions are mounted, which controllers there are, and where
 * new groups go. Immutable and thread-safe.
 *
 * <pre>{@code
 * try (Cgroup batch = Cgroups.detect().create("batch", Limits.builder().memory(Bytes.mebibytes(512)).build())) {
 *     batch.move(pid);
 * }
 * }</pre>
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

    private final List<Hierarchy> hierarchies;
    private final Map<Hierarchy, Path> bases;
    private final Parents parents;

    private Cgroups(List<Hierarchy> hierarchies, Map<Hierarchy, Path> bases) {
        this.hierarchies = ImmutableList.copyOf(hierarchies);
        this.bases = ImmutableMap.copyOf(bases);
        this.parents = new Parents(this.bases);
    }

    /** Looks at the host: what is mounted, which groups this process is in, and where it may make new ones. */
    public static Cgroups detect() {
        return with(Hierarchies.detect(), Base::of);
    }

    /** Of these hierarchies only. */
    static Cgroups with(List<Hierarchy> hierarchies, Function<Hierarchy, Optional<Path>> base) {
        Map<Hierarchy, Path> bases = new LinkedHashMap<>();
        List<Hierarchy> all = new ArrayList<>();
        for (Hierarchy hierarchy : hierarchies) {
            Optional<Path> directory = base.apply(hierarchy);
            Hierarchy known = directory.map(at -> at(hierarchy, at)).orElse(hierarchy);
            all.add(known);
            directory.ifPresent(at -> bases.put(known, at));
        }
        return new Cgroups(all, bases);
    }

    /** On v2 a group may have fewer controllers than the root. */
    private static Hierarchy at(Hierarchy hierarchy, Path base) {
        if (hierarchy.version() == CgroupVersion.V1) {
            return hierarchy;
        }
        return hierarchy.at(Hierarchies.listed(
                GroupFile.readIfThere(base.resolve("cgroup.controllers")).orElse("")));
    }

    /**
     * The same, but with new groups below one that was given to this process, for example {@code /jobs}.
     *
     * @param path as {@code /proc/PID/cgroup} has it; hierarchies without such a group are not used
     */
    public Cgroups below(String path) {
        return with(
                Hierarchies.detect(),
                hierarchy -> hierarchy.directory(path).filter(directory -> Files.isWritable(directory)));
    }

    /**
     * Moves this JVM from the group below which it makes others into a new one there, since on v2 a group with processes of its own
     * cannot divide its resources among groups below. Needed where the JVM was started in the group that was delegated to it, as
     * systemd does; nothing is done where it is not needed.
     *
     * @param leaf the name of the group for the JVM, for example {@code app}
     * @return the same groups as seen from there
     * @throws IllegalStateException if other processes are in the way, which are not this program's to move
     */
    public Cgroups moveJvmToLeaf(String leaf) {
        GroupName.check(leaf);
        for (Map.Entry<Hierarchy, Path> base : bases.entrySet()) {
            Hierarchy hierarchy = base.getKey();
            if (hierarchy.version() == CgroupVersion.V2
                    && hierarchy.currentDirectory().equals(Optional.of(base.getValue()))) {
                Placement group = new Placement(hierarchy, base.getValue());
                Directories.makeParent(group, group.child(leaf), Set.of());
                GroupFile.write(
                        "Cannot move this JVM into cgroup " + group.child(leaf),
                        group.child(leaf).file("cgroup.procs"),
                        Long.toString(ProcessHandle.current().pid()));
                List<Long> others = GroupFile.processes(group.directory());
                checkState(
                        others.isEmpty(),
                        "this JVM has moved, but other processes are in the cgroup %s too and keep it from having"
                                + " groups with controllers below it: %s",
                        group,
                        others);
            }
        }
        return detect();
    }

    /**
     * Has systemd put this JVM into a scope of its own that is delegated to it, and makes groups there: for an ordinary user by
     * his own manager, for root by the system's. Needs the library dbus-java with its transport native-unixsocket on the class or
     * module path. The scope goes when the JVM and all that it has started there are gone.
     *
     * @param name of the scope, for example {@code builds}; the JVM's pid is added
     * @return the same groups as seen from there
     * @throws UnsupportedFeatureException if there is no bus, or nobody on it makes the scope; it lists what is missing then
     */
    public static Cgroups requestScope(String name) {
        GroupName.check(name);
        return DelegatedScope.request(name);
    }

    List<Hierarchy> hierarchies() {
        return hierarchies;
    }

    /** How the host's controllers are mounted. */
    public Layout layout() {
        boolean v1 = hierarchies.stream().anyMatch(hierarchy -> hierarchy.version() == CgroupVersion.V1);
        boolean v2 = hierarchies.stream().anyMatch(hierarchy -> hierarchy.version() == CgroupVersion.V2);
        if (v1) {
            return v2 ? Layout.HYBRID : Layout.V1;
        }
        return v2 ? Layout.V2 : Layout.NONE;
    }

    /**
     * Whether the kernel keeps those in a cgroup namespace from raising the limits of its own group, even if its files are theirs:
     * on pure v2, mounted with {@code nsdelegate}, as systemd does.
     */
    public boolean keepsLimitsByNamespace() {
        return layout() == Layout.V2 && Delegation.isKeptByNamespaces();
    }

    /** The version of the hierarchy that a controller is in; empty if it is in none. */
    public Optional<CgroupVersion> version(Controller controller) {
        return Hierarchies.of(hierarchies, controller).map(Hierarchy::version);
    }

    /** The controllers that this process can use for new groups. */
    public Set<Controller> controllers() {
        Set<Controller> controllers = EnumSet.noneOf(Controller.class);
        bases.keySet().forEach(hierarchy -> controllers.addAll(hierarchy.controllers()));
        return controllers;
    }

    /** The directories below which new groups are made. */
    public List<Path> bases() {
        return ImmutableList.copyOf(bases.values());
    }

    /** The controllers that it cannot use, each with the reason. */
    public Map<Controller, String> missing() {
        Map<Controller, String> missing = new LinkedHashMap<>();
        Arrays.stream(Controller.values())
                .filter(controller -> !controllers().contains(controller))
                .forEach(controller -> missing.put(controller, reason(controller)));
        return missing;
    }

    private String reason(Controller controller) {
        Optional<Hierarchy> hierarchy = Hierarchies.of(hierarchies, controller);
        if (hierarchy.isEmpty()) {
            return "the kernel does not have it, or nobody has mounted it, or it was not delegated to this process";
        }
        return "this process may not make groups in " + hierarchy.get().mountPoint();
    }

    UnsupportedFeatureException missing(Controller controller) {
        return new UnsupportedFeatureException(
                "cgroup controller " + controller,
                reason(controller) + ". Usable are " + controllers()
                        + ". For an ordinary user have them delegated: systemd does by Delegate=yes in user@.service,"
                        + " and in a scope or service of the program's own.");
    }

    void require(Controller controller) {
        if (!controllers().contains(controller)) {
            throw missing(controller);
        }
    }

    /** Makes a group without limits, to measure and to kill. */
    public Cgroup create(String name) {
        return create(name, Limits.none());
    }

    /**
     * Makes a group. It belongs to this JVM: if the JVM is killed, the next one that makes a group removes it.
     *
     * @param name letters, digits and {@code _.:@+-}, not the name of another group of this JVM
     * @throws IllegalArgumentException if a limit cannot hold
     * @throws UnsupportedFeatureException if the host cannot enforce a limit, or this process may not use its controller
     */
    public Cgroup create(String name, Limits limits) {
        return create(name, limits, owned());
    }

    /** Makes a group that outlives this JVM, until {@link #find} finds it and it is removed. */
    public Cgroup createKept(String name, Limits limits) {
        checkArgument(!name.startsWith("jvm-"), "names that start with jvm- are for groups of JVMs: \"%s\"", name);
        return create(name, limits, kept());
    }

    /**
     * What makes groups with these limits, each like the other.
     *
     * @throws IllegalArgumentException if a limit cannot hold
     * @throws UnsupportedFeatureException if the host cannot enforce a limit, or this process may not use its controller
     */
    public CgroupTemplate template(Limits limits) {
        return template(limits, owned());
    }

    Cgroup create(String name, Limits limits, Place place) {
        GroupName.check(name);
        return template(limits, place).create(name);
    }

    CgroupTemplate template(Limits limits, Place place) {
        check(limits);
        Set<Controller> needed = NeededControllers.by(limits, this);
        if (usable().stream().noneMatch(hierarchy -> NeededControllers.use(hierarchy, needed))) {
            throw new UnsupportedFeatureException(
                    "cgroups", "this process may not make groups in any of " + hierarchies + ".");
        }
        return CgroupTemplate.of(this, place, needed, limits);
    }

    /** What the host cannot do whatever the group is. Nothing has been made by now. */
    void check(Limits limits) {
        for (Limit limit : limits.all()) {
            version(limit.controller()).ifPresent(version -> limit.settings(version, limits));
            require(limit.controller());
        }
        limits.find(IoMax.class).forEach(max -> Checks.device(max.device()));
    }

    /** The hierarchies in which this process can make groups. */
    Set<Hierarchy> usable() {
        return bases.keySet();
    }

    /** For groups that go with this JVM. */
    private Place owned() {
        return new Place(parents, parents.owned());
    }

    /** For groups that stay. */
    private Place kept() {
        return new Place(parents, parents.kept());
    }

    /** A group that this JVM, or somebody with {@link #createKept}, has made. */
    public Optional<Cgroup> find(String name) {
        GroupName.check(name);
        return Optional.of(new Cgroup(this, name, owned()))
                .filter(Cgroup::exists)
                .or(() -> Optional.of(new Cgroup(this, name, kept())).filter(Cgroup::exists));
    }

    /**
     * The group that Carrel has made for a process, for example for a container of another JVM.
     *
     * @throws IllegalArgumentException if the process is in none
     */
    public Cgroup of(long pid) {
        ProcessGroups groups = ProcessGroups.of(Long.toString(pid));
        List<Placement> placements = usable().stream()
                .flatMap(hierarchy -> groups
                        .in(hierarchy)
                        .flatMap(hierarchy::directory)
                        .filter(parents::isOurs)
                        .map(directory -> new Placement(hierarchy, directory))
                        .stream())
                .toList();
        checkArgument(!placements.isEmpty(), "process %s is in no cgroup that Carrel has made", pid);
        String name = String.valueOf(placements.get(0).directory().getFileName());
        return new Cgroup(this, name, new Place(parents, parents.pathOfParent(placements.get(0))), placements);
    }

    /**
     * A group among others.
     *
     * @param depth how many groups are above it
     * @param name its name
     * @param processes who is in it, but not in groups below
     */
    public record Entry(int depth, String name, List<Long> processes) {}

    /** All groups that Carrel has made on this host, those of other JVMs included, each after the one above it. */
    public List<Entry> tree() {
        return GroupTree.below(usable().stream()
                .flatMap(hierarchy -> kept().in(hierarchy).stream())
                .map(Placement::directory)
                .toList());
    }

    /** One process of each container and each other group that Carrel has made on this host. */
    public List<Long> processes() {
        return tree().stream()
                .flatMap(entry -> entry.processes().stream().limit(1))
                .distinct()
                .toList();
    }

    /** The groups that this JVM has made. */
    public List<Cgroup> list() {
        return list(owned());
    }

    /** The groups that were made to outlive their JVM. */
    public List<Cgroup> listKept() {
        return list(kept()).stream()
                .filter(group -> !group.name().startsWith("jvm-"))
                .toList();
    }

    private List<Cgroup> list(Place place) {
        Set<String> names = new LinkedHashSet<>();
        usable().stream()
                .flatMap(hierarchy -> place.in(hierarchy).stream())
                .forEach(parent -> names.addAll(Directories.children(parent.directory())));
        return names.stream().map(name -> new Cgroup(this, name, place)).toList();
    }

    /** The paths of the groups that a process is in, by the controllers of each hierarchy as text; v2's is empty. */
    public static Map<String, String> pathsOf(long pid) {
        return ProcessGroups.of(Long.toString(pid)).paths();
    }

    /** Removes what killed JVMs left and nobody is in. The first group that a JVM makes does the same. */
    public void sweep() {
        parents.sweep();
    }

    @Override
    public String toString() {
        return "%s, usable: %s, new groups in %s".formatted(layout(), controllers(), bases.values());
    }
}

package io.carrel.cgroups.internal.group;

import static com.google.common.base.Preconditions.checkState;

import com.google.common.collect.ImmutableList;
import io.carrel.cgroups.internal.hierarchy.Placement;
import io.carrel.cgroups.internal.processes.EventsFile;
import io.carrel.cgroups.internal.processes.Members;
import io.carrel.cgroups.internal.tree.Directories;
import io.carrel.cgroups.internal.tree.HostHierarchies;
import io.carrel.cgroups.internal.tree.Place;
import io.carrel.cgroups.internal.tree.Removal;
import io.carrel.cgroups.limits.Controller;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A group's directories: one on v2, several on v1 and hybrid, where limits may add some. Thread-safe; additions take
 * turns.
 */
public final class GroupDirectories {

    private final HostHierarchies host;
    private final String name;
    private final Place place;
    private volatile ImmutableList<Placement> placements;

    /** Of a group that has just been made, or that was found. */
    public GroupDirectories(HostHierarchies host, String name, Place place, List<Placement> placements) {
        this.host = host;
        this.name = name;
        this.place = place;
        this.placements = ImmutableList.copyOf(placements);
    }

    /** Those that are there. */
    public static GroupDirectories find(HostHierarchies host, String name, Place place) {
        return new GroupDirectories(
                host,
                name,
                place,
                everywhere(host, name, place).stream()
                        .filter(group -> Files.isDirectory(group.directory()))
                        .toList());
    }

    /** In all hierarchies: another process may have added a directory of v1 for a limit that it gave. */
    private static List<Placement> everywhere(HostHierarchies host, String name, Place place) {
        return host.usable().stream()
                .flatMap(hierarchy -> place.in(hierarchy).stream())
                .map(parent -> parent.child(name))
                .toList();
    }

    /** The group's name. */
    public String name() {
        return name;
    }

    /** Those that are known of. */
    public List<Placement> placements() {
        return placements;
    }

    /** Whether one of them is there. */
    public boolean exist() {
        return placements.stream().anyMatch(placement -> Files.isDirectory(placement.directory()));
    }

    /** Whether all of them are there. */
    public boolean allExist() {
        return placements.stream().allMatch(placement -> Files.isDirectory(placement.directory()));
    }

    /** What controls the group. */
    public Set<Controller> controllers() {
        Set<Controller> controllers = EnumSet.noneOf(Controller.class);
        placements.forEach(placement -> controllers.addAll(placement.hierarchy().controllers()));
        return controllers;
    }

    /** The one on v2. */
    public Optional<Placement> unified() {
        return Placement.unified(placements);
    }

    /** The one in the hierarchy of that controller. */
    public Optional<Placement> of(Controller controller) {
        return Placement.of(placements, controller);
    }

    /**
     * The one in the hierarchy of that controller.
     *
     * @throws io.carrel.linux.UnsupportedFeatureException if there is none
     */
    public Placement require(Controller controller) {
        return of(controller).orElseThrow(() -> host.missing(controller));
    }

    /**
     * Where groups below are made.
     *
     * @throws IllegalStateException if the group was removed
     */
    public Place below() {
        checkState(exist(), "cgroup %s is not there any more", this);
        return place.below(name);
    }

    /** The names of the groups directly below. */
    public Set<String> children() {
        Set<String> names = new LinkedHashSet<>();
        placements.forEach(placement -> names.addAll(Directories.children(placement.directory())));
        return names;
    }

    /** The directories above it in the hierarchies of those controllers, which are enabled there. */
    public List<Placement> makeParents(Set<Controller> controllers) {
        return host.usable().stream()
                .filter(hierarchy -> controllers.stream().anyMatch(hierarchy.controllers()::contains))
                .map(hierarchy -> place.make(hierarchy, controllers))
                .toList();
    }

    /** Adds those below these parents that this group had no need for until now, and brings its processes in. */
    public synchronized void join(List<Placement> parents) {
        for (Placement parent : parents) {
            if (placements.stream().noneMatch(group -> group.hierarchy().equals(parent.hierarchy()))) {
                Placement added = parent.child(name);
                Directories.makeParent(parent, added, Set.of()); // Another object may have added it before.
                new Members(name, placements).follow(added);
                placements = ImmutableList.<Placement>builder()
                        .addAll(placements)
                        .add(added)
                        .build();
            }
        }
    }

    /** Removes them where nobody is in them. False if somebody is. */
    public boolean removeAtOnce() {
        return forRemoval().stream().allMatch(placement -> Removal.isRemoved(placement.directory()));
    }

    /** Waits until the processes have ended, as far as the host tells, and no longer than the patience. */
    public void awaitEmpty(Duration patience) {
        unified()
                .filter(group -> Files.isDirectory(group.directory()))
                .ifPresent(group -> EventsFile.await(group, "populated 0", patience));
    }

    /**
     * Removes them with all that is below them.
     *
     * @throws io.carrel.linux.SyscallException with EBUSY if processes are in it when the patience ends
     */
    public void remove(Duration patience) {
        forRemoval().forEach(placement -> Removal.remove(placement.directory(), patience));
    }

    /** v2 is the last, as it is what kills all. */
    private List<Placement> forRemoval() {
        return everywhere(host, name, place).stream()
                .sorted(Comparator.comparing(Placement::version))
                .toList();
    }

    /** Their paths. */
    public List<Path> paths() {
        return placements.stream().map(Placement::directory).toList();
    }

    @Override
    public String toString() {
        return placements.isEmpty() ? name : placements.get(0).toString();
    }
}

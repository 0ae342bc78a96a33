package io.carrel.cgroups;

import static com.google.common.base.Preconditions.checkArgument;

import io.carrel.cgroups.internal.controllers.Checks;
import io.carrel.cgroups.internal.group.GroupDirectories;
import io.carrel.cgroups.internal.hierarchy.Placement;
import io.carrel.cgroups.internal.hierarchy.ProcessGroups;
import io.carrel.cgroups.internal.tree.Directories;
import io.carrel.cgroups.internal.tree.GroupName;
import io.carrel.cgroups.internal.tree.HostHierarchies;
import io.carrel.cgroups.internal.tree.NeededControllers;
import io.carrel.cgroups.internal.tree.Parents;
import io.carrel.cgroups.internal.tree.Place;
import io.carrel.cgroups.limits.Controller;
import io.carrel.cgroups.limits.Limits;
import io.carrel.linux.UnsupportedFeatureException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Makes groups in the hierarchies of a host. Immutable.
 *
 * @param host its hierarchies
 * @param parents the groups above, which it makes
 */
record GroupMaker(HostHierarchies host, Parents parents) {

    GroupMaker(HostHierarchies host) {
        this(host, new Parents(host.bases()));
    }

    /** For groups that go with this JVM. */
    Place owned() {
        return new Place(parents, parents.owned());
    }

    /** For groups that stay. */
    Place kept() {
        return new Place(parents, parents.kept());
    }

    /** A group in those of the hierarchies that have it. */
    Cgroup find(String name, Place place) {
        return new Cgroup(this, GroupDirectories.find(host, name, place));
    }

    /** Those that are there. */
    List<Cgroup> list(Place place) {
        Set<String> names = new LinkedHashSet<>();
        host.usable().stream()
                .flatMap(hierarchy -> place.in(hierarchy).stream())
                .forEach(parent -> names.addAll(Directories.children(parent.directory())));
        return names.stream().map(name -> find(name, place)).toList();
    }

    /** The one that a process is in. */
    Cgroup of(long pid) {
        ProcessGroups groups = ProcessGroups.of(Long.toString(pid));
        List<Placement> placements = host.usable().stream()
                .flatMap(hierarchy -> groups
                        .in(hierarchy)
                        .flatMap(hierarchy::directory)
                        .filter(parents::isOurs)
                        .map(directory -> new Placement(hierarchy, directory))
                        .stream())
                .toList();
        checkArgument(!placements.isEmpty(), "process %s is in no cgroup that Carrel has made", pid);
        Placement first = placements.get(0);
        Place place = new Place(parents, parents.pathOfParent(first));
        String name = String.valueOf(first.directory().getFileName());
        return new Cgroup(this, new GroupDirectories(host, name, place, placements));
    }

    Cgroup create(String name, Limits limits, Place place) {
        GroupName.check(name);
        return template(limits, place).create(name);
    }

    CgroupTemplate template(Limits limits, Place place) {
        check(limits);
        Set<Controller> needed = NeededControllers.by(limits, host);
        if (host.usable().stream().noneMatch(hierarchy -> NeededControllers.use(hierarchy, needed))) {
            throw new UnsupportedFeatureException(
                    "cgroups", "this process may not make groups in any of " + host.all() + ".");
        }
        return CgroupTemplate.of(this, place, needed, limits);
    }

    /** What the host cannot do whatever the group is. Nothing has been made by now. */
    void check(Limits limits) {
        Checks.host(host, limits);
    }
}

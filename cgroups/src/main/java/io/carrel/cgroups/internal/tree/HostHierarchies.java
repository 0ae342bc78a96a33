package io.carrel.cgroups.internal.tree;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.carrel.cgroups.internal.hierarchy.GroupFile;
import io.carrel.cgroups.internal.hierarchy.Hierarchies;
import io.carrel.cgroups.internal.hierarchy.Hierarchy;
import io.carrel.cgroups.limits.CgroupVersion;
import io.carrel.cgroups.limits.Controller;
import io.carrel.linux.UnsupportedFeatureException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * The hierarchies of a host, and below which group of each this process makes new ones. Immutable.
 *
 * @param all those that are mounted
 * @param bases the directory of that group, for those that this process may use
 */
public record HostHierarchies(List<Hierarchy> all, Map<Hierarchy, Path> bases) {

    public HostHierarchies {
        all = ImmutableList.copyOf(all);
        bases = ImmutableMap.copyOf(bases);
    }

    /** Looks for the base of each. */
    public static HostHierarchies of(List<Hierarchy> hierarchies, Function<Hierarchy, Optional<Path>> base) {
        Map<Hierarchy, Path> bases = new LinkedHashMap<>();
        List<Hierarchy> all = new ArrayList<>();
        for (Hierarchy hierarchy : hierarchies) {
            Optional<Path> directory = base.apply(hierarchy);
            Hierarchy known = directory.map(at -> at(hierarchy, at)).orElse(hierarchy);
            all.add(known);
            directory.ifPresent(at -> bases.put(known, at));
        }
        return new HostHierarchies(all, bases);
    }

    /** On v2 a group may have fewer controllers than the root. */
    private static Hierarchy at(Hierarchy hierarchy, Path base) {
        if (hierarchy.version() == CgroupVersion.V1) {
            return hierarchy;
        }
        return hierarchy.at(Hierarchies.listed(
                GroupFile.readIfThere(base.resolve("cgroup.controllers")).orElse("")));
    }

    /** Those in which this process can make groups. */
    public Set<Hierarchy> usable() {
        return bases.keySet();
    }

    /** Whether one of them is mounted so. */
    public boolean has(CgroupVersion version) {
        return all.stream().anyMatch(hierarchy -> hierarchy.version() == version);
    }

    /** The version of the hierarchy that a controller is in; empty if it is in none. */
    public Optional<CgroupVersion> version(Controller controller) {
        return Hierarchies.of(all, controller).map(Hierarchy::version);
    }

    /** The controllers that this process can use for new groups. */
    public Set<Controller> controllers() {
        Set<Controller> controllers = EnumSet.noneOf(Controller.class);
        usable().forEach(hierarchy -> controllers.addAll(hierarchy.controllers()));
        return controllers;
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
        return Hierarchies.of(all, controller)
                .map(hierarchy -> "this process may not make groups in " + hierarchy.mountPoint())
                .orElse(
                        "the kernel does not have it, or nobody has mounted it, or it was not delegated to this process");
    }

    /** That it cannot be used, with the reason and what to do. */
    public UnsupportedFeatureException missing(Controller controller) {
        return new UnsupportedFeatureException(
                "cgroup controller " + controller,
                reason(controller) + ". Usable are " + controllers()
                        + ". For an ordinary user have them delegated: systemd does by Delegate=yes in user@.service,"
                        + " and in a scope or service of the program's own.");
    }

    /**
     * Checks that a controller can be used for new groups.
     *
     * @throws UnsupportedFeatureException if it cannot
     */
    public void require(Controller controller) {
        if (!controllers().contains(controller)) {
            throw missing(controller);
        }
    }
}

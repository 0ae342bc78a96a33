package io.carrel.cgroups.internal.tree;

import io.carrel.cgroups.internal.hierarchy.Hierarchy;
import io.carrel.cgroups.internal.hierarchy.Placement;
import io.carrel.cgroups.limits.Controller;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/**
 * Where a group is made: the same path in each hierarchy, made as soon as it is needed. Immutable.
 *
 * @param parents what makes it
 * @param path below the base of each hierarchy
 */
public record Place(Parents parents, Path path) {

    /** The directory in the hierarchy, whether it is there or not; empty if this process may not make groups there. */
    public Optional<Placement> in(Hierarchy hierarchy) {
        return parents.at(hierarchy, path);
    }

    /** Makes the directory if need be, and has the controllers enabled for groups in it. */
    public Placement make(Hierarchy hierarchy, Set<Controller> controllers) {
        Placement directory = in(hierarchy).orElseThrow();
        parents.make(directory, controllers);
        return directory;
    }

    /** In a group that is there. */
    public Place below(String name) {
        return new Place(parents, path.resolve(name));
    }

    /** In the group there that goes with this JVM. */
    public Place owned() {
        return new Place(parents, parents.ownedIn(path));
    }
}

package io.carrel.cgroups.internal.hierarchy;

import io.carrel.cgroups.limits.CgroupVersion;
import io.carrel.cgroups.limits.Controller;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Optional;

/**
 * The directory of a group in one hierarchy. Immutable.
 *
 * @param hierarchy the hierarchy
 * @param directory the group's directory
 */
public record Placement(Hierarchy hierarchy, Path directory) {

    /** Of the directories of a group the one on v2. */
    public static Optional<Placement> unified(Collection<Placement> placements) {
        return placements.stream()
                .filter(placement -> placement.version() == CgroupVersion.V2)
                .findFirst();
    }

    /** Of the directories of a group the one in the hierarchy of that controller. */
    public static Optional<Placement> of(Collection<Placement> placements, Controller controller) {
        return placements.stream()
                .filter(placement -> placement.controls(controller))
                .findFirst();
    }

    /** A file of the group. */
    public Path file(String name) {
        return directory.resolve(name);
    }

    /** The hierarchy's version. */
    public CgroupVersion version() {
        return hierarchy.version();
    }

    /** Whether the hierarchy controls this. */
    public boolean controls(Controller controller) {
        return hierarchy.controllers().contains(controller);
    }

    /** A group below. */
    public Placement child(String name) {
        return new Placement(hierarchy, directory.resolve(name));
    }

    @Override
    public String toString() {
        return directory.toString();
    }
}

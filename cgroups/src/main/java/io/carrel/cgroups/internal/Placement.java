package io.carrel.cgroups.internal;

import io.carrel.cgroups.CgroupVersion;
import io.carrel.cgroups.Controller;
import java.nio.file.Path;

/**
 * The directory of a group in one hierarchy. Immutable.
 *
 * @param hierarchy the hierarchy
 * @param directory the group's directory
 */
public record Placement(Hierarchy hierarchy, Path directory) {

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

package io.carrel.cgroups.internal.hierarchy;

import com.google.common.collect.ImmutableSet;
import io.carrel.cgroups.limits.CgroupVersion;
import io.carrel.cgroups.limits.Controller;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * A tree of groups, as it is mounted here. Immutable.
 *
 * @param version its interface
 * @param mountPoint where
 * @param root which group of the hierarchy is mounted there, {@code /} for all of it
 * @param controllers what it controls; for v2 what the mounted group has
 * @param current the group that this process is in
 */
public record Hierarchy(
        CgroupVersion version, Path mountPoint, String root, Set<Controller> controllers, String current) {

    public Hierarchy {
        controllers = ImmutableSet.copyOf(controllers);
    }

    /** The same with one controller more. */
    Hierarchy with(Controller controller) {
        Set<Controller> more = ImmutableSet.<Controller>builder()
                .addAll(controllers)
                .add(controller)
                .build();
        return new Hierarchy(version, mountPoint, root, more, current);
    }

    /** The same with those of its controllers that the group below it has. */
    public Hierarchy at(Set<Controller> listed) {
        Set<Controller> had = EnumSet.noneOf(Controller.class);
        had.addAll(listed);
        if (controllers.contains(Controller.DEVICES)) {
            had.add(Controller.DEVICES);
        }
        return new Hierarchy(version, mountPoint, root, had, current);
    }

    /** Where a group is, by its path as {@code /proc/PID/cgroup} has it; empty if it is not below what is mounted. */
    public Optional<Path> directory(String path) {
        if (path.contains("/..")) {
            return Optional.empty(); // Outside of the cgroup namespace.
        }
        Path group = Path.of(path);
        Path from = Path.of(root);
        return group.startsWith(from) ? Optional.of(mountPoint.resolve(from.relativize(group))) : Optional.empty();
    }

    /** The path of a group as {@code /proc/PID/cgroup} has it. */
    public String path(Path directory) {
        return Path.of(root)
                .resolve(mountPoint.relativize(directory))
                .normalize()
                .toString();
    }

    /** The directory of the group that this process is in. */
    public Optional<Path> currentDirectory() {
        return directory(current);
    }

    @Override
    public String toString() {
        return "%s at %s (%s)".formatted(version, mountPoint, controllers);
    }
}

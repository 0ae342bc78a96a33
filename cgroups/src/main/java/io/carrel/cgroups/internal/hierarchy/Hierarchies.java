package io.carrel.cgroups.internal.hierarchy;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import io.carrel.cgroups.limits.CgroupVersion;
import io.carrel.cgroups.limits.Controller;
import io.carrel.linux.binding.MountInfo;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Finds the hierarchies: what the mounts say, what the process's groups say, and for v2 what its root controls. */
public final class Hierarchies {

    private static final Splitter BLANKS = Splitter.on(' ').trimResults().omitEmptyStrings();
    private static final Splitter COMMAS = Splitter.on(',').omitEmptyStrings();

    private Hierarchies() {}

    /** Those of this process. */
    public static List<Hierarchy> detect() {
        List<MountInfo> visible = MountInfo.current().stream()
                .filter(mount -> Files.exists(mount.mountPoint().resolve("cgroup.procs")))
                .toList();
        return parse(
                visible,
                ProcessGroups.of("self"),
                mountPoint -> GroupFile.readIfThere(mountPoint.resolve("cgroup.controllers"))
                        .orElse(""));
    }

    /**
     * Pure, for tests.
     *
     * @param controllersFile reads {@code cgroup.controllers} of a directory
     */
    public static List<Hierarchy> parse(
            List<MountInfo> mounts, ProcessGroups groups, Function<Path, String> controllersFile) {
        List<Hierarchy> found = new ArrayList<>();
        Set<Object> seen = new HashSet<>();
        for (MountInfo mount : mounts) {
            Optional<Hierarchy> hierarchy = switch (mount.type()) {
                case "cgroup2" -> Optional.of(v2(mount, groups, controllersFile));
                case "cgroup" -> v1(mount, groups);
                default -> Optional.empty();
            };
            hierarchy
                    .filter(one -> seen.add(one.version() == CgroupVersion.V2 ? one.version() : one.controllers()))
                    .ifPresent(found::add);
        }
        return ImmutableList.copyOf(withDevices(found));
    }

    private static Hierarchy v2(MountInfo mount, ProcessGroups groups, Function<Path, String> controllersFile) {
        Set<Controller> controllers = named(BLANKS.split(controllersFile.apply(mount.mountPoint())));
        String current = groups.paths().getOrDefault("", "/");
        return new Hierarchy(CgroupVersion.V2, mount.mountPoint(), mount.root(), controllers, current);
    }

    /** A hierarchy with a name and without controllers is of no use here. */
    private static Optional<Hierarchy> v1(MountInfo mount, ProcessGroups groups) {
        Set<Controller> controllers = named(mount.superOptions());
        if (controllers.isEmpty()) {
            return Optional.empty();
        }
        Hierarchy found = new Hierarchy(CgroupVersion.V1, mount.mountPoint(), mount.root(), controllers, "/");
        return Optional.of(new Hierarchy(
                found.version(),
                found.mountPoint(),
                found.root(),
                controllers,
                groups.in(found).orElse("/")));
    }

    /** Programs decide about devices in every group of v2, unless the controller of v1 is there. */
    private static List<Hierarchy> withDevices(List<Hierarchy> hierarchies) {
        return of(hierarchies, Controller.DEVICES).isPresent()
                ? hierarchies
                : hierarchies.stream()
                        .map(one -> one.version() == CgroupVersion.V2 ? one.with(Controller.DEVICES) : one)
                        .toList();
    }

    /** Whether the controllers of a line of {@code /proc/PID/cgroup} are those of the hierarchy. */
    static boolean isOf(Hierarchy hierarchy, String controllers) {
        return hierarchy.version() == CgroupVersion.V2
                ? controllers.isEmpty()
                : !controllers.isEmpty() && named(COMMAS.split(controllers)).equals(hierarchy.controllers());
    }

    private static Set<Controller> named(Iterable<String> symbols) {
        Set<Controller> controllers = EnumSet.noneOf(Controller.class);
        symbols.forEach(symbol -> Controller.named(symbol).ifPresent(controllers::add));
        return controllers;
    }

    /** The controllers that a file such as {@code cgroup.controllers} lists. */
    public static Set<Controller> listed(String text) {
        return named(BLANKS.split(text));
    }

    /** The one that controls it. */
    public static Optional<Hierarchy> of(Collection<Hierarchy> hierarchies, Controller controller) {
        return hierarchies.stream()
                .filter(hierarchy -> hierarchy.controllers().contains(controller))
                .findFirst();
    }
}

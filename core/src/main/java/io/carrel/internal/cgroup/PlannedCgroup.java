package io.carrel.internal.cgroup;

import io.carrel.cgroups.CgroupTemplate;
import io.carrel.fs.Access;
import io.carrel.fs.ContainerPath;
import io.carrel.fs.Mount;
import io.carrel.fs.RootFs;
import io.carrel.internal.definition.ContainerSpec;
import io.carrel.internal.spec.FilesSpec;
import io.carrel.linux.launch.CgroupEntry;
import io.carrel.linux.launch.Launcher;
import io.carrel.namespaces.NamespaceType;
import java.util.Optional;

/**
 * What of a container's program is about its cgroup. Immutable.
 *
 * @param entry how the container comes in
 * @param mount where it sees its groups, if it does
 */
public record PlannedCgroup(CgroupEntry entry, Optional<Mount> mount) {

    /** The container stays in this JVM's. */
    public static final PlannedCgroup NONE = new PlannedCgroup(CgroupEntry.NONE, Optional.empty());

    private static final ContainerPath PLACE = ContainerPath.of("/sys/fs/cgroup");
    private static final ContainerPath SYS = ContainerPath.of("/sys");

    /** For groups that are made like this. */
    public static PlannedCgroup of(CgroupTemplate template, ContainerSpec spec) {
        int tasksFiles = template.v1Hierarchies().size();
        int passed = spec.joined().size() + (spec.network().needsHost() ? 1 : 0);
        return new PlannedCgroup(
                new CgroupEntry(
                        Launcher.FIRST_PASSED + passed,
                        tasksFiles,
                        template.hasUnified(),
                        spec.keepsInitOutOfCgroup() ? tasksFiles + (template.hasUnified() ? 1 : 0) : 0),
                isMounted(spec)
                        ? Optional.of(new Mount.Cgroups(
                                PLACE,
                                template.v1Hierarchies(),
                                template.hasUnified(),
                                spec.limits().delegated() ? Access.READ_WRITE : Access.READ_ONLY))
                        : Optional.empty());
    }

    /**
     * Where it would show the container's group and no other, there is a place for it, and the user has nothing else
     * there.
     */
    private static boolean isMounted(ContainerSpec spec) {
        FilesSpec files = spec.files();
        boolean isOwn = spec.creates(NamespaceType.CGROUP) && spec.creates(NamespaceType.MOUNT);
        boolean hasPlace =
                !(files.root() instanceof RootFs.Directory) || files.mounts().contains(new Mount.Sysfs(SYS));
        boolean isTaken = files.mounts().stream()
                .map(Mount::target)
                .anyMatch(target -> target.isAtOrBelow(PLACE) || PLACE.isAtOrBelow(target) && !target.equals(SYS));
        return isOwn && hasPlace && !isTaken;
    }
}

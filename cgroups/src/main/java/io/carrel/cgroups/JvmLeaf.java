package io.carrel.cgroups;

import static com.google.common.base.Preconditions.checkState;

import io.carrel.cgroups.internal.hierarchy.GroupFile;
import io.carrel.cgroups.internal.hierarchy.Placement;
import io.carrel.cgroups.internal.tree.Directories;
import io.carrel.cgroups.internal.tree.HostHierarchies;
import io.carrel.cgroups.limits.CgroupVersion;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The group at the end of the tree that this JVM moves into, so that the one it was in can be divided. */
final class JvmLeaf {

    private JvmLeaf() {}

    /** Moves it on v2 where it is in the base itself. */
    static void move(HostHierarchies host, String leaf) {
        host.bases().forEach((hierarchy, base) -> {
            if (hierarchy.version() == CgroupVersion.V2
                    && hierarchy.currentDirectory().equals(Optional.of(base))) {
                move(new Placement(hierarchy, base), leaf);
            }
        });
    }

    private static void move(Placement base, String leaf) {
        Placement group = base.child(leaf);
        Directories.makeParent(base, group, Set.of());
        GroupFile.write(
                "Cannot move this JVM into cgroup " + group,
                group.file("cgroup.procs"),
                Long.toString(ProcessHandle.current().pid()));
        List<Long> others = GroupFile.processes(base.directory());
        checkState(
                others.isEmpty(),
                "this JVM has moved, but other processes are in the cgroup %s too and keep it from having"
                        + " groups with controllers below it: %s",
                base,
                others);
    }
}

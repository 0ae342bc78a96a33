package io.carrel.cgroups.internal.tree;

import io.carrel.cgroups.internal.hierarchy.Placement;
import io.carrel.cgroups.limits.CgroupVersion;
import io.carrel.linux.KernelFile;
import io.carrel.linux.KernelFileException;
import io.carrel.linux.binding.MountInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;

/** What of a group belongs to whom it is given. */
public final class Delegation {

    private static final Path LISTED = Path.of("/sys/kernel/cgroup/delegate");
    /** Where a kernel has no such list. */
    private static final List<String> V2 = List.of("cgroup.procs", "cgroup.threads", "cgroup.subtree_control");

    private static final List<String> V1 = List.of("cgroup.procs", "tasks", "cgroup.clone_children");

    private Delegation() {}

    /** Makes the directory, and what moves processes and enables controllers, the user's. */
    public static void give(Placement placement, long user, long group) {
        own(placement.directory(), user, group);
        files(placement.version()).stream()
                .map(placement::file)
                .filter(Files::exists)
                .forEach(file -> own(file, user, group));
    }

    private static List<String> files(CgroupVersion version) {
        if (version == CgroupVersion.V1) {
            return V1;
        }
        try {
            return KernelFile.read(LISTED).lines().toList();
        } catch (IOException oldKernel) {
            return V2;
        }
    }

    private static void own(Path file, long user, long group) {
        try {
            Files.setAttribute(file, "unix:uid", (int) user, LinkOption.NOFOLLOW_LINKS);
            Files.setAttribute(file, "unix:gid", (int) group, LinkOption.NOFOLLOW_LINKS);
        } catch (IOException e) {
            throw new KernelFileException(
                    "Cannot give a cgroup to user %d and group %d".formatted(user, group), file.toString(), "", e);
        }
    }

    /**
     * Whether the kernel keeps those in a cgroup namespace from the limits of its own group, whoever the files belong
     * to.
     */
    public static boolean isKeptByNamespaces() {
        return MountInfo.current().stream()
                .anyMatch(mount ->
                        mount.type().equals("cgroup2") && mount.superOptions().contains("nsdelegate"));
    }
}

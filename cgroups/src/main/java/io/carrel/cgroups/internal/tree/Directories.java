package io.carrel.cgroups.internal.tree;

import static com.google.common.base.Preconditions.checkState;

import io.carrel.cgroups.internal.hierarchy.GroupFile;
import io.carrel.cgroups.internal.hierarchy.Hierarchies;
import io.carrel.cgroups.internal.hierarchy.Placement;
import io.carrel.cgroups.limits.CgroupVersion;
import io.carrel.cgroups.limits.Controller;
import io.carrel.linux.DirectoryListing;
import io.carrel.linux.KernelFileException;
import io.carrel.linux.UnsupportedFeatureException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Makes and lists the directories of groups. */
public final class Directories {

    private static final String CPUS = "cpuset.cpus";
    private static final String MEMS = "cpuset.mems";
    private static final Set<PosixFilePermission> PERMISSIONS = PosixFilePermissions.fromString("rwxr-xr-x");

    private Directories() {}

    /** Makes a group for others to be made in; it may be there. Its parent enables the controllers on v2. */
    public static void makeParent(Placement parent, Placement group, Set<Controller> controllers) {
        enable(parent, controllers);
        try {
            create(group.directory());
        } catch (FileAlreadyExistsException there) {
            // Somebody made it before or at the same time.
        } catch (IOException e) {
            throw failure(group, e);
        }
        prepare(parent, group);
        if (isCpusetOfV1(group)) {
            // Groups below begin with this one's CPUs and memory, which saves writing them for each.
            GroupFile.write("Cannot prepare cgroup " + group, group.file("cgroup.clone_children"), "1");
        }
    }

    /** Makes a group that must not be there yet. */
    public static void make(Placement parent, Placement group) {
        try {
            create(group.directory());
        } catch (FileAlreadyExistsException e) {
            throw new IllegalStateException("there is a cgroup at " + group + " already", e);
        } catch (IOException e) {
            throw failure(group, e);
        }
        prepare(parent, group);
    }

    /** Others may look in, whatever this JVM's umask: the container, which is another user, for one. */
    private static void create(Path directory) throws IOException {
        Files.createDirectory(directory);
        Files.setPosixFilePermissions(directory, PERMISSIONS);
    }

    private static KernelFileException failure(Placement group, IOException cause) {
        return new KernelFileException("Cannot make a cgroup", group.toString(), "", cause);
    }

    /**
     * On v1 nothing runs in a new group of cpuset's before it has CPUs and memory; it begins with both or with none.
     */
    private static void prepare(Placement parent, Placement group) {
        if (isCpusetOfV1(group) && GroupFile.read(group.file(CPUS)).isEmpty()) {
            for (String file : List.of(CPUS, MEMS)) {
                GroupFile.write("Cannot prepare cgroup " + group, group.file(file), GroupFile.read(parent.file(file)));
            }
        }
    }

    private static boolean isCpusetOfV1(Placement group) {
        return group.version() == CgroupVersion.V1 && group.controls(Controller.CPUSET);
    }

    /** Enables controllers for the groups below, on v2. Those that it has already cost nothing but a look. */
    public static void enable(Placement group, Set<Controller> controllers) {
        if (group.version() == CgroupVersion.V1) {
            return;
        }
        Set<Controller> wanted = EnumSet.noneOf(Controller.class);
        controllers.stream().filter(group::controls).forEach(wanted::add);
        wanted.remove(Controller.DEVICES); // A program of the group's, not a controller of the kernel's.
        if (wanted.isEmpty()) {
            return;
        }
        wanted.removeAll(Hierarchies.listed(GroupFile.read(group.file("cgroup.subtree_control"))));
        Set<Controller> had = Hierarchies.listed(GroupFile.read(group.file("cgroup.controllers")));
        if (!had.containsAll(wanted)) {
            wanted.removeAll(had);
            throw new UnsupportedFeatureException(
                    "cgroup controllers " + wanted,
                    "the group " + group + " has only " + had
                            + ". Have them delegated, for a user of systemd by Delegate=yes in user@.service.");
        }
        if (!wanted.isEmpty()) {
            checkNobodyIsIn(group, wanted);
            String text = wanted.stream()
                    .map(controller -> "+" + controller.symbol(CgroupVersion.V2))
                    .collect(Collectors.joining(" "));
            GroupFile.write(
                    "Cannot enable controllers below cgroup " + group, group.file("cgroup.subtree_control"), text);
        }
    }

    /**
     * The kernel refuses most controllers with EBUSY, but takes those that know threads (cpu, pids), and then the
     * groups below take no processes. The root of all groups is free of this.
     */
    private static void checkNobodyIsIn(Placement group, Set<Controller> wanted) {
        if (Files.exists(group.file("cgroup.type"))) {
            List<Long> processes = GroupFile.processes(group.directory());
            checkState(
                    processes.isEmpty(),
                    "Cannot enable %s below cgroup %s: processes are in it themselves (%s), and cgroup v2 divides only among"
                            + " groups. Move them into a group at the end of the tree; Cgroups.moveJvmToLeaf does it with the JVM.",
                    wanted,
                    group,
                    processes);
        }
    }

    /** The names of the groups below. */
    public static List<String> children(Path group) {
        try {
            return DirectoryListing.of(group).stream()
                    .filter(Files::isDirectory)
                    .map(entry -> entry.getFileName().toString())
                    .sorted()
                    .toList();
        } catch (IOException gone) {
            return List.of();
        }
    }
}

package io.carrel.cgroups.internal.tree;

import io.carrel.cgroups.internal.hierarchy.GroupFile;
import io.carrel.cgroups.internal.hierarchy.Hierarchy;
import io.carrel.cgroups.limits.CgroupVersion;
import io.carrel.linux.Descriptor;
import io.carrel.linux.SyscallException;
import io.carrel.linux.binding.AttributeCalls;
import io.carrel.linux.binding.Kernel;
import io.carrel.linux.uapi.Fcntl;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The group of a hierarchy below which new ones are made. Root makes them at the top, beside all others, unless it was
 * given a group of its own (delegation); others where they may. See docs/adr/0005-cgroups.md.
 */
public final class Base {

    private Base() {}

    /** Where this process can make groups; empty if nowhere. */
    public static Optional<Path> of(Hierarchy hierarchy) {
        return hierarchy.version() == CgroupVersion.V1 ? v1(hierarchy) : v2(hierarchy);
    }

    private static Optional<Path> v1(Hierarchy hierarchy) {
        return Optional.of(hierarchy.mountPoint())
                .filter(Base::isWritable)
                .or(() -> hierarchy.currentDirectory().filter(Base::isWritable));
    }

    private static Optional<Path> v2(Hierarchy hierarchy) {
        List<Path> ours = pathUp(hierarchy).stream().takeWhile(Base::isWritable).toList();
        return delegated(ours)
                .or(() -> Optional.of(hierarchy.mountPoint()).filter(Base::isWritable))
                .or(() -> firstFree(ours));
    }

    /** The current group, and those above it up to the mount. */
    private static List<Path> pathUp(Hierarchy hierarchy) {
        List<Path> path = new ArrayList<>();
        Path at = hierarchy.currentDirectory().orElse(hierarchy.mountPoint());
        for (; at != null && at.startsWith(hierarchy.mountPoint()); at = at.getParent()) {
            path.add(at);
        }
        return path;
    }

    /**
     * Of several groups that were given away the nearest is ours: what lies between is its giver's, systemd's for
     * example.
     */
    private static Optional<Path> delegated(List<Path> path) {
        return IntStream.range(0, path.size())
                .filter(index -> isDelegated(path.get(index)))
                .boxed()
                .findFirst()
                .flatMap(index -> firstFree(path.subList(0, index + 1)));
    }

    /**
     * Of the groups that are ours the lowest without processes, since only below such a one controllers can be enabled.
     * Where all have processes it is the lowest; then somebody has to move them.
     */
    private static Optional<Path> firstFree(List<Path> ours) {
        return ours.stream()
                .filter(group -> GroupFile.processes(group).isEmpty())
                .findFirst()
                .or(() -> ours.stream().findFirst());
    }

    private static boolean isWritable(Path group) {
        return Files.isWritable(group) && Files.isWritable(group.resolve("cgroup.procs"));
    }

    /** systemd marks the groups that it gives away (Delegate=yes); everybody can set and see the second mark. */
    private static boolean isDelegated(Path group) {
        return isMarked(group, "trusted.delegate") || isMarked(group, "user.delegate");
    }

    private static boolean isMarked(Path group, String attribute) {
        String doing = "Cannot look whether a cgroup is delegated";
        try (AttributeCalls calls = new AttributeCalls();
                Descriptor directory = Kernel.open(doing, group.toString(), Fcntl.O_DIRECTORY)) {
            return new String(calls.value(doing, directory, ".", attribute), StandardCharsets.US_ASCII).equals("1");
        } catch (SyscallException noSuchMark) {
            return false;
        }
    }
}

package io.carrel;

import io.carrel.cgroups.Cgroup;
import io.carrel.cgroups.limits.Limits;
import io.carrel.internal.CommandProcess;
import io.carrel.linux.binding.MountInfo;
import io.carrel.linux.binding.ProcessStatus;
import io.carrel.namespaces.IdMap;
import io.carrel.namespaces.NamespaceType;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the kernel says is in force for a running command, read back from {@code /proc} and not from the definition.
 * Immutable.
 *
 * @param isolated the kinds of namespace in which the command and this JVM differ
 * @param users the command's user ids, inside to outside as this JVM sees them
 * @param groups the command's group ids, likewise
 * @param capabilities the capabilities that it has
 * @param attainable the capabilities that any program it executes could have
 * @param noNewPrivileges whether programs give it no new privileges
 * @param seccompFilter whether a seccomp filter is in force
 * @param mounts where something is mounted, as the command sees it
 * @param memorySizes where file systems in memory are mounted, such as {@code /tmp}, and the most bytes that each holds
 * @param limits the limits of the container's cgroup; none where it has no cgroup of its own
 * @param rootFileSystem the kind of file system that its root is on, for example {@code overlay}
 * @param connectedBy the program that connects its network to the host's in user mode, with its path; empty for none
 * @param settings settings of the kernel's that the start has written for the container alone; {@code user.max_user_namespaces=0}
 *     says that the command cannot make user namespaces
 * @param fallbacks what it has in place of what was asked for first, with the reason; empty where all is as asked for
 */
public record Enforcement(
        Set<NamespaceType> isolated,
        IdMap users,
        IdMap groups,
        Set<Capability> capabilities,
        Set<Capability> attainable,
        boolean noNewPrivileges,
        boolean seccompFilter,
        List<String> mounts,
        Map<String, Long> memorySizes,
        Limits limits,
        String rootFileSystem,
        String connectedBy,
        List<Sysctl> settings,
        List<String> fallbacks) {

    /** Copies the collections. */
    public Enforcement {
        isolated = Set.copyOf(isolated);
        capabilities = Set.copyOf(capabilities);
        attainable = Set.copyOf(attainable);
        mounts = List.copyOf(mounts);
        memorySizes = Map.copyOf(memorySizes);
        settings = List.copyOf(settings);
        fallbacks = List.copyOf(fallbacks);
    }

    /** Reads it for the command under this init or supervisor. */
    static Enforcement of(
            long supervisor,
            @Nullable Cgroup cgroup,
            String connectedBy,
            List<String> fallbacks,
            List<Sysctl> settings) {
        CommandProcess command = CommandProcess.under(supervisor);
        List<MountInfo> mounts = command.mounts();
        ProcessStatus status = command.status();
        return new Enforcement(
                command.isolated(),
                command.idMap("uid_map"),
                command.idMap("gid_map"),
                capabilities(status.effectiveCapabilities()),
                capabilities(status.boundingSet()),
                status.noNewPrivileges(),
                status.seccompMode() != 0,
                mounts.stream().map(Enforcement::describe).toList(),
                memorySizes(mounts),
                cgroup == null ? Limits.none() : cgroup.limits(),
                rootType(mounts),
                connectedBy,
                settings,
                fallbacks);
    }

    /** The kernel says it in KiB, and nothing where there is no bound. */
    private static Map<String, Long> memorySizes(List<MountInfo> mounts) {
        Map<String, Long> sizes = new HashMap<>();
        for (MountInfo mount : mounts) {
            for (String option : mount.superOptions()) {
                if (mount.type().equals("tmpfs") && option.matches("size=\\d+k")) {
                    long kib = Long.parseLong(option.substring("size=".length(), option.length() - 1));
                    sizes.put(mount.mountPoint().toString(), kib * 1024);
                }
            }
        }
        return sizes;
    }

    /** A later mount covers an earlier one. */
    private static String rootType(List<MountInfo> mounts) {
        return mounts.stream()
                .filter(mount -> mount.mountPoint().equals(Path.of("/")))
                .reduce((covered, covering) -> covering)
                .map(MountInfo::type)
                .orElse("");
    }

    private static String describe(MountInfo mount) {
        return mount.mountPoint() + (mount.options().contains("ro") ? " (read-only)" : "");
    }

    private static Set<Capability> capabilities(long bits) {
        Set<Capability> set = EnumSet.noneOf(Capability.class);
        for (Capability capability : Capability.values()) {
            if ((bits >> capability.number() & 1) != 0) {
                set.add(capability);
            }
        }
        return set;
    }
}

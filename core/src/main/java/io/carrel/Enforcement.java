package io.carrel;

import io.carrel.cgroups.Cgroup;
import io.carrel.cgroups.limits.Limits;
import io.carrel.internal.identity.IdMaps;
import io.carrel.internal.inspect.CommandProcess;
import io.carrel.linux.Capability;
import io.carrel.linux.binding.MountInfo;
import io.carrel.linux.binding.ProcessStatus;
import io.carrel.namespaces.IdMap;
import io.carrel.namespaces.NamespaceType;
import io.carrel.namespaces.Sysctl;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the kernel says is in force for a running command, read back from {@code /proc} and not from the definition, at
 * the moment when it was asked for. Immutable. See proc_pid_status(5).
 */
public final class Enforcement {

    private final Set<NamespaceType> isolated;
    private final IdMaps ids;
    private final ProcessStatus status;
    private final List<MountInfo> mountTable;
    private final Limits limits;
    private final String connectedBy;
    private final List<Sysctl> settings;
    private final List<String> fallbacks;

    private Enforcement(
            CommandProcess command, Limits limits, String connectedBy, List<String> fallbacks, List<Sysctl> settings) {
        isolated = Set.copyOf(command.isolated());
        ids = new IdMaps(command.idMap("uid_map"), command.idMap("gid_map"));
        mountTable = List.copyOf(command.mounts());
        status = command.status();
        this.limits = limits;
        this.connectedBy = connectedBy;
        this.settings = List.copyOf(settings);
        this.fallbacks = List.copyOf(fallbacks);
    }

    /** Reads it for the command under this init or supervisor. */
    static Enforcement of(
            long supervisor,
            @Nullable Cgroup cgroup,
            String connectedBy,
            List<String> fallbacks,
            List<Sysctl> settings) {
        CommandProcess command = CommandProcess.under(supervisor);
        return new Enforcement(
                command, cgroup == null ? Limits.none() : cgroup.limits(), connectedBy, fallbacks, settings);
    }

    /** Returns the kinds of namespace in which the command and this JVM differ. */
    public Set<NamespaceType> isolated() {
        return isolated;
    }

    /** Returns the command's user ids, inside to outside as this JVM sees them. */
    public IdMap users() {
        return ids.users();
    }

    /** Returns the command's group ids, inside to outside as this JVM sees them. */
    public IdMap groups() {
        return ids.groups();
    }

    /** Returns the command's effective capabilities. */
    public Set<Capability> capabilities() {
        return capabilities(status.effectiveCapabilities());
    }

    /** Returns the bounding set: the capabilities that any program it executes could have. */
    public Set<Capability> attainable() {
        return capabilities(status.boundingSet());
    }

    /** Returns whether programs that it executes give it no new privileges. See prctl(2). */
    public boolean noNewPrivileges() {
        return status.noNewPrivileges();
    }

    /** Returns whether a seccomp filter is in force. */
    public boolean seccompFilter() {
        return status.seccompMode() != 0;
    }

    /**
     * Returns the paths where something is mounted, as the command sees them, followed by {@code (read-only)} where
     * that is so.
     */
    public List<String> mounts() {
        return mountTable.stream().map(Enforcement::describe).toList();
    }

    /**
     * Returns the paths where file systems in memory are mounted, such as {@code /tmp}, and how many bytes each holds
     * at most.
     */
    public Map<String, Long> memorySizes() {
        return memorySizes(mountTable);
    }

    /** Returns the limits of the container's cgroup; none where it has no cgroup of its own. */
    public Limits limits() {
        return limits;
    }

    /** Returns the type of the file system that its root is on, for example {@code overlay}. */
    public String rootFileSystem() {
        return rootType(mountTable);
    }

    /** Returns the path of the program that connects its network to the host's in user mode; empty for none. */
    public String connectedBy() {
        return connectedBy;
    }

    /**
     * Returns the kernel's settings that the start has written for the container alone. The setting
     * {@code user.max_user_namespaces=0} means that the command cannot make user namespaces.
     */
    public List<Sysctl> settings() {
        return settings;
    }

    /**
     * Returns what the container has in place of what was asked for first, with the reason; empty if all is as asked
     * for.
     */
    public List<String> fallbacks() {
        return fallbacks;
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
        return Map.copyOf(sizes);
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
        return Set.copyOf(set);
    }

    /** Returns all of it, as text for people. */
    @Override
    public String toString() {
        return "Enforcement[isolated=%s, ids=%s, capabilities=%s, attainable=%s, noNewPrivileges=%s, seccompFilter=%s, mounts=%s,"
                        .formatted(
                                isolated,
                                ids,
                                capabilities(),
                                attainable(),
                                noNewPrivileges(),
                                seccompFilter(),
                                mounts())
                + " memorySizes=%s, limits=%s, rootFileSystem=%s, connectedBy=%s, settings=%s, fallbacks=%s]"
                        .formatted(memorySizes(), limits, rootFileSystem(), connectedBy, settings, fallbacks);
    }
}

package io.carrel.internal;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import io.carrel.RLimit;
import io.carrel.User;
import io.carrel.cgroups.Cgroup;
import io.carrel.cgroups.limits.Limits;
import io.carrel.fs.ContainerPath;
import io.carrel.fs.Mount;
import io.carrel.linux.launch.StandardStreams;
import io.carrel.namespaces.IdMap;
import io.carrel.namespaces.Namespace;
import io.carrel.namespaces.NamespaceType;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A container's definition, checked. Immutable.
 *
 * @param command the program and its arguments; empty for the image's
 * @param entrypoint what comes before the command instead of the image's entrypoint; null for that
 * @param environment the command's environment
 * @param workingDirectory where the command starts, null for the usual place
 * @param hostname the host name, null for the host's
 * @param who who the command runs as
 * @param idMaps the ids of the container, null for the usual ones
 * @param files its files
 * @param names what its files say about names
 * @param network what it can reach, and what can reach it
 * @param streams where the standard streams lead
 * @param timeout how long the container may run, null for as long as it wants
 * @param outputLimit the most bytes that are captured of each stream
 * @param limits limits of all processes together, by a cgroup
 * @param cgroupParent the cgroup below which the container's is made, null for the usual place
 * @param delegated whether the command's user may divide the container's cgroup
 * @param rlimits limits of each process
 * @param rights what the command may do
 * @param init whether an init process supervises the command
 * @param created the namespaces that are made for the container
 * @param joined the namespaces that it is put into
 */
public record ContainerSpec(
        List<String> command,
        @Nullable List<String> entrypoint,
        Map<String, String> environment,
        @Nullable ContainerPath workingDirectory,
        @Nullable String hostname,
        UserParts who,
        @Nullable IdMaps idMaps,
        FileParts files,
        NameFiles names,
        NetworkParts network,
        StandardStreams streams,
        @Nullable Duration timeout,
        long outputLimit,
        Limits limits,
        @Nullable Cgroup cgroupParent,
        boolean delegated,
        List<RLimit> rlimits,
        Rights rights,
        boolean init,
        Set<NamespaceType> created,
        List<Namespace> joined) {

    /** User ids and group ids, inside to outside. */
    public record IdMaps(IdMap users, IdMap groups) {

        /** Stands for those that the host grants an ordinary user. */
        public static final IdMaps GRANTED = new IdMaps(IdMap.of(), IdMap.of());
    }

    /** Copies what is mutable. */
    public ContainerSpec {
        command = ImmutableList.copyOf(command);
        entrypoint = entrypoint == null ? null : ImmutableList.copyOf(entrypoint);
        environment = ImmutableMap.copyOf(environment);
        rlimits = ImmutableList.copyOf(rlimits);
        created = ImmutableSet.copyOf(created);
        joined = ImmutableList.copyOf(joined);
    }

    /** The same container with an image's answers where it had none. */
    ContainerSpec with(
            List<String> words, Map<String, String> variables, @Nullable ContainerPath directory, FileParts parts) {
        return with(words, variables, directory, who, parts, network);
    }

    private ContainerSpec with(
            List<String> words,
            Map<String, String> variables,
            @Nullable ContainerPath directory,
            UserParts somebody,
            FileParts parts,
            NetworkParts connections) {
        return new ContainerSpec(
                words,
                null,
                variables,
                directory,
                hostname,
                somebody,
                idMaps,
                parts,
                names,
                connections,
                streams,
                timeout,
                outputLimit,
                limits,
                cgroupParent,
                delegated,
                rlimits,
                rights,
                init,
                created,
                joined);
    }

    /** The same with another user. */
    ContainerSpec with(UserParts somebody) {
        return with(command, environment, workingDirectory, somebody, files, network);
    }

    /** The same with nothing that the host does for its network. */
    ContainerSpec withoutConnections() {
        return withNetwork(NetworkParts.NONE);
    }

    /** The same with another network, when it is known what the command is. */
    ContainerSpec withNetwork(NetworkParts other) {
        return with(command, environment, workingDirectory, who, files, other);
    }

    /** The same with other files. */
    ContainerSpec withFiles(FileParts others) {
        return with(command, environment, workingDirectory, others);
    }

    /** The same with the mounts of a start, and its names in files: with the container's own addresses, if they are known. */
    ContainerSpec started(List<Mount> mounts, List<InetAddress> addresses) {
        FileParts parts = files.withMounts(mounts);
        return withFiles(creates(NamespaceType.MOUNT) ? names.in(parts, network, hostname, addresses) : parts);
    }

    /** Who the command runs as, null for the usual one. */
    public @Nullable User user() {
        return who.user();
    }

    /** Whether the container has a cgroup of its own. */
    public boolean hasCgroup() {
        return !limits.isEmpty() || cgroupParent != null || delegated;
    }

    /** Where the command starts. */
    ContainerPath directory() {
        return workingDirectory == null ? ContainerPath.ROOT : workingDirectory;
    }

    /** Whether the container gets a namespace of its own of this type. */
    public boolean creates(NamespaceType type) {
        return created.contains(type);
    }

    /** Whether its first process is an init, which nothing but the end of all ends. */
    public boolean hasInit() {
        return init && creates(NamespaceType.PID);
    }

    /** Whether its init is kept out of the cgroup: where that is the command's own, the command could stop it there. */
    public boolean keepsInitOutOfCgroup() {
        return delegated && hasInit();
    }

    /** Whether the container is put into an existing namespace of this type. */
    public boolean joins(NamespaceType type) {
        return joined.stream().anyMatch(namespace -> namespace.type() == type);
    }
}

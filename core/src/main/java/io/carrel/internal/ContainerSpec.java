package io.carrel.internal;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import io.carrel.Capability;
import io.carrel.RLimit;
import io.carrel.User;
import io.carrel.fs.ContainerPath;
import io.carrel.linux.launch.StandardStreams;
import io.carrel.namespaces.IdMap;
import io.carrel.namespaces.Namespace;
import io.carrel.namespaces.NamespaceType;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A container's definition, checked. Immutable.
 *
 * @param command the program and its arguments
 * @param environment the command's environment
 * @param workingDirectory where the command starts
 * @param hostname the host name, null for the host's
 * @param user who the command runs as, null for the usual one
 * @param idMaps the ids of the container, null for the usual ones
 * @param files its files
 * @param streams where the standard streams lead
 * @param timeout how long the container may run, null for as long as it wants
 * @param outputLimit the most bytes that are captured of each stream
 * @param rlimits limits of each process
 * @param capabilities what the command keeps, null for all it would have
 * @param noNewPrivileges whether no program gives the command more privileges
 * @param init whether an init process supervises the command
 * @param created the namespaces that are made for the container
 * @param joined the namespaces that it is put into
 */
public record ContainerSpec(
        List<String> command,
        Map<String, String> environment,
        ContainerPath workingDirectory,
        @Nullable String hostname,
        @Nullable User user,
        @Nullable IdMaps idMaps,
        FileParts files,
        StandardStreams streams,
        @Nullable Duration timeout,
        long outputLimit,
        List<RLimit> rlimits,
        @Nullable Set<Capability> capabilities,
        boolean noNewPrivileges,
        boolean init,
        Set<NamespaceType> created,
        List<Namespace> joined) {

    /** User ids and group ids, inside to outside. */
    public record IdMaps(IdMap users, IdMap groups) {}

    /** Copies what is mutable. */
    public ContainerSpec {
        command = ImmutableList.copyOf(command);
        environment = ImmutableMap.copyOf(environment);
        rlimits = ImmutableList.copyOf(rlimits);
        capabilities = capabilities == null ? null : ImmutableSet.copyOf(capabilities);
        created = ImmutableSet.copyOf(created);
        joined = ImmutableList.copyOf(joined);
    }

    /** The same with other files. */
    public ContainerSpec withFiles(FileParts others) {
        return new ContainerSpec(
                command,
                environment,
                workingDirectory,
                hostname,
                user,
                idMaps,
                others,
                streams,
                timeout,
                outputLimit,
                rlimits,
                capabilities,
                noNewPrivileges,
                init,
                created,
                joined);
    }

    /** Whether the container gets a namespace of its own of this type. */
    public boolean creates(NamespaceType type) {
        return created.contains(type);
    }

    /** Whether the container is put into an existing namespace of this type. */
    public boolean joins(NamespaceType type) {
        return joined.stream().anyMatch(namespace -> namespace.type() == type);
    }
}

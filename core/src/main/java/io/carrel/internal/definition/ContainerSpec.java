package io.carrel.internal.definition;

import io.carrel.fs.Mount;
import io.carrel.internal.identity.UserSpec;
import io.carrel.internal.network.NetworkSpec;
import io.carrel.internal.spec.CommandSpec;
import io.carrel.internal.spec.FilesSpec;
import io.carrel.internal.spec.IdentitySpec;
import io.carrel.internal.spec.IsolationSpec;
import io.carrel.internal.spec.JoinedNamespace;
import io.carrel.internal.spec.LimitsSpec;
import io.carrel.internal.spec.StreamsSpec;
import io.carrel.linux.launch.StandardStreams;
import io.carrel.linux.launch.StreamEnds;
import io.carrel.namespaces.NamespaceType;
import java.net.InetAddress;
import java.util.List;

/**
 * A container's definition, checked. It holds nothing of the kernel's, and two that say the same are equal. Immutable.
 *
 * @param command what it executes
 * @param identity who it is
 * @param files its files
 * @param network what it can reach, and what can reach it
 * @param limits how much it may use
 * @param isolation what keeps its command in
 * @param streams where the standard streams lead
 */
public record ContainerSpec(
        CommandSpec command,
        IdentitySpec identity,
        FilesSpec files,
        NetworkSpec network,
        LimitsSpec limits,
        IsolationSpec isolation,
        StreamsSpec streams) {

    /** The same with another command. */
    public ContainerSpec with(CommandSpec other) {
        return new ContainerSpec(other, identity, files, network, limits, isolation, streams);
    }

    /** The same with another user. */
    public ContainerSpec with(UserSpec somebody) {
        return new ContainerSpec(command, identity.with(somebody), files, network, limits, isolation, streams);
    }

    /** The same with other files. */
    public ContainerSpec with(FilesSpec others) {
        return new ContainerSpec(command, identity, others, network, limits, isolation, streams);
    }

    /** The same with another network. */
    public ContainerSpec with(NetworkSpec other) {
        return new ContainerSpec(command, identity, files, other, limits, isolation, streams);
    }

    /** The same with nothing that the host does for its network. */
    public ContainerSpec withoutConnections() {
        return with(NetworkSpec.NONE);
    }

    /**
     * The same with the mounts of a start, and its names in files: with the container's own addresses, if they are
     * known.
     */
    public ContainerSpec started(List<Mount> mounts, List<InetAddress> addresses) {
        FilesSpec parts = files.withMounts(mounts);
        return with(
                creates(NamespaceType.MOUNT)
                        ? network.names().in(parts, network.mode(), identity.hostname(), addresses)
                        : parts);
    }

    /** Opens its standard streams, for one start, but for those that this is given. */
    public StandardStreams.Open open(StreamEnds given) {
        return streams.open(limits.timeout().orElse(null), given);
    }

    /** Who its command runs as. */
    public UserSpec who() {
        return identity.who();
    }

    /** The namespaces that it is put into. */
    public List<JoinedNamespace> joined() {
        return isolation.namespaces().joined();
    }

    /**
     * How many descriptors its launcher begins with, besides those that all have: namespaces to join, and a socket to
     * the host.
     */
    public int passed() {
        return joined().size() + (network.needsHost() ? 1 : 0);
    }

    /** Whether the container gets a namespace of its own of this type. */
    public boolean creates(NamespaceType type) {
        return isolation.namespaces().creates(type);
    }

    /** Whether its first process is an init, which nothing but the end of all ends. */
    public boolean hasInit() {
        return isolation.hasInit();
    }

    /** Whether its init is kept out of the cgroup: where that is the command's own, the command could stop it there. */
    public boolean keepsInitOutOfCgroup() {
        return limits.delegated() && hasInit();
    }
}

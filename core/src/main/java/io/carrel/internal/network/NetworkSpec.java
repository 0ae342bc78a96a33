package io.carrel.internal.network;

import static com.google.common.base.Preconditions.checkState;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.Sets;
import io.carrel.internal.spec.FilesSpec;
import io.carrel.internal.spec.NamespacesSpec;
import io.carrel.linux.Capability;
import io.carrel.namespaces.NamespaceType;
import io.carrel.namespaces.Sysctl;
import io.carrel.netns.PortMapping;
import io.carrel.netns.relay.Publication;
import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A container's network, and the ways into it. Immutable.
 *
 * @param mode in which way it has one
 * @param ports ports of the host's that lead into it
 * @param names what its files say about names
 */
public record NetworkSpec(NetworkMode mode, List<PortMapping> ports, NameFiles names) {

    /** A network with {@code lo} and no more. */
    public static final NetworkSpec NONE = new NetworkSpec(new NetworkMode.None(), List.of(), NameFiles.USUAL);

    private static final Set<Capability> OF_NETWORKS = Sets.immutableEnumSet(Capability.NET_ADMIN, Capability.NET_RAW);

    /** The last port that takes a privilege to listen at. */
    private static final int LAST_PRIVILEGED_PORT = 1023;

    /** Copies the list, and checks the ports against one another. */
    public NetworkSpec {
        ports = ImmutableList.copyOf(ports);
        Publication.check(ports);
    }

    /** The same in another way. */
    public NetworkSpec with(NetworkMode other) {
        return new NetworkSpec(other, ports, names);
    }

    /** The same with one more port. */
    public NetworkSpec with(PortMapping port) {
        return new NetworkSpec(
                mode,
                ImmutableList.<PortMapping>builder().addAll(ports).add(port).build(),
                names);
    }

    /** The same with one more name server. */
    public NetworkSpec with(InetAddress server) {
        return new NetworkSpec(mode, ports, names.with(server));
    }

    /** The same with one more address of a name. */
    public NetworkSpec with(String name, InetAddress address) {
        return new NetworkSpec(mode, ports, names.with(name, address));
    }

    /** The same variables, and those that the network has for the command, unless they are set. */
    public Map<String, String> withVariables(Map<String, String> environment) {
        Map<String, String> all = new LinkedHashMap<>(environment);
        mode.variables().forEach(all::putIfAbsent);
        return all;
    }

    /** A command that cannot listen where its published port says is no use; so this must not be left undone. */
    public FilesSpec withLowPorts(FilesSpec files) {
        return ports.stream().anyMatch(port -> port.containerPorts().first() <= LAST_PRIVILEGED_PORT)
                ? files.withDefault(new Sysctl(Sysctl.UNPRIVILEGED_PORTS, "0"))
                : files;
    }

    /** Whether the host has something to do before the command may run. */
    public boolean needsHost() {
        return !ports.isEmpty() || mode.need().isPresent();
    }

    /**
     * Checks that what needs a namespace of the container's own has it.
     *
     * @param asked the capabilities that are asked for by name
     */
    public void check(NamespacesSpec namespaces, Set<Capability> asked) {
        checkState(
                namespaces.creates(NamespaceType.MOUNT) || names.isUsual(),
                "names in the container's files need a mount namespace of its own: isolate(NamespaceType.MOUNT)");
        checkState(
                !needsHost() || namespaces.creates(NamespaceType.NETWORK),
                "%s a network of the container's own, and neither share nor join one besides",
                ports.isEmpty() ? mode.need().orElse("") : "published ports need");
        Set<Capability> ofNetworks = Sets.intersection(asked, OF_NETWORKS);
        checkState(
                !namespaces.joins(NamespaceType.NETWORK)
                        || !namespaces.creates(NamespaceType.USER)
                        || ofNetworks.isEmpty(),
                "%s would have no effect in the joined network namespace, since another user namespace owns it than the"
                        + " container's own: share(NamespaceType.USER), or join the one that owns it as well",
                ofNetworks);
    }

    /** What the host does for it. */
    public HostNetwork onHost() {
        return mode.onHost(ports, new NetworkSockets());
    }
}

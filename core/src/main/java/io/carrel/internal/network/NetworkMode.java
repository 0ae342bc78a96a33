package io.carrel.internal.network;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.carrel.fs.Storage;
import io.carrel.internal.spec.FilesSpec;
import io.carrel.internal.spec.IsolationSpec;
import io.carrel.internal.spec.JoinedNamespace;
import io.carrel.internal.spec.NamespacesSpec;
import io.carrel.namespaces.Namespace;
import io.carrel.namespaces.NamespaceType;
import io.carrel.namespaces.Sysctl;
import io.carrel.netns.PortMapping;
import io.carrel.netns.bridge.BridgeNetwork;
import io.carrel.netns.bridge.Membership;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** In which way a container has a network: what that means for all of its parts. Immutable. */
public sealed interface NetworkMode permits NetworkMode.Plain, NetworkMode.Bridged, RelayedMode, UserNetworkMode {

    /** The namespaces that it takes, in place of what these say of the network's. */
    default NamespacesSpec in(NamespacesSpec namespaces) {
        return namespaces.isolate(NamespaceType.NETWORK);
    }

    /** Who needs a network of the container's own and something of the host's, for messages; empty for nobody. */
    Optional<String> need();

    /** The command's variables for it, which its own take the place of. */
    default Map<String, String> variables() {
        return ImmutableMap.of();
    }

    /**
     * The name servers that answer in it; none where it is the host's to say.
     *
     * @param asked those that somebody asked for
     */
    default List<InetAddress> nameServers(List<InetAddress> asked) {
        return asked;
    }

    /**
     * The same, with what this host has for it.
     *
     * @param isolation what keeps the container's command in
     * @param files the container's files
     * @param hasRoot whether who does the steps inside is user 0 there
     */
    default NetworkMode decide(IsolationSpec isolation, FilesSpec files, BooleanSupplier hasRoot) {
        return this;
    }

    /** Settings that it is best served with, which the container's own take the place of. */
    default List<Sysctl> settings() {
        return List.of();
    }

    /**
     * What the host does for a network of this kind into which these ports lead.
     *
     * @param sockets how this JVM gets the network
     */
    HostNetwork onHost(List<PortMapping> ports, NetworkSockets sockets);

    /** The program that connects it, for people; empty for none. */
    default String connectedBy() {
        return "";
    }

    /** Those for which the host does nothing. */
    sealed interface Plain extends NetworkMode {

        @Override
        default Optional<String> need() {
            return Optional.empty();
        }

        @Override
        default HostNetwork onHost(List<PortMapping> ports, NetworkSockets sockets) {
            return ports.isEmpty()
                    ? HostNetwork.NONE
                    : new RelayedNetwork(ports, Optional.empty(), Optional.empty(), sockets);
        }
    }

    /** Nothing but itself. */
    record None() implements Plain {}

    /** The host's. */
    record Host() implements Plain {

        @Override
        public NamespacesSpec in(NamespacesSpec namespaces) {
            return namespaces.share(NamespaceType.NETWORK);
        }
    }

    /**
     * Somebody else's.
     *
     * @param network its namespace
     */
    record Joined(JoinedNamespace network) implements Plain {

        /** One that is open. */
        public static Joined of(Namespace network) {
            return new Joined(new JoinedNamespace(network));
        }

        @Override
        public NamespacesSpec in(NamespacesSpec namespaces) {
            return namespaces.join(network);
        }
    }

    /**
     * Networks that containers share.
     *
     * @param storage where they are noted
     * @param memberships which, and who the container is there
     */
    record Bridged(Storage storage, List<Membership> memberships) implements NetworkMode {

        /** Copies the list. */
        public Bridged {
            memberships = ImmutableList.copyOf(memberships);
        }

        @Override
        public Optional<String> need() {
            return Optional.of("a bridge needs");
        }

        @Override
        public HostNetwork onHost(List<PortMapping> ports, NetworkSockets sockets) {
            return new BridgedNetwork(this, ports, sockets);
        }

        /** Which of both there is depends on the network; the other cannot be reached, and is passed over at once. */
        @Override
        public List<InetAddress> nameServers(List<InetAddress> asked) {
            return asked.isEmpty()
                    ? ImmutableList.of(BridgeNetwork.NAME_SERVER, BridgeNetwork.NAME_SERVER_IPV6)
                    : asked;
        }
    }
}

package io.carrel.internal;

import static com.google.common.base.Preconditions.checkState;

import io.carrel.Network;
import io.carrel.linux.Descriptor;
import io.carrel.linux.binding.Kernel;
import io.carrel.linux.binding.SocketCalls;
import io.carrel.namespaces.Namespace;
import io.carrel.netns.Egress;
import io.carrel.netns.PublishedPort;
import io.carrel.netns.egress.EgressProxy;
import io.carrel.netns.relay.InsideSockets;
import io.carrel.netns.relay.Publication;
import io.carrel.netns.usermode.InsideNames;
import io.carrel.netns.usermode.UserModeCommand;
import io.carrel.netns.usermode.UserModeNetwork;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one start's network has of the host's: ports, taken before anything starts, and sockets inside, which are made while the
 * container's first process waits. Not thread-safe.
 */
public final class StartedNetwork implements AutoCloseable {

    /** Pasta and slirp4netns are ready in some milliseconds, where they are ready at all. */
    private static final Duration LAST_BYTES = Duration.ofSeconds(1);

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final @Nullable Egress egress;
    private final @Nullable UserModeCommand command;
    private final Publication publication;
    private final @Nullable StartedBridges bridges;
    private final Descriptor ownEnd;
    private final Descriptor childEnd;
    private @Nullable InsideSockets inside;
    private @Nullable EgressProxy proxy;
    private @Nullable UserModeNetwork connected;
    private @Nullable InsideNames names;

    private StartedNetwork(
            NetworkParts parts, Publication publication, @Nullable StartedBridges bridges, List<Descriptor> pair) {
        egress = parts.egress();
        command = parts.userMode() == null ? null : parts.userMode().command();
        this.publication = publication;
        this.bridges = bridges;
        ownEnd = pair.get(0);
        childEnd = pair.get(1);
    }

    /** Takes the host's ports; after a failure none is taken. */
    static StartedNetwork open(NetworkParts parts) {
        Network.Bridge bridge = parts.bridge();
        Publication publication = Publication.of(bridge == null ? parts.ports() : List.of());
        StartedBridges bridges = null;
        try {
            bridges = bridge == null ? null : StartedBridges.open(bridge, parts.ports());
            return new StartedNetwork(parts, publication, bridges, Kernel.socketPair("a container's network"));
        } catch (RuntimeException | Error e) {
            publication.close();
            if (bridges != null) {
                bridges.close();
            }
            throw e;
        }
    }

    /** The socket by which the launcher passes the network on. */
    Descriptor passed() {
        return childEnd;
    }

    /** Does its work inside, while the container's first process waits. */
    void workInside() {
        childEnd.close();
        try (Namespace network = receive()) {
            if (bridges != null) {
                bridges.connect(network);
                return;
            }
            if (command != null) {
                connected = UserModeNetwork.connect(command, network, PATIENCE);
            }
            inside = InsideSockets.of(network);
        }
        if (command != null) {
            names = InsideNames.serve(inside);
        }
        if (egress != null) {
            proxy = EgressProxy.open(egress, inside);
        }
        publication.start(inside);
    }

    private Namespace receive() {
        String doing = "Cannot get the container's network";
        List<Descriptor> received =
                SocketCalls.receiveDescriptors(doing, ownEnd, 1).orElseThrow().descriptors();
        ownEnd.close();
        checkState(received.size() == 1, "the launcher did not pass the network on");
        return Namespace.owning(received.get(0));
    }

    /** The ports. */
    List<PublishedPort> ports() {
        return bridges == null ? publication.ports() : bridges.ports();
    }

    /** The container's addresses on the networks that it shares. */
    List<InetAddress> addresses() {
        return bridges == null ? List.of() : bridges.addresses();
    }

    /** The container is gone, and what it sent last may be on its way: this JVM might end next, and the way with it. */
    void ended() {
        try {
            publication.stop();
            publication.awaitEnd(LAST_BYTES);
        } finally {
            closeInside();
        }
    }

    /** Each of them, also where another cannot be closed. */
    private void closeInside() {
        try (StartedBridges bridge = bridges;
                UserModeNetwork program = connected;
                InsideSockets sockets = inside;
                InsideNames served = names;
                EgressProxy egress = proxy) {
            childEnd.close();
            ownEnd.close();
        }
    }

    @Override
    public void close() {
        try {
            publication.close();
        } finally {
            closeInside();
        }
    }
}

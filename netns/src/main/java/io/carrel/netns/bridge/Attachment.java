package io.carrel.netns.bridge;

import static com.google.common.base.Preconditions.checkState;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.carrel.linux.Descriptor;
import io.carrel.linux.Errno;
import io.carrel.linux.SyscallException;
import io.carrel.linux.binding.Cleanup;
import io.carrel.linux.binding.SocketCalls;
import io.carrel.linux.uapi.Constant;
import io.carrel.linux.uapi.Sockets;
import io.carrel.namespaces.Namespace;
import io.carrel.netns.Changes;
import io.carrel.netns.Impairment;
import io.carrel.netns.InterfaceAddress;
import io.carrel.netns.Link;
import io.carrel.netns.Links;
import io.carrel.netns.MacAddress;
import io.carrel.netns.NetworkNamespace;
import io.carrel.netns.NewLink;
import io.carrel.netns.PortMapping;
import io.carrel.netns.PublishedPort;
import io.carrel.netns.Route;
import io.carrel.netns.Subnet;
import io.carrel.netns.relay.Publication;
import io.carrel.netns.relay.SocketKind;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a container has on a network: a virtual cable to the bridge, addresses, and ports of the host that lead to it. It is
 * gone when this is closed. Thread-safe.
 */
public final class Attachment implements AutoCloseable {

    private final Networks networks;
    private final BridgeNetwork network;
    private final Link bridge;
    private final Members.Taken taken;

    @GuardedBy("this") private final List<Publication> publications = new ArrayList<>();

    @GuardedBy("this") private boolean closed;

    @GuardedBy("this") private NameServers.@Nullable Use names;

    Attachment(Networks networks, BridgeNetwork network, Link bridge, Members.Taken taken) {
        this.networks = networks;
        this.network = network;
        this.bridge = bridge;
        this.taken = taken;
    }

    /** The network. */
    public BridgeNetwork network() {
        return network;
    }

    /** The container's addresses, of each family at most one. */
    public List<InetAddress> addresses() {
        return taken.member().addresses();
    }

    /** The address of the container's link. */
    public MacAddress mac() {
        return taken.member().mac();
    }

    /** The host's end of the cable. */
    public String link() {
        return taken.member().link();
    }

    /** Has this JVM answer for names on the network. */
    synchronized void answerNames(NetworkNames known) {
        names = NameServers.use(networks.host(), network, bridge, known);
    }

    NetworkMember member() {
        return taken.member();
    }

    /** One message makes the cable with both its ends where they belong; one more gives the container's all it needs. */
    void connect(Namespace target, Endpoint endpoint) {
        NewLink peer = NewLink.peer(endpoint.link())
                .withMac(mac())
                .withMtu(bridge.mtu())
                .in(target);
        NewLink cable = NewLink.veth(link(), peer)
                .withMtu(bridge.mtu())
                .withMaster(bridge.index())
                .up();
        try {
            networks.host().changes().add(cable).apply();
        } catch (SyscallException e) {
            // The address is ours, so a cable of its name is what a container left that had it before.
            if (!e.errno().equals(Errno.EEXIST)) {
                throw e;
            }
            networks.host().links().find(link()).ifPresent(networks.host().links()::delete);
            networks.host().changes().add(cable).apply();
        }
        if (network.isIsolated()) {
            networks.host().links().isolate(networks.host().links().named(link()));
        }
        try (NetworkNamespace inside = NetworkNamespace.of(target)) {
            configure(inside, endpoint);
        }
    }

    private void configure(NetworkNamespace inside, Endpoint endpoint) {
        int index = inside.links().named(endpoint.link()).index();
        Changes changes = inside.changes().up(index);
        for (InetAddress address : addresses()) {
            Subnet subnet = network.subnets().stream()
                    .filter(candidate -> candidate.contains(address))
                    .findFirst()
                    .orElseThrow();
            changes.add(InterfaceAddress.of(index, address, subnet.prefix()));
            if (endpoint.isDefault() && !network.isInternal()) {
                changes.add(Route.byDefault(network.gateway(subnet)));
            }
        }
        if (endpoint.isDefault()) {
            changes.add(Route.direct(network.nameServerOnly(), index));
        }
        changes.apply();
    }

    /**
     * Has ports of the host lead to the container.
     *
     * @return which they are
     * @throws IllegalStateException if the network is internal, or this is closed
     * @throws SyscallException if one is in use; none is published then
     */
    public synchronized List<PublishedPort> publish(List<PortMapping> mappings) {
        checkState(!closed, "%s is closed", this);
        checkState(
                !network.isInternal(),
                "nothing comes into the internal network %s, so no port can lead to it",
                network.name());
        Publication publication = networks.host().call(() -> Publication.besideKernel(mappings, networks::portHolder));
        try (LockedNetworks locked = networks.lock()) {
            NetworkMember member = locked.current(taken);
            if (publications.isEmpty()) {
                // Where netfilter looks into bridges too, a packet of the container's to itself never leaves the
                // bridge.
                networks.host().links().hairpin(networks.host().links().named(link()));
            }
            publication.start(this::hostSocket, addresses());
            locked.publish(
                    taken,
                    publication.ports().stream()
                            .flatMap(port -> Ports.forwards(port, member).stream())
                            .toList());
            publications.add(publication);
            return publication.ports();
        } catch (RuntimeException | Error e) {
            publication.close();
            throw e;
        }
    }

    /** Once another JVM has disconnected the container, its addresses may be somebody else's. */
    private Descriptor hostSocket(SocketKind kind) {
        if (taken.current().isEmpty()) {
            throw new SyscallException(
                    "Cannot relay to " + this, "connect", "", Errno.ENETDOWN, "It was disconnected.");
        }
        return networks.host()
                .call(() -> SocketCalls.socket(
                        "Cannot relay to " + this,
                        kind.family(),
                        kind.type().or(Sockets.SOCK_NONBLOCK),
                        Constant.of(0)));
    }

    /** The ports of the host that lead to the container. */
    public synchronized List<PublishedPort> ports() {
        return publications.stream()
                .flatMap(publication -> publication.ports().stream())
                .toList();
    }

    /**
     * Impairs what reaches the container over this network, until this is called with {@link Impairment#NONE}.
     *
     * @throws io.carrel.linux.UnsupportedFeatureException if the kernel lacks the module {@code sch_netem} or {@code sch_tbf}
     */
    public void impair(Impairment impairment) {
        Links links = networks.host().links();
        links.impair(links.named(link()), impairment);
    }

    /** Pulls the container's cable out. */
    public void unplug() {
        Links links = networks.host().links();
        links.down(links.named(link()));
    }

    /** Plugs the container's cable in again. */
    public void plugIn() {
        Links links = networks.host().links();
        links.up(links.named(link()));
    }

    /** Undoes what was done before something failed, by whoever has the lock. */
    synchronized void closeAfter(LockedNetworks locked, Throwable failure) {
        closed = true;
        try (Cleanup cleanup = new Cleanup()) {
            addOwn(cleanup);
            cleanup.add(() -> locked.takeOff(taken));
        } catch (RuntimeException e) {
            failure.addSuppressed(e);
        }
    }

    /** Takes the container off the network; later calls do nothing. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        // What cannot be taken away keeps nothing of the rest.
        try (Cleanup cleanup = new Cleanup()) {
            addOwn(cleanup);
            LockedNetworks locked = networks.lock();
            cleanup.add(locked::close);
            // Whoever was disconnected has nothing there any more, and what has its names may be another's.
            cleanup.add(() -> locked.takeOff(taken));
        }
    }

    /** What nobody but this JVM has a part in. */
    @GuardedBy("this") private void addOwn(Cleanup cleanup) {
        NameServers.Use used = names;
        if (used != null) {
            cleanup.add(used::close);
        }
        publications.forEach(publication -> cleanup.add(publication::stop));
    }

    @Override
    public String toString() {
        return "%s on network %s".formatted(member().addressText(), network.name());
    }
}

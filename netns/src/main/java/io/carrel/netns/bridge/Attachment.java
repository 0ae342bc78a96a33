package io.carrel.netns.bridge;

import static com.google.common.base.Preconditions.checkState;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.carrel.linux.Descriptor;
import io.carrel.linux.Errno;
import io.carrel.linux.SyscallException;
import io.carrel.linux.UnsupportedFeatureException;
import io.carrel.linux.binding.Cleanup;
import io.carrel.linux.binding.SocketCalls;
import io.carrel.linux.uapi.Constant;
import io.carrel.linux.uapi.Sockets;
import io.carrel.netns.Impairment;
import io.carrel.netns.Link;
import io.carrel.netns.MacAddress;
import io.carrel.netns.PortMapping;
import io.carrel.netns.PublishedPort;
import io.carrel.netns.relay.Publication;
import io.carrel.netns.relay.SocketKind;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A container's place on a network: a virtual cable to the bridge, addresses, and ports of the host that lead to it. It
 * lasts until it is closed. Thread-safe.
 *
 * <p>Changes need root, as {@link Networks} does. The kernel's refusals are a {@link SyscallException}.
 */
public final class Attachment implements AutoCloseable {

    private final Networks networks;
    private final BridgeNetwork network;
    private final Link bridge;
    private final AddressLease lease;

    @GuardedBy("this") private final List<Publication> publications = new ArrayList<>();

    @GuardedBy("this") private boolean closed;

    @GuardedBy("this") private NameServers.@Nullable Use names;

    Attachment(Networks networks, BridgeNetwork network, Link bridge, AddressLease lease) {
        this.networks = networks;
        this.network = network;
        this.bridge = bridge;
        this.lease = lease;
    }

    /** Returns the network. */
    public BridgeNetwork network() {
        return network;
    }

    /** Returns the container's addresses, at most one of each family. */
    public List<InetAddress> addresses() {
        return lease.member().addresses();
    }

    /** Returns the address of the container's link. */
    public MacAddress mac() {
        return lease.member().mac();
    }

    /** Returns the name of the host's end of the cable. */
    public String link() {
        return lease.member().link();
    }

    /** Has this JVM answer for names on the network. */
    synchronized void answerNames(NetworkNames known) {
        names = NameServers.use(networks.host(), network, bridge, known);
    }

    NetworkMember member() {
        return lease.member();
    }

    /**
     * Publishes ports of the host that lead to the container.
     *
     * @return the ports, with the host's chosen ones
     * @throws IllegalStateException if the network is internal, if the container is not on it any more, or if this is
     *     closed
     * @throws SyscallException if one is in use (EADDRINUSE); none is published then
     */
    public synchronized List<PublishedPort> publish(List<PortMapping> mappings) {
        checkState(!closed, "%s is closed", this);
        checkState(
                !network.isInternal(),
                "nothing comes into the internal network %s, so no port can lead to it",
                network.name());
        Publication publication =
                networks.host().call(() -> Publication.besideKernel(mappings, networks.directory()::portHolder));
        try (LockedNetworks locked = networks.lock()) {
            NetworkMember member = locked.current(lease);
            if (publications.isEmpty()) {
                locked.cable(lease).hairpin();
            }
            publication.start(this::hostSocket, addresses());
            locked.publish(
                    lease,
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
        if (lease.current().isEmpty()) {
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

    /** Returns the ports of the host that lead to the container. */
    public synchronized List<PublishedPort> ports() {
        return publications.stream()
                .flatMap(publication -> publication.ports().stream())
                .toList();
    }

    /**
     * Impairs what reaches the container over this network, until this is called with {@link Impairment#NONE}.
     *
     * @throws UnsupportedFeatureException if the kernel lacks the module {@code sch_netem} or {@code sch_tbf}
     * @throws IllegalStateException if the container is not on the network any more
     */
    public void impair(Impairment impairment) {
        try (LockedNetworks locked = networks.lock()) {
            locked.cable(lease).impair(impairment);
        }
    }

    /**
     * Unplugs the container's cable: its link has no carrier until {@link #plugIn}.
     *
     * @throws IllegalStateException if the container is not on the network any more
     */
    public void unplug() {
        try (LockedNetworks locked = networks.lock()) {
            locked.cable(lease).unplug();
        }
    }

    /**
     * Plugs the container's cable in again.
     *
     * @throws IllegalStateException if the container is not on the network any more
     */
    public void plugIn() {
        try (LockedNetworks locked = networks.lock()) {
            locked.cable(lease).plugIn();
        }
    }

    /** Undoes what was done before something failed, by whoever has the lock. */
    synchronized void closeAfter(LockedNetworks locked, Throwable failure) {
        closed = true;
        try (Cleanup cleanup = new Cleanup()) {
            addOwn(cleanup);
            cleanup.add(() -> locked.takeOff(lease));
        } catch (RuntimeException e) {
            failure.addSuppressed(e);
        }
    }

    /**
     * Takes the container off the network. Later calls do nothing.
     *
     * @throws SyscallException if something cannot be taken away; the rest is
     */
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
            cleanup.add(() -> locked.takeOff(lease));
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

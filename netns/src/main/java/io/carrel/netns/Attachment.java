package io.carrel.netns;

import static com.google.common.base.Preconditions.checkState;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.carrel.linux.Errno;
import io.carrel.linux.SyscallException;
import io.carrel.namespaces.Namespace;
import io.carrel.netns.nft.Forward;
import io.carrel.netns.relay.HostPort;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * What a container has on a network: a virtual cable to the bridge, addresses, and ports of the host that lead to it. It is
 * gone when this is closed. Thread-safe.
 */
public final class Attachment implements AutoCloseable {

    private final Networks networks;
    private final BridgeNetwork network;
    private final Link bridge;
    private final Members.Taken taken;

    @GuardedBy("this")
    private final List<HostPort> reserved = new ArrayList<>();

    @GuardedBy("this")
    private final List<Forward> forwards = new ArrayList<>();

    @GuardedBy("this")
    private boolean closed;

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

    /** One message makes the cable with both its ends where they belong; one more gives the container's all it needs. */
    void connect(Namespace target, Endpoint endpoint) {
        NewLink peer = NewLink.peer(endpoint.link()).withMac(mac()).withMtu(bridge.mtu()).in(target);
        NewLink cable = NewLink.veth(link(), peer)
                .withMtu(bridge.mtu())
                .withMaster(bridge.index())
                .up();
        try {
            networks.host().changes().add(cable).apply();
        } catch (SyscallException e) {
            // The address is ours, so a cable of its name is what a container left that had it before.
            if (!e.errno().equals(Errno.EEXIST) || !removeCable()) {
                throw e;
            }
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
        changes.apply();
    }

    private boolean removeCable() {
        Links links = networks.host().links();
        return links.find(link())
                .map(left -> {
                    links.delete(left);
                    return true;
                })
                .orElse(false);
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
        checkState(!network.isInternal(), "nothing comes into the internal network %s, so no port can lead to it", network.name());
        List<HostPort> taking = new ArrayList<>();
        try {
            networks.host().run(() -> mappings.stream()
                    .flatMap(mapping -> mapping.single().stream())
                    .forEach(mapping -> taking.add(HostPort.reserve(mapping))));
            List<Forward> added = taking.stream()
                    .flatMap(port -> Ports.forwards(port.port(), taken.member()).stream())
                    .toList();
            note(added);
            if (reserved.isEmpty()) {
                // Where netfilter looks into bridges too, a packet of the container's to itself never leaves the bridge.
                networks.host().links().hairpin(networks.host().links().named(link()));
            }
            networks.firewall().publish(added);
            forwards.addAll(added);
            reserved.addAll(taking);
            return taking.stream().map(HostPort::port).toList();
        } catch (RuntimeException | Error e) {
            taking.forEach(port -> port.socket().close());
            throw e;
        }
    }

    /** Before they are there, so that a JVM that is killed leaves nothing unknown. */
    @GuardedBy("this")
    private void note(List<Forward> added) {
        List<String> all = new ArrayList<>(forwards.stream().map(Ports::format).toList());
        added.stream().map(Ports::format).forEach(all::add);
        taken.note(taken.member().withPorts(all));
    }

    /** The ports of the host that lead to the container. */
    public synchronized List<PublishedPort> ports() {
        return reserved.stream().map(HostPort::port).toList();
    }

    void closeAfter(Throwable failure) {
        try {
            close();
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
        networks.firewall().withdraw(forwards);
        reserved.forEach(port -> port.socket().close());
        boolean unused = removeCable();
        taken.giveBack();
    }

    @Override
    public String toString() {
        return "%s on network %s".formatted(addresses(), network.name());
    }
}

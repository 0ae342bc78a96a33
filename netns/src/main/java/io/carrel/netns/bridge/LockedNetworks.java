package io.carrel.netns.bridge;

import io.carrel.linux.binding.Cleanup;
import io.carrel.linux.binding.Lease;
import io.carrel.namespaces.Namespace;
import io.carrel.netns.Link;
import io.carrel.netns.MacAddress;
import io.carrel.netns.nft.Firewall;
import io.carrel.netns.nft.Forward;
import io.carrel.netns.state.Directories;
import io.carrel.netns.state.Owners;
import io.carrel.netns.state.StateFile;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The networks of one state directory while nobody else changes them, be it a thread of this JVM or another JVM. What
 * is noted of members, ports and bridges, and what the kernel has of them, changes only by this, so the one is always
 * as the other. Only {@link Networks#lock} makes it. Not thread-safe.
 */
final class LockedNetworks implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LockedNetworks.class);

    private final Networks networks;
    private final NetworkDirectory directory;
    private final Lease lease;
    private final BridgeHost host;
    private final Firewall firewall;
    private final Bridges bridges;
    private final Owners owners;

    LockedNetworks(Networks networks, NetworkDirectory directory, Lease lease, BridgeHost host, Owners owners) {
        this.networks = networks;
        this.directory = directory;
        this.lease = lease;
        this.host = host;
        firewall = host.firewall();
        this.owners = owners;
        bridges = new Bridges(host.namespace(), firewall);
    }

    /** Makes a network that there is not yet, with its bridge; nothing of it is left if that fails. */
    void create(BridgeNetwork network) {
        Directories.make(directory.place(network.name()));
        new StateFile(directory.definition(network.name()), network.toValues()).write();
        try {
            Directories.make(directory.leases(network).directory());
            make(network);
        } catch (RuntimeException | Error e) {
            undo(network, e);
            throw e;
        }
    }

    private void undo(BridgeNetwork network, Throwable failure) {
        try {
            bridges.unmake(this, network);
            forget(network);
        } catch (RuntimeException e) {
            failure.addSuppressed(e);
        }
    }

    private Link make(BridgeNetwork network) {
        if (!firewall.exists()) {
            restoreFirewall();
        }
        return bridges.make(this, network);
    }

    /** Whoever threw all rules of the host away threw ours away too. */
    private void restoreFirewall() {
        firewall.ensure();
        for (BridgeNetwork network : directory.list()) {
            if (bridges.find(network).isPresent()) {
                bridges.restoreRules(this, network);
                directory.leases(network).list().forEach(member -> firewall.publish(Ports.parse(member)));
            }
        }
    }

    private void forget(BridgeNetwork network) {
        Directories.delete(directory.leases(network).directory());
        Directories.delete(directory.place(network.name()));
    }

    /**
     * Checks that nobody is on a network.
     *
     * @throws IllegalStateException if somebody is
     */
    void checkUnused(BridgeNetwork network) {
        List<NetworkMember> members = directory.leases(network).list();
        if (!members.isEmpty()) {
            String first = members.get(0).addressText();
            throw new IllegalStateException(
                    members.size() == 1
                            ? "The network %s is in use by 1 container, with %s.".formatted(network.name(), first)
                            : "The network %s is in use by %d containers, the first with %s."
                                    .formatted(network.name(), members.size(), first));
        }
    }

    /** Removes the network of this name, if there is one and nobody is on it. Whether it has. */
    boolean removeUnused(String name) {
        Optional<BridgeNetwork> network = directory.find(name);
        network.ifPresent(this::sweep);
        Optional<BridgeNetwork> unused =
                network.filter(swept -> directory.leases(swept).list().isEmpty());
        unused.ifPresent(this::remove);
        return unused.isPresent();
    }

    /** Removes a network that nobody is on, with its bridge; the last one takes the firewall's table along. */
    void remove(BridgeNetwork network) {
        bridges.unmake(this, network);
        forget(network);
        if (directory.list().isEmpty()) {
            firewall.delete();
        }
    }

    /** Removes what JVMs that are gone have left on a network. Whether there was anything. */
    boolean sweep(BridgeNetwork network) {
        List<AddressLease> dead = directory.leases(network).taken(member -> owners.isDead(member.owner()));
        for (AddressLease left : dead) {
            takeOff(left, port -> !isPublishedByOthers(port));
            LOG.debug("Swept {} of network {}", left.member(), network.name());
        }
        return !dead.isEmpty();
    }

    /** The same, and a bridge that has lost its last container by this goes too, until it is needed again. */
    void sweepWithBridge(String name) {
        directory.find(name).filter(this::sweep).ifPresent(network -> {
            if (directory.leases(network).list().isEmpty()) {
                bridges.unmake(this, network);
            }
        });
    }

    /** One that was killed before it published what it had noted may have noted what is somebody else's now. */
    private boolean isPublishedByOthers(Forward port) {
        return directory.list().stream()
                .flatMap(network -> directory.leases(network).list().stream())
                .filter(member -> !owners.isDead(member.owner()))
                .flatMap(member -> Ports.parse(member).stream())
                .anyMatch(port::isSamePortAs);
    }

    /** Whether this network namespace is the host's. */
    boolean isOfHost(Namespace target) {
        return target.isSameAs(host.namespace().namespace());
    }

    /** Who is on a network with this network namespace. */
    Optional<AddressLease> find(BridgeNetwork network, Namespace target) {
        return directory
                .leases(network)
                .taken(member -> member.namespace() == target.inode() && !owners.isDead(member.owner()))
                .stream()
                .findFirst();
    }

    /**
     * Puts a network namespace on a network.
     *
     * @param owner with whose end it ends
     * @param answersNames whether this JVM answers for names there
     */
    Attachment attach(BridgeNetwork network, Namespace target, Endpoint endpoint, String owner, boolean answersNames) {
        return attach(take(network, endpoint, owner, target.inode()), target, answersNames);
    }

    /**
     * Takes addresses; the bridge stays as long as they are taken.
     *
     * @param namespace the inode of the namespace that they are for
     */
    Reservation.Held take(BridgeNetwork network, Endpoint endpoint, String owner, long namespace) {
        Link bridge = make(network);
        AddressLease lease = directory
                .leases(network)
                .take(this, endpoint, place -> member(bridge, endpoint, place, owner, namespace));
        return new Reservation.Held(network, bridge, endpoint, lease);
    }

    /** Puts a network namespace where addresses were taken for it. */
    Attachment attach(Reservation.Held held, Namespace target, boolean answersNames) {
        BridgeNetwork network = held.network();
        Attachment attachment = new Attachment(networks, network, held.bridge(), held.lease());
        try {
            if (answersNames) {
                attachment.answerNames(new NetworkNames(network.name(), directory.networks(), directory::find));
            }
            // What was noted a moment ago, under the same lock, needs no second look.
            NetworkMember member = held.lease().member();
            new Cable(host.namespace(), member.link()).make(network, held.bridge(), member, target, held.endpoint());
            return attachment;
        } catch (RuntimeException | Error e) {
            attachment.closeAfter(this, e);
            throw e;
        }
    }

    private static NetworkMember member(
            Link bridge, Endpoint endpoint, AddressLeases.Place place, String owner, long namespace) {
        MacAddress wanted = endpoint.mac();
        return new NetworkMember(
                place.addresses(),
                endpoint.names(),
                "cv%x-%x".formatted(bridge.index(), place.offset()),
                wanted == null ? AddressLeases.mac(place.addresses().get(0)) : wanted,
                owner,
                namespace,
                List.of());
    }

    /**
     * Has ports of the host lead to a container: noted before they do, so that a JVM that is killed leaves nothing
     * unknown.
     *
     * @throws IllegalStateException if it is not on the network any more
     * @throws io.carrel.linux.SyscallException if one leads elsewhere already; none of them is published then
     */
    void publish(AddressLease lease, List<Forward> added) {
        NetworkMember before = current(lease);
        lease.note(
                this,
                before.withPorts(
                        Stream.concat(before.ports().stream(), added.stream().map(Ports::format))
                                .toList()));
        try {
            firewall.publish(added);
        } catch (RuntimeException | Error e) {
            lease.note(this, before);
            throw e;
        }
        try {
            host.forgetFlows(this, added);
        } catch (RuntimeException | Error e) {
            firewall.withdraw(added);
            lease.note(this, before);
            throw e;
        }
    }

    /**
     * What is noted of a container.
     *
     * @throws IllegalStateException if it is not on the network any more
     */
    NetworkMember current(AddressLease lease) {
        return lease.current()
                .orElseThrow(() -> new IllegalStateException("the container with %s was disconnected from its network"
                        .formatted(lease.member().addressText())));
    }

    /**
     * Hands out the cable of a container, to be changed as long as this is not closed.
     *
     * @throws IllegalStateException if it is not on the network any more
     */
    Cable cable(AddressLease lease) {
        return new Cable(host.namespace(), current(lease).link());
    }

    /** Takes a container off its network, with the ports that lead to it; nothing if it is not on it any more. */
    void takeOff(AddressLease lease) {
        takeOff(lease, port -> true);
    }

    /**
     * What cannot be taken away keeps nothing of the rest; the addresses come last, as they are others' from then on.
     */
    private void takeOff(AddressLease lease, Predicate<Forward> isOwn) {
        Optional<NetworkMember> current = lease.current();
        if (current.isEmpty()) {
            return;
        }
        try (Cleanup cleanup = new Cleanup()) {
            cleanup.add(() -> lease.giveBack(this));
            cleanup.add(new Cable(host.namespace(), lease.member().link())::remove);
            List<Forward> ports =
                    Ports.parse(current.get()).stream().filter(isOwn).toList();
            cleanup.add(() -> host.forgetFlows(this, ports));
            cleanup.add(() -> firewall.withdraw(ports));
        }
    }

    @Override
    public void close() {
        lease.close();
    }
}

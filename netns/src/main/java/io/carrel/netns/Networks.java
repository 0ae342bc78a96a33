package io.carrel.netns;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.hash.Hashing;
import com.google.common.net.InetAddresses;
import io.carrel.linux.binding.Lease;
import io.carrel.namespaces.Namespace;
import io.carrel.netns.nft.Firewall;
import io.carrel.netns.nft.Forward;
import io.carrel.netns.state.Directories;
import io.carrel.netns.state.Owners;
import io.carrel.netns.state.StateFile;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The networks that containers share, of all JVMs that use one state directory. What they are is kept in files, written
 * before anything is made, so that it outlives a JVM and a restart of the host; a bridge that is not there is made when it is
 * needed. Needs root. Thread-safe.
 *
 * <p>Packets between networks, and from outside, are dropped; those to the outside carry the host's address. Other firewalls
 * of the host, such as one that drops all that is forwarded, go on to count.
 */
public final class Networks implements AutoCloseable {

    /**
     * The address at which containers of each network with IPv4 find a name server, which knows the names of the others on it,
     * and asks the host's name servers for the rest unless the network is internal.
     */
    public static final InetAddress NAME_SERVER = InetAddresses.forString("169.254.53.53");

    private static final Logger LOG = LoggerFactory.getLogger(Networks.class);
    private static final String DEFINITION = "network";
    private static final int LONGEST_READABLE = 12;

    private final Path directory;
    private final NetworkNamespace host;
    private final Firewall firewall;
    private final Bridges bridges;
    private final Owners owners;
    private final SubnetPool pool;

    private Networks(Path directory, NetworkNamespace host, Firewall firewall, SubnetPool pool) {
        this.directory = directory;
        this.host = host;
        this.firewall = firewall;
        this.pool = pool;
        bridges = new Bridges(host, firewall);
        owners = Owners.of(Directories.make(directory.resolve("owners")));
    }

    /** Those that are noted in a directory, with the calling thread's network namespace as the host's. */
    public static Networks open(Path state) {
        return open(state, SubnetPool.STANDARD);
    }

    /** The same with other subnets to choose from. */
    public static Networks open(Path state, SubnetPool pool) {
        Path directory = Directories.make(state.toAbsolutePath().normalize());
        NetworkNamespace host = NetworkNamespace.current();
        try {
            return new Networks(directory, host, Firewall.open(), pool);
        } catch (RuntimeException e) {
            host.close();
            throw e;
        }
    }

    /** The host's network namespace. */
    NetworkNamespace host() {
        return host;
    }

    Firewall firewall() {
        return firewall;
    }

    private Lease lock() {
        return Lease.awaitUninterruptibly(directory.resolve("lock"), Lease.Mode.ALONE);
    }

    private Path place(String name) {
        BridgeNetwork.checkName(name);
        return directory.resolve("networks").resolve(name);
    }

    /** All networks, by name. */
    public List<BridgeNetwork> list() {
        return Directories.list(directory.resolve("networks")).stream()
                .map(place -> place.getFileName().toString())
                .map(this::find)
                .flatMap(Optional::stream)
                .toList();
    }

    /** The network of this name, if there is one. */
    public Optional<BridgeNetwork> find(String name) {
        return StateFile.read(place(name).resolve(DEFINITION)).map(file -> BridgeNetwork.parse(name, file.values()));
    }

    /**
     * The network of this name.
     *
     * @throws IllegalArgumentException if there is none
     */
    public BridgeNetwork named(String name) {
        return find(name)
                .orElseThrow(() -> new IllegalArgumentException(
                        "there is no network named %s; make it by Networks.create, or carrel network create %s"
                                .formatted(name, name)));
    }

    /** Who is on a network. */
    public List<NetworkMember> members(String name) {
        return new Members(named(name), place(name)).list();
    }

    /**
     * Makes a network, with its bridge.
     *
     * @return the network, with what was chosen
     * @throws IllegalArgumentException if there is one of this name, or a subnet overlaps with another network's or with a
     *     route of the host's
     * @throws IllegalStateException if no subnet is free
     */
    public BridgeNetwork create(BridgeNetwork wanted) {
        try (Lease lock = lock()) {
            checkArgument(find(wanted.name()).isEmpty(), "there is a network named %s already", wanted.name());
            BridgeNetwork network = pool.choose(wanted.with(linkName(wanted.name()), wanted.subnets()), list(), host);
            Path place = Directories.make(place(network.name()));
            new StateFile(place.resolve(DEFINITION), network.toValues()).write();
            try {
                Directories.make(place.resolve("members"));
                make(network);
            } catch (RuntimeException | Error e) {
                undo(network, e);
                throw e;
            }
            LOG.debug("Created network {}", network);
            return network;
        }
    }

    private void undo(BridgeNetwork network, Throwable failure) {
        try {
            bridges.unmake(network);
            forget(network);
        } catch (RuntimeException e) {
            failure.addSuppressed(e);
        }
    }

    /** Readable where it fits and nobody else has it. */
    private String linkName(String name) {
        String readable = "cr-" + name;
        if (name.length() <= LONGEST_READABLE && host.links().find(readable).isEmpty()) {
            return readable;
        }
        String hash = Hashing.sha256()
                .hashString(directory + "\n" + name, StandardCharsets.UTF_8)
                .toString();
        return "cr-" + hash.substring(0, LONGEST_READABLE);
    }

    private Link make(BridgeNetwork network) {
        if (!firewall.exists()) {
            restoreFirewall();
        }
        return bridges.make(network);
    }

    /** Whoever threw all rules of the host away threw ours away too. */
    private void restoreFirewall() {
        firewall.ensure();
        for (BridgeNetwork network : list()) {
            if (bridges.find(network).isPresent()) {
                bridges.restoreRules(network);
                members(network.name()).forEach(member -> firewall.publish(Ports.parse(member)));
            }
        }
    }

    private void forget(BridgeNetwork network) {
        Path place = place(network.name());
        Directories.delete(place.resolve("members"));
        Directories.delete(place);
    }

    /**
     * Removes a network with its bridge.
     *
     * @throws IllegalArgumentException if there is none of this name
     * @throws IllegalStateException if somebody is on it
     */
    public void remove(String name) {
        try (Lease lock = lock()) {
            BridgeNetwork network = named(name);
            sweep(network);
            List<NetworkMember> members = members(name);
            if (!members.isEmpty()) {
                throw new IllegalStateException("The network %s is in use by %d containers, the first with %s."
                        .formatted(name, members.size(), members.get(0).addresses()));
            }
            bridges.unmake(network);
            forget(network);
            dropTable();
            LOG.debug("Removed network {}", name);
        }
    }

    /** The last network takes the firewall's table along. */
    private void dropTable() {
        if (list().isEmpty()) {
            firewall.delete();
        }
    }

    /** Removes all networks that nobody is on; their names. */
    public List<String> prune() {
        List<String> removed = new ArrayList<>();
        for (BridgeNetwork network : list()) {
            try (Lease lock = lock()) {
                sweep(network);
            }
            if (members(network.name()).isEmpty()) {
                remove(network.name());
                removed.add(network.name());
            }
        }
        return removed;
    }

    /**
     * Removes what JVMs that are gone have left on all networks: cables, ports, addresses. A bridge that has lost its last
     * container by this goes too, until it is needed again.
     */
    public void sweep() {
        for (BridgeNetwork network : list()) {
            try (Lease lock = lock()) {
                if (sweep(network) && members(network.name()).isEmpty()) {
                    bridges.unmake(network);
                }
            }
        }
        owners.sweep();
    }

    /** Whether there was anything. */
    private boolean sweep(BridgeNetwork network) {
        List<Members.Taken> dead = new Members(network, place(network.name())).of(owners::isDead);
        for (Members.Taken left : dead) {
            firewall.withdraw(Ports.parse(left.member()).stream()
                    .filter(port -> !isPublishedByOthers(port))
                    .toList());
            host.links().find(left.member().link()).ifPresent(host.links()::delete);
            left.giveBack();
            LOG.debug("Swept {} of network {}", left.member(), network.name());
        }
        return !dead.isEmpty();
    }

    /** One that was killed before it published what it had noted may have noted what is somebody else's now. */
    private boolean isPublishedByOthers(Forward port) {
        return list().stream()
                .flatMap(network -> members(network.name()).stream())
                .filter(member -> !owners.isDead(member.owner()))
                .flatMap(member -> Ports.parse(member).stream())
                .anyMatch(port::isSamePortAs);
    }

    /**
     * Puts a network namespace on a network: it gets a link, with addresses and routes, all switched on.
     *
     * @param name the network
     * @param target the namespace, which is used only during the call
     * @return what it has there, until that is closed
     * @throws IllegalArgumentException if there is no such network, or a wanted address cannot be had
     * @throws IllegalStateException if no address is free
     */
    public Attachment attach(String name, Namespace target, Endpoint endpoint) {
        BridgeNetwork network = named(name);
        Link bridge = bridge(network);
        Members.Taken taken =
                new Members(network, place(name)).take(endpoint, place -> member(bridge, endpoint, place));
        Attachment attachment = new Attachment(this, network, bridge, taken);
        try {
            attachment.answerNames(new Members(network, place(name)));
            attachment.connect(target, endpoint);
            return attachment;
        } catch (RuntimeException | Error e) {
            attachment.closeAfter(e);
            throw e;
        }
    }

    /** Puts the network namespace of a process on a network. */
    public Attachment attach(String name, long pid, Endpoint endpoint) {
        try (Namespace target = Namespace.of(pid, io.carrel.namespaces.NamespaceType.NETWORK)) {
            return attach(name, target, endpoint);
        }
    }

    private Link bridge(BridgeNetwork network) {
        Optional<Link> present = bridges.find(network);
        if (present.isPresent() && firewall.exists()) {
            return present.get();
        }
        try (Lease lock = lock()) {
            return make(network);
        }
    }

    private NetworkMember member(Link bridge, Endpoint endpoint, Members.Place place) {
        MacAddress wanted = endpoint.mac();
        return new NetworkMember(
                place.addresses(),
                endpoint.names(),
                "cv%x-%x".formatted(bridge.index(), place.offset()),
                wanted == null ? Members.mac(place.addresses().get(0)) : wanted,
                owners.own(),
                List.of());
    }

    @Override
    public void close() {
        firewall.close();
        host.close();
    }

    @Override
    public String toString() {
        return "networks in " + directory + (Files.exists(directory) ? "" : " (gone)");
    }
}

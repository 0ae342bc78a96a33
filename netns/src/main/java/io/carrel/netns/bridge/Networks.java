package io.carrel.netns.bridge;

import static com.google.common.base.Preconditions.checkArgument;

import io.carrel.linux.HostFileException;
import io.carrel.linux.KernelFileException;
import io.carrel.linux.NotFoundException;
import io.carrel.linux.NotPermittedException;
import io.carrel.linux.SyscallException;
import io.carrel.linux.binding.Lease;
import io.carrel.namespaces.Namespace;
import io.carrel.netns.state.Owners;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The networks that containers share, for all JVMs that use one state directory. Their definitions are kept in files,
 * written before anything is made, so that a network outlives a JVM and a restart of the host; a bridge that is not
 * there is made when it is needed. Thread-safe.
 *
 * <p>Packets between networks, and from outside, are dropped; those to the outside carry the host's address. Other
 * firewalls of the host, such as one that drops all that is forwarded, still count.
 *
 * <p>Needs root: {@code CAP_NET_ADMIN} and {@code CAP_SYS_ADMIN} in the host's network namespace. Where the kernel
 * refuses, methods throw a {@link SyscallException}, and a {@link KernelFileException} for a setting in
 * {@code /proc/sys}; where the state directory cannot be read or written, a {@link HostFileException}.
 *
 * @see <a href="https://man7.org/linux/man-pages/man8/bridge.8.html">bridge(8)</a>
 */
public final class Networks implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Networks.class);

    private final NetworkDirectory directory;
    private final BridgeHost host;
    private final Owners owners;
    private final SubnetPool pool;

    private Networks(NetworkDirectory directory, BridgeHost host, SubnetPool pool) {
        this.directory = directory;
        this.host = host;
        this.pool = pool;
        owners = Owners.of(directory.owners());
    }

    /**
     * Opens the networks of a state directory, which is made if need be, with the calling thread's network namespace as
     * the host's. New networks have subnets of {@link SubnetPool#STANDARD}.
     *
     * @throws NotPermittedException if this process lacks {@code CAP_NET_ADMIN} or {@code CAP_SYS_ADMIN} there, as an
     *     ordinary user does
     * @throws HostFileException if the directory cannot be made
     */
    public static Networks open(Path state) {
        return open(state, SubnetPool.STANDARD);
    }

    /**
     * Opens the networks of a state directory, with other subnets to choose from.
     *
     * @throws NotPermittedException if this process lacks {@code CAP_NET_ADMIN} or {@code CAP_SYS_ADMIN} there, as an
     *     ordinary user does
     * @throws HostFileException if the directory cannot be made
     */
    public static Networks open(Path state, SubnetPool pool) {
        BridgeHost host = BridgeHost.current();
        try {
            return new Networks(NetworkDirectory.make(state), host, pool);
        } catch (RuntimeException e) {
            host.close();
            throw e;
        }
    }

    /** Returns the host's network namespace, for work in it. Only {@link #lock} hands out what changes links. */
    Namespace host() {
        return host.namespace().namespace();
    }

    /** Returns what is noted of the networks, to be read. */
    NetworkDirectory directory() {
        return directory;
    }

    /** The only way to change what others see: it waits until nobody else does, of whatever JVM. */
    LockedNetworks lock() {
        Lease lease = Lease.awaitUninterruptibly(directory.lock(), Lease.Mode.ALONE);
        return new LockedNetworks(this, directory, lease, host, owners);
    }

    /** Lists all networks, by name. */
    public List<BridgeNetwork> list() {
        return directory.list();
    }

    /**
     * Returns the network of this name, if there is one.
     *
     * @throws IllegalArgumentException if no network can have the name
     */
    public Optional<BridgeNetwork> find(String name) {
        return directory.find(name);
    }

    /**
     * Returns the network of this name.
     *
     * @throws NotFoundException if there is none
     * @throws IllegalArgumentException if no network can have the name
     */
    public BridgeNetwork named(String name) {
        return find(name).orElseThrow(() -> new NotFoundException(NotFoundException.Kind.NETWORK, name));
    }

    /**
     * Lists the containers on a network.
     *
     * @throws NotFoundException if there is no such network
     */
    public List<NetworkMember> members(String name) {
        return directory.leases(named(name)).list();
    }

    /**
     * Creates a network, with its bridge.
     *
     * @return the network, with what was chosen
     * @throws IllegalArgumentException if there is one of this name, if the name means something else where networks
     *     are named, if a subnet cannot be on a bridge (as loopback, link-local and multicast ones), or if it overlaps
     *     with another network's or with a route of the host
     * @throws IllegalStateException if no subnet is free
     */
    public BridgeNetwork create(BridgeNetwork wanted) {
        Reserved.check(wanted);
        try (LockedNetworks locked = lock()) {
            checkArgument(find(wanted.name()).isEmpty(), "there is a network named %s already", wanted.name());
            String link = directory.linkName(wanted.name(), host.namespace().links());
            BridgeNetwork network = pool.choose(wanted.with(link, wanted.subnets()), list(), host.namespace());
            locked.create(network);
            LOG.debug("Created network {}", network);
            return network;
        }
    }

    /**
     * Removes a network with its bridge.
     *
     * @throws NotFoundException if there is none of this name
     * @throws IllegalStateException if a container is on it
     */
    public void remove(String name) {
        try (LockedNetworks locked = lock()) {
            BridgeNetwork network = named(name);
            locked.sweep(network);
            locked.checkUnused(network);
            locked.remove(network);
            LOG.debug("Removed network {}", name);
        }
    }

    /**
     * Removes all networks that no container is on.
     *
     * @return their names
     */
    public List<String> prune() {
        return list().stream()
                .map(BridgeNetwork::name)
                .filter(this::removeUnused)
                .toList();
    }

    private boolean removeUnused(String name) {
        try (LockedNetworks locked = lock()) {
            return locked.removeUnused(name);
        }
    }

    /**
     * Removes what JVMs that have ended left on all networks: cables, ports, addresses. A bridge that loses its last
     * container by this is removed, too, until it is needed again.
     */
    public void sweep() {
        for (BridgeNetwork network : list()) {
            try (LockedNetworks locked = lock()) {
                locked.sweepWithBridge(network.name());
            }
        }
        owners.sweep();
    }

    /**
     * Puts a network namespace on a network: it gets a link, with addresses and routes, all switched on.
     *
     * @param name the network
     * @param target the namespace, which is used only during the call
     * @return its place on the network, which lasts until that is closed
     * @throws NotFoundException if there is no such network
     * @throws IllegalArgumentException if a wanted address cannot be had
     * @throws IllegalStateException if no address is free
     */
    public Attachment attach(String name, Namespace target, Endpoint endpoint) {
        String owner = owners.own();
        try (LockedNetworks locked = lock()) {
            return locked.attach(named(name), target, endpoint, owner, true);
        }
    }

    /**
     * Reserves addresses on a network for a namespace that is not there yet, so that what will be in it can be told of
     * them.
     *
     * @param name the network
     * @return the addresses, which are reserved until it is closed or a namespace is attached with it
     * @throws NotFoundException if there is no such network
     * @throws IllegalArgumentException if a wanted address cannot be had
     * @throws IllegalStateException if no address is free
     */
    public Reservation reserve(String name, Endpoint endpoint) {
        String owner = owners.own();
        try (LockedNetworks locked = lock()) {
            return new Reservation(this, locked.take(named(name), endpoint, owner, NetworkMember.NOT_YET));
        }
    }

    /**
     * Connects a running container to one more network, until any JVM {@linkplain #disconnect disconnects} it, or it
     * ends. The link has the next free name inside, and the default route leads over it if there was none. Names on the
     * network are answered as long as a JVM has started a container there.
     *
     * @param name the network
     * @param pid a process of the container; the container is on the network as long as this process lives
     * @param addresses the wanted addresses, if any
     * @param names the names by which others on the network find it
     * @throws NotFoundException if there is no such network or process
     * @throws IllegalArgumentException if the process has no network of its own or is on the network already, or if a
     *     wanted address cannot be had
     * @throws IllegalStateException if no address is free
     */
    public NetworkMember connect(String name, long pid, List<InetAddress> addresses, List<String> names) {
        named(name);
        String owner = NetworkedProcess.owner(pid);
        try (NetworkedProcess container = NetworkedProcess.of(pid);
                LockedNetworks locked = lock()) {
            return container.connect(locked, named(name), addresses, names, owner);
        }
    }

    /**
     * Takes a running container off a network, whichever JVM put it there; ports published there lead nowhere from then
     * on. The default route and the one to the name server then lead over another of its networks, if it is on one.
     *
     * @param name the network
     * @param pid a process of the container
     * @throws NotFoundException if there is no such network
     * @throws SyscallException if there is no such process (ENOENT)
     * @throws IllegalArgumentException if the process is not on the network
     */
    public void disconnect(String name, long pid) {
        named(name);
        try (NetworkedProcess container = NetworkedProcess.of(pid);
                LockedNetworks locked = lock()) {
            container.disconnect(locked, named(name), list());
        }
    }

    /** Closes the descriptors. The networks stay. Later calls do nothing. */
    @Override
    public void close() {
        host.close();
    }

    @Override
    public String toString() {
        return "networks in " + directory.path() + (Files.exists(directory.path()) ? "" : " (gone)");
    }
}

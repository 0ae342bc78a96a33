package io.carrel.netns.bridge;

import static com.google.common.base.Preconditions.checkArgument;

import io.carrel.linux.NotFoundException;
import io.carrel.linux.ProcessIdentity;
import io.carrel.namespaces.Namespace;
import io.carrel.namespaces.NamespaceType;
import io.carrel.netns.NetworkNamespace;
import java.net.InetAddress;
import java.util.List;

/**
 * A container that runs, to be put on networks and taken off them. Not thread-safe.
 *
 * @param pid one of its processes
 * @param target its network namespace
 * @param inside the same, to be entered
 */
record NetworkedProcess(long pid, Namespace target, NetworkNamespace inside) implements AutoCloseable {

    /** Opens the network namespace of a process. */
    static NetworkedProcess of(long pid) {
        Namespace target = Namespace.of(pid, NamespaceType.NETWORK);
        try {
            return new NetworkedProcess(pid, target, NetworkNamespace.of(target));
        } catch (RuntimeException | Error e) {
            target.close();
            throw e;
        }
    }

    /**
     * Returns the owner of what a process gets, with whose end it ends.
     *
     * @throws NotFoundException if there is no such process
     */
    static String owner(long pid) {
        return ProcessIdentity.of(pid)
                .orElseThrow(() -> new NotFoundException(NotFoundException.Kind.PROCESS, Long.toString(pid)))
                .format();
    }

    /**
     * Puts it on one more network, with the ways out that it does not have yet.
     *
     * @throws IllegalArgumentException if it has no network of its own, or is on the network already
     */
    NetworkMember connect(
            LockedNetworks locked,
            BridgeNetwork network,
            List<InetAddress> addresses,
            List<String> names,
            String owner) {
        checkArgument(!locked.isOfHost(target), "process %s has the host's network", pid);
        locked.find(network, target).ifPresent(taken -> {
            throw new IllegalArgumentException("process %d is on the network %s already, with %s"
                    .formatted(pid, network.name(), taken.member().addressText()));
        });
        DefaultRoutes routes = new DefaultRoutes(inside);
        Endpoint endpoint = new Endpoint(routes.nextLink(), addresses, null, names, false);
        Attachment attachment = locked.attach(network, target, endpoint, owner, false);
        try {
            routes.add(locked, network);
        } catch (RuntimeException | Error e) {
            attachment.closeAfter(locked, e);
            throw e;
        }
        return attachment.member();
    }

    /**
     * Takes it off a network; the ways out lead over another of these from then on, if it is on one.
     *
     * @throws IllegalArgumentException if it is not on the network
     */
    void disconnect(LockedNetworks locked, BridgeNetwork network, List<BridgeNetwork> all) {
        locked.takeOff(locked.find(network, target)
                .orElseThrow(() -> new IllegalArgumentException(
                        "process %d is not on the network %s".formatted(pid, network.name()))));
        DefaultRoutes routes = new DefaultRoutes(inside);
        all.stream()
                .filter(other -> locked.find(other, target).isPresent())
                .forEach(other -> routes.add(locked, other));
    }

    @Override
    public void close() {
        inside.close();
        target.close();
    }
}

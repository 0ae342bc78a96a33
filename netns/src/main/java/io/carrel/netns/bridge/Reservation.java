package io.carrel.netns.bridge;

import static com.google.common.base.Preconditions.checkState;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.carrel.linux.SyscallException;
import io.carrel.namespaces.Namespace;
import io.carrel.netns.Link;
import java.net.InetAddress;
import java.util.List;

/**
 * Addresses that are reserved on a network for a container that is not there yet; see {@link Networks#reserve}. They
 * are given back when this is closed, unless a namespace was attached with it. Thread-safe.
 */
public final class Reservation implements AutoCloseable {

    private final Networks networks;
    private final Held held;

    @GuardedBy("this") private boolean used;

    Reservation(Networks networks, Held held) {
        this.networks = networks;
        this.held = held;
    }

    /** What is taken, and for what. */
    record Held(BridgeNetwork network, Link bridge, Endpoint endpoint, AddressLease lease) {

        private Held movedTo(LockedNetworks locked, long namespace) {
            return new Held(network, bridge, endpoint, lease.movedTo(locked, namespace));
        }
    }

    /** Returns the container's addresses, at most one of each family. */
    public List<InetAddress> addresses() {
        return held.lease().member().addresses();
    }

    /**
     * Puts a network namespace on the network, with these addresses, which are its own from now on, even if that fails.
     *
     * @param target the namespace, which is used only during the call
     * @return its place on the network, which lasts until that is closed
     * @throws IllegalStateException if that was done before, or this is closed
     * @throws SyscallException if the kernel refuses
     */
    public synchronized Attachment attach(Namespace target) {
        checkState(!used, "%s is attached already, or closed", this);
        try (LockedNetworks locked = networks.lock()) {
            Held moved = held.movedTo(locked, target.inode());
            used = true;
            return locked.attach(moved, target, true);
        }
    }

    /** Gives the addresses back, unless a namespace has them. Later calls do nothing. */
    @Override
    public synchronized void close() {
        if (!used) {
            used = true;
            try (LockedNetworks locked = networks.lock()) {
                locked.takeOff(held.lease());
            }
        }
    }

    @Override
    public String toString() {
        return "%s reserved on network %s"
                .formatted(held.lease().member().addressText(), held.network().name());
    }
}

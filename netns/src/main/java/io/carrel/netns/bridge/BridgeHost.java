package io.carrel.netns.bridge;

import io.carrel.linux.Errno;
import io.carrel.linux.NotPermittedException;
import io.carrel.linux.SyscallException;
import io.carrel.linux.uapi.Sockets;
import io.carrel.netns.InterfaceAddress;
import io.carrel.netns.NetworkNamespace;
import io.carrel.netns.nft.Firewall;
import io.carrel.netns.nft.Forward;
import java.net.InetAddress;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The host's part of the networks: its namespace, in which the bridges are, and its firewall. Thread-safe.
 *
 * @param namespace the network namespace of whoever opened this
 * @param firewall its rules
 */
record BridgeHost(NetworkNamespace namespace, Firewall firewall) implements AutoCloseable {

    /**
     * Opens that of the calling thread.
     *
     * @throws NotPermittedException if this process lacks {@code CAP_NET_ADMIN} or {@code CAP_SYS_ADMIN} there
     */
    static BridgeHost current() {
        NetworkNamespace namespace = NetworkNamespace.current();
        try {
            checkRights(namespace);
            return new BridgeHost(namespace, Firewall.open());
        } catch (RuntimeException e) {
            namespace.close();
            throw e;
        }
    }

    /** Who may not enter it, where it is already, may not change it either. */
    private static void checkRights(NetworkNamespace namespace) {
        try {
            namespace.run(() -> {});
        } catch (SyscallException e) {
            if (e.errno().equals(Errno.EPERM)) {
                throw new NotPermittedException(
                        "change the host's network",
                        "root",
                        "Without root a container without a network can have ports published and names allowed, for both"
                                + " of which the JVM relays.");
            }
            throw e;
        }
    }

    /**
     * Has the kernel look at its rules again for flows to these ports: it asks them for the first packet of a flow
     * only.
     */
    void forgetFlows(LockedNetworks locked, List<Forward> ports) {
        if (ports.stream().anyMatch(port -> port.protocol().equals(Sockets.IPPROTO_UDP))) {
            Set<InetAddress> own = namespace.addresses().list().stream()
                    .map(InterfaceAddress::address)
                    .collect(Collectors.toSet());
            firewall.forgetFlows(ports, own::contains);
        }
    }

    @Override
    public void close() {
        firewall.close();
        namespace.close();
    }
}

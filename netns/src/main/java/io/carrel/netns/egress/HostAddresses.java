package io.carrel.netns.egress;

import io.carrel.linux.Errno;
import io.carrel.linux.SyscallException;
import io.carrel.linux.uapi.RtNetlink;
import io.carrel.netns.NetworkNamespace;
import io.carrel.netns.Route;
import java.net.InetAddress;
import java.util.Set;

/**
 * The addresses at which packets stay on the host: those of its links, and whatever else its tables say is local, as a
 * route of type {@code local} does with a whole range. They change at any time, so the kernel is asked each time.
 * Thread-safe.
 */
final class HostAddresses implements AutoCloseable {

    /** Delivered to the host itself, be it alone or among others. */
    private static final Set<Integer> HERE = Set.of(
            (int) RtNetlink.RTN_LOCAL.value(),
            (int) RtNetlink.RTN_BROADCAST.value(),
            (int) RtNetlink.RTN_ANYCAST.value(),
            (int) RtNetlink.RTN_MULTICAST.value());

    /**
     * There is no route, one that refuses (blackhole, prohibit, unreachable), or no such family; a connection fails by
     * the same.
     */
    private static final Set<Errno> NOWHERE = Set.of(
            Errno.named("ENETUNREACH"),
            Errno.named("EHOSTUNREACH"),
            Errno.named("EACCES"),
            Errno.named("EINVAL"),
            Errno.named("EAFNOSUPPORT"),
            Errno.named("EOPNOTSUPP"));

    private final NetworkNamespace host;

    private HostAddresses(NetworkNamespace host) {
        this.host = host;
    }

    /** Returns those of the calling thread's network namespace. */
    static HostAddresses open() {
        return new HostAddresses(NetworkNamespace.current());
    }

    /** Returns whether what is sent there comes to the host, now. */
    boolean has(InetAddress address) {
        return address.isAnyLocalAddress()
                || address.isLoopbackAddress()
                || isRoutedHere(address)
                // Rules may look into other tables before that of local addresses, and lead out and back in.
                || host.addresses().list().stream()
                        .anyMatch(own -> own.address().equals(address));
    }

    private boolean isRoutedHere(InetAddress address) {
        try {
            Route route = host.routes().to(address);
            return HERE.contains(route.kind().type());
        } catch (SyscallException e) {
            if (NOWHERE.contains(e.errno())) {
                return false;
            }
            throw e;
        }
    }

    @Override
    public void close() {
        host.close();
    }
}

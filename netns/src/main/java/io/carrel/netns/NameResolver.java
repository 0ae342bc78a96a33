package io.carrel.netns;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/** Finds the addresses of names, and may block. Implementations must be thread-safe. */
@FunctionalInterface
public interface NameResolver {

    /**
     * Returns all addresses of the name, the best first.
     *
     * @throws UnknownHostException if the name has none
     */
    List<InetAddress> resolve(String name) throws UnknownHostException;

    /** Returns a resolver that finds addresses as the JVM does, which is as the host does. */
    static NameResolver host() {
        return HostNames.RESOLVER;
    }
}

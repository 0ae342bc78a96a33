package io.carrel.netns;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/** Finds the addresses of names; may block. Thread-safe. */
@FunctionalInterface
public interface NameResolver {

    /** All addresses of the name, the best first. */
    List<InetAddress> resolve(String name) throws UnknownHostException;

    /** As the JVM finds them, which is as the host does. */
    static NameResolver host() {
        return name -> List.of(InetAddress.getAllByName(name));
    }
}

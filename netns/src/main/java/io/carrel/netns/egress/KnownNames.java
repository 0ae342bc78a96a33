package io.carrel.netns.egress;

import com.google.common.net.InetAddresses;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The addresses that stand for names inside one container. They are of {@code 127.0.0.0/8}, all of which leads to
 * {@code lo} without a route, and of the part from {@code 127.1.0.1} on, where nobody else listens. Only for the
 * relay's thread.
 */
final class KnownNames {

    /** More names than a container has a use for; each has sockets. */
    static final int MOST = 1024;

    private static final int FIRST = 0x7f010001;

    private final Map<String, InetAddress> addresses = new HashMap<>();
    private final Map<InetAddress, String> names = new HashMap<>();

    /** Returns the name's address, if it has one. */
    Optional<InetAddress> address(String name) {
        return Optional.ofNullable(addresses.get(name));
    }

    /** Returns the name that an address stands for. */
    Optional<String> name(InetAddress address) {
        return Optional.ofNullable(names.get(address));
    }

    /** Gives the name an address; empty if there are too many. */
    Optional<InetAddress> add(String name) {
        if (addresses.size() >= MOST) {
            return Optional.empty();
        }
        InetAddress address = InetAddresses.fromInteger(FIRST + addresses.size());
        addresses.put(name, address);
        names.put(address, name);
        return Optional.of(address);
    }
}

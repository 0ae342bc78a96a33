package io.carrel.netns.dns;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** Name servers that gave no answer a moment ago, and are asked last for a while. Only for the loop's thread. */
final class SilentServers {

    private static final Duration REMEMBERED = Duration.ofSeconds(30);

    /** Until when. */
    private final Map<InetSocketAddress, Long> servers = new HashMap<>();

    boolean has(InetSocketAddress server) {
        Long until = servers.get(server);
        return until != null && until - System.nanoTime() > 0;
    }

    void add(InetSocketAddress server) {
        servers.put(server, System.nanoTime() + REMEMBERED.toNanos());
    }

    void answered(InetSocketAddress server) {
        servers.remove(server);
    }
}

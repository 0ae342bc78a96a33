package io.carrel.netns;

import io.carrel.linux.Printable;
import java.net.InetAddress;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One attempt of a container's to reach a name. Immutable.
 *
 * @param time when
 * @param kind by which way
 * @param process whose attempt; null where that cannot be found out, as the process has ended for example
 * @param name what it asked for, with what would do something on a terminal or in a log escaped as in {@code \\n}; empty where it named
 *     nothing
 * @param address where it was connected to, null where it was not
 * @param port the port, 0 for a question to the name server
 * @param allowed whether it got what it wanted
 * @param reason why not; empty if it did
 */
public record EgressEvent(
        Instant time,
        Kind kind,
        @Nullable EgressProcess process,
        String name,
        @Nullable InetAddress address,
        int port,
        boolean allowed,
        String reason) {

    /** What a container says is escaped here, so that whoever is told may print it. */
    public EgressEvent {
        name = Printable.of(name);
        reason = Printable.of(reason);
    }

    /** A way by which a container tries to get out. */
    public enum Kind {
        /** It asked the name server. */
        NAME,
        /** It connected to an address that the name server had given. */
        CONNECTION,
        /** It asked the proxy. */
        PROXY
    }

    /** One line for a log. */
    @Override
    public String toString() {
        String where = port == 0 ? name : name + ":" + port;
        String to = address == null ? "" : " at " + address.getHostAddress();
        String by = process == null ? "" : " for " + process;
        return (allowed ? "allowed " : "denied ") + kind.name().toLowerCase(Locale.ROOT) + " " + where + to + by
                + (reason.isEmpty() ? "" : ": " + reason);
    }
}

package io.carrel.netns;

import io.carrel.linux.Printable;
import java.net.InetAddress;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One attempt of a container to reach a name. Immutable.
 *
 * @param time when it happened
 * @param kind by which way
 * @param process whose attempt it was; null where that cannot be found out, for example because the process has ended
 * @param name what it asked for, escaped as in {@code \\n} where it would do something on a terminal or in a log; empty
 *     if it named nothing
 * @param address what it was connected to; null if it was not
 * @param port the port, 0 for a question to the name server
 * @param reason why it did not get what it wanted; empty if it did
 */
public record EgressEvent(
        Instant time,
        Kind kind,
        @Nullable EgressProcess process,
        String name,
        @Nullable InetAddress address,
        int port,
        String reason) {

    /** Escapes the texts that a container chose, so that a listener may print them. */
    public EgressEvent {
        name = Printable.of(name);
        reason = Printable.of(reason);
    }

    /** Returns whether it got what it wanted. */
    public boolean allowed() {
        return reason.isEmpty();
    }

    /** The ways by which a container tries to get out. */
    public enum Kind {
        /** Asks the name server. */
        NAME,
        /** Connects to an address that the name server has given. */
        CONNECTION,
        /** Asks the proxy. */
        PROXY
    }

    /** Returns one line for a log. */
    @Override
    public String toString() {
        String where = port == 0 ? name : name + ":" + port;
        String to = address == null ? "" : " at " + address.getHostAddress();
        String by = process == null ? "" : " for " + process;
        return (allowed() ? "allowed " : "denied ") + kind.name().toLowerCase(Locale.ROOT) + " " + where + to + by
                + (reason.isEmpty() ? "" : ": " + reason);
    }
}

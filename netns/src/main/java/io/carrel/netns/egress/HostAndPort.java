package io.carrel.netns.egress;

import java.util.Locale;
import java.util.Optional;

/**
 * A server, as it is written in URLs. Immutable.
 *
 * @param host in small letters, without a dot at its end
 * @param port the port
 */
record HostAndPort(String host, int port) {

    /**
     * Reads {@code HOST} or {@code HOST:PORT}; empty if it is neither, or the port is missing where there is no usual
     * one.
     */
    static Optional<HostAndPort> read(String text, int usualPort) {
        int colon = text.lastIndexOf(':');
        boolean bracket = colon >= 0 && text.indexOf(']') > colon;
        String host = colon < 0 || bracket ? text : text.substring(0, colon);
        String port = colon < 0 || bracket ? Integer.toString(usualPort) : text.substring(colon + 1);
        if (!port.matches("[0-9]{1,5}") || host.isEmpty() || !host.matches("[A-Za-z0-9_.:\\[\\]-]+")) {
            return Optional.empty();
        }
        int number = Integer.parseInt(port);
        return number < 1 || number > 65535 ? Optional.empty() : Optional.of(new HostAndPort(normal(host), number));
    }

    /** Returns the canonical form of a name that can be written in several ways. */
    static String normal(String host) {
        String small = host.toLowerCase(Locale.ROOT);
        return small.endsWith(".") ? small.substring(0, small.length() - 1) : small;
    }

    /** As a field has it. */
    String text(int usualPort) {
        return port == usualPort ? host : host + ":" + port;
    }
}

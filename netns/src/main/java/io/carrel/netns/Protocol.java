package io.carrel.netns;

import io.carrel.linux.Printable;
import java.util.Locale;

/** The protocol that a port belongs to. */
public enum Protocol {
    /** See tcp(7). */
    TCP,
    /** See udp(7). */
    UDP;

    /** Returns the name as it is written after a port, in lower case. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Reads a name.
     *
     * @throws IllegalArgumentException for any but {@code tcp} and {@code udp}
     */
    public static Protocol parse(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "tcp" -> TCP;
            case "udp" -> UDP;
            default ->
                throw new IllegalArgumentException(
                        "a protocol is tcp or udp, not \"%s\"".formatted(Printable.of(text)));
        };
    }

    @Override
    public String toString() {
        return label();
    }
}

package io.carrel.netns;

import static com.google.common.base.Preconditions.checkArgument;

import io.carrel.linux.Printable;

/**
 * Consecutive ports. Immutable.
 *
 * @param first the first port, 1 to 65535
 * @param last the last port, which may be the same
 */
public record PortRange(int first, int last) {

    private static final int MOST = 65535;

    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if one is not 1 to 65535, or the last is before the first
     */
    public PortRange {
        checkPort(first);
        checkPort(last);
        checkArgument(first <= last, "a range of ports goes upwards, not from %s to %s", first, last);
    }

    private static void checkPort(long port) {
        checkArgument(port >= 1 && port <= MOST, "a port is 1 to 65535, was %s", port);
    }

    /**
     * Returns the range of one port.
     *
     * @throws IllegalArgumentException if it is not 1 to 65535
     */
    public static PortRange of(int port) {
        return new PortRange(port, port);
    }

    /**
     * Reads {@code 80} or {@code 8000-8010}.
     *
     * @throws IllegalArgumentException if the text is something else
     */
    public static PortRange parse(String text) {
        int dash = text.indexOf('-', 1); // A port is not negative.
        return dash < 0 ? of(port(text)) : new PortRange(port(text.substring(0, dash)), port(text.substring(dash + 1)));
    }

    private static int port(String text) {
        checkArgument(text.matches("[0-9]{1,9}"), "not a port: \"%s\"", Printable.of(text));
        int port = Integer.parseInt(text);
        checkPort(port);
        return port;
    }

    /** Returns how many ports there are. */
    public int size() {
        return last - first + 1;
    }

    /** Whether both have a port in common. */
    boolean overlaps(PortRange other) {
        return first <= other.last && other.first <= last;
    }

    @Override
    public String toString() {
        return size() == 1 ? Integer.toString(first) : first + "-" + last;
    }
}

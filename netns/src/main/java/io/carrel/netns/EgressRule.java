package io.carrel.netns;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableSet;
import com.google.common.net.InetAddresses;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A name that a container may connect to, and at which ports. Immutable.
 *
 * @param name a name in lower case, or {@code *.} and a name for all names below it, but not the name itself
 * @param ports TCP ports, at least one
 */
public record EgressRule(String name, Set<Integer> ports) {

    /** The ports of the web, 80 and 443: the default where no ports are given. */
    public static final Set<Integer> USUAL_PORTS = ImmutableSet.of(80, 443);

    private static final int LONGEST_NAME = 253;
    private static final String LABEL = "[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?";

    /**
     * Checks the name and copies the ports.
     *
     * @throws IllegalArgumentException if that is no name, or there is no port
     */
    public EgressRule {
        ports = ImmutableSet.copyOf(ports);
        String bare = name.startsWith("*.") ? name.substring(2) : name;
        checkArgument(
                isName(bare) && !InetAddresses.isInetAddress(bare),
                "not a name, as in repo.example.org or *.example.org: \"%s\"",
                name);
        checkArgument(!ports.isEmpty(), "no port of %s is allowed", name);
    }

    /**
     * Reads {@code NAME} or {@code *.NAME}, both also with {@code :PORT} or several ports with commas between them.
     *
     * @throws IllegalArgumentException if the text is something else
     */
    public static EgressRule parse(String text) {
        int colon = text.indexOf(':');
        String name = (colon < 0 ? text : text.substring(0, colon)).toLowerCase(Locale.ROOT);
        if (colon < 0) {
            return new EgressRule(name, USUAL_PORTS);
        }
        return new EgressRule(
                name,
                Splitter.on(',')
                        .splitToStream(text.substring(colon + 1))
                        .map(port -> PortRange.parse(port))
                        .peek(range -> checkArgument(range.size() == 1, "ports one by one, not %s", range))
                        .map(PortRange::first)
                        .collect(Collectors.toSet()));
    }

    /** Returns whether a text is the name of a host in lower case. */
    public static boolean isName(String text) {
        return text.length() <= LONGEST_NAME && text.matches(LABEL + "(\\." + LABEL + ")*");
    }

    /** Returns whether the rule is about this name, which is in lower case. */
    public boolean isAbout(String host) {
        return name.startsWith("*.") ? host.endsWith(name.substring(1)) && isName(host) : host.equals(name);
    }

    @Override
    public String toString() {
        String text = ports.stream().sorted().map(String::valueOf).collect(Collectors.joining(","));
        return ports.equals(USUAL_PORTS) ? name : name + ":" + text;
    }
}

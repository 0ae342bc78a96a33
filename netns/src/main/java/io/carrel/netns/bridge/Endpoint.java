package io.carrel.netns.bridge;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableList;
import io.carrel.netns.MacAddress;
import io.carrel.netns.NewLink;
import java.net.InetAddress;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How a container takes part in a network. Immutable.
 *
 * @param link the name of its link, inside
 * @param addresses the wanted addresses; none, or one of one family, to have the others chosen
 * @param mac the address of its link; null to have it chosen
 * @param names the names by which others on the network find it
 * @param isDefault whether the default route leads through this network
 */
public record Endpoint(
        String link, List<InetAddress> addresses, @Nullable MacAddress mac, List<String> names, boolean isDefault) {

    private static final String HOST_NAME = "[a-zA-Z0-9]([a-zA-Z0-9_.-]{0,252}[a-zA-Z0-9])?";

    /** What each host calls itself, with all names below it (RFC 6761). */
    private static final String LOCALHOST = "(.*\\.)?localhost\\.?";

    /**
     * Checks the names and copies the lists.
     *
     * @throws IllegalArgumentException if no link or no host can have a name
     */
    public Endpoint {
        NewLink.checkName(link);
        addresses = ImmutableList.copyOf(addresses);
        names = ImmutableList.copyOf(names);
        names.forEach(Endpoint::checkName);
    }

    private static void checkName(String name) {
        checkArgument(name.matches(HOST_NAME), "no name for a host: \"%s\"", name);
        checkArgument(
                !isLocalhost(name), "\"%s\" is what each host calls itself; others on a network cannot have it", name);
    }

    /** Whether the name is that of whoever asks for it. */
    static boolean isLocalhost(String name) {
        return name.toLowerCase(Locale.ROOT).matches(LOCALHOST);
    }

    /** Creates the first link of a container, {@code eth0}, which the default route leads over. */
    public static Endpoint first() {
        return new Endpoint("eth0", List.of(), null, List.of(), true);
    }

    /**
     * Creates a further link of a container.
     *
     * @throws IllegalArgumentException if no link can have the name
     */
    public static Endpoint further(String link) {
        return new Endpoint(link, List.of(), null, List.of(), false);
    }

    /** Returns a copy with this address in addition. */
    public Endpoint withAddress(InetAddress address) {
        List<InetAddress> all = ImmutableList.<InetAddress>builder()
                .addAll(addresses)
                .add(address)
                .build();
        return new Endpoint(link, all, mac, names, isDefault);
    }

    /** Returns a copy with this link address. */
    public Endpoint withMac(MacAddress address) {
        return new Endpoint(link, addresses, address, names, isDefault);
    }

    /**
     * Returns a copy with these names.
     *
     * @throws IllegalArgumentException if no host can have one of them
     */
    public Endpoint withNames(List<String> others) {
        return new Endpoint(link, addresses, mac, others, isDefault);
    }
}

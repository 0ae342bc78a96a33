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
 * @param addresses those it wants; none, or one of a family, to have the others chosen
 * @param mac the address of its link, null to have it chosen
 * @param names by which others on the network find it
 * @param isDefault whether the way to everywhere else leads through this network
 */
public record Endpoint(
        String link, List<InetAddress> addresses, @Nullable MacAddress mac, List<String> names, boolean isDefault) {

    private static final String HOST_NAME = "[a-zA-Z0-9]([a-zA-Z0-9_.-]{0,252}[a-zA-Z0-9])?";

    /** What each host calls itself, with all names below it (RFC 6761). */
    private static final String LOCALHOST = "(.*\\.)?localhost\\.?";

    /** Checks the names. */
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

    /** The first link of a container, which leads everywhere. */
    public static Endpoint first() {
        return new Endpoint("eth0", List.of(), null, List.of(), true);
    }

    /** A further link of a container. */
    public static Endpoint further(String link) {
        return new Endpoint(link, List.of(), null, List.of(), false);
    }

    /** The same with this address. */
    public Endpoint withAddress(InetAddress address) {
        List<InetAddress> all = ImmutableList.<InetAddress>builder()
                .addAll(addresses)
                .add(address)
                .build();
        return new Endpoint(link, all, mac, names, isDefault);
    }

    /** The same with this link address. */
    public Endpoint withMac(MacAddress address) {
        return new Endpoint(link, addresses, address, names, isDefault);
    }

    /** The same with these names. */
    public Endpoint withNames(List<String> others) {
        return new Endpoint(link, addresses, mac, others, isDefault);
    }
}

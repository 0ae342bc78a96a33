package io.carrel.netns;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.net.InetAddresses;
import io.carrel.netns.state.StateFile;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Who has which addresses of a network. Immutable.
 *
 * @param addresses the addresses, of each family one
 * @param names by which others find it
 * @param link the host's end of its virtual cable
 * @param mac the address of the other end
 * @param owner the JVM that it belongs to
 * @param ports what of the host leads to it, as text
 */
public record NetworkMember(
        List<InetAddress> addresses,
        List<String> names,
        String link,
        MacAddress mac,
        String owner,
        List<String> ports) {

    private static final Splitter COMMAS = Splitter.on(',').omitEmptyStrings();

    /** Copies the lists. */
    public NetworkMember {
        addresses = ImmutableList.copyOf(addresses);
        names = ImmutableList.copyOf(names);
        ports = ImmutableList.copyOf(ports);
    }

    NetworkMember withPorts(List<String> others) {
        return new NetworkMember(addresses, names, link, mac, owner, others);
    }

    Map<String, String> toValues() {
        return ImmutableMap.of(
                "addresses",
                addresses.stream().map(InetAddresses::toAddrString).collect(Collectors.joining(",")),
                "names",
                String.join(",", names),
                "link",
                link,
                "mac",
                mac.toString(),
                "owner",
                owner,
                "ports",
                String.join(",", ports));
    }

    static NetworkMember parse(StateFile file) {
        return new NetworkMember(
                COMMAS.splitToStream(file.value("addresses"))
                        .map(InetAddresses::forString)
                        .toList(),
                COMMAS.splitToList(file.value("names")),
                file.value("link"),
                MacAddress.parse(file.value("mac")),
                file.value("owner"),
                COMMAS.splitToList(file.value("ports")));
    }
}

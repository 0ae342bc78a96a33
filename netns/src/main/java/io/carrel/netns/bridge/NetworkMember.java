package io.carrel.netns.bridge;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.net.InetAddresses;
import io.carrel.netns.MacAddress;
import io.carrel.netns.state.StateFile;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A container on a network, as the state directory notes it. Immutable.
 *
 * @param addresses its addresses, one of each family
 * @param names the names by which others find it
 * @param link the name of the host's end of its virtual cable
 * @param mac the address of the other end
 * @param owner with whose end it leaves the network: a JVM, or a process of the container
 * @param namespace the inode of its network namespace; 0 before it is there
 * @param ports the ports of the host that lead to it, as text
 */
public record NetworkMember(
        List<InetAddress> addresses,
        List<String> names,
        String link,
        MacAddress mac,
        String owner,
        long namespace,
        List<String> ports) {

    private static final Splitter COMMAS = Splitter.on(',').omitEmptyStrings();

    /** In place of the inode of a namespace that is being made. */
    static final long NOT_YET = 0;

    /** Copies the lists. */
    public NetworkMember {
        addresses = ImmutableList.copyOf(addresses);
        names = ImmutableList.copyOf(names);
        ports = ImmutableList.copyOf(ports);
    }

    NetworkMember withNamespace(long inode) {
        return new NetworkMember(addresses, names, link, mac, owner, inode, ports);
    }

    NetworkMember withPorts(List<String> others) {
        return new NetworkMember(addresses, names, link, mac, owner, namespace, others);
    }

    /** For messages. */
    String addressText() {
        return addresses.stream().map(InetAddresses::toAddrString).collect(Collectors.joining(" and "));
    }

    /** Whether it is the same one, whatever was published for it since. */
    boolean isSameAs(NetworkMember other) {
        return withPorts(List.of()).equals(other.withPorts(List.of()));
    }

    Map<String, String> toValues() {
        return ImmutableMap.<String, String>builder()
                .put(
                        "addresses",
                        addresses.stream().map(InetAddresses::toAddrString).collect(Collectors.joining(",")))
                .put("names", String.join(",", names))
                .put("link", link)
                .put("mac", mac.toString())
                .put("owner", owner)
                .put("namespace", Long.toString(namespace))
                .put("ports", String.join(",", ports))
                .build();
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
                Long.parseLong("0" + file.value("namespace")),
                COMMAS.splitToList(file.value("ports")));
    }
}

package io.carrel.internal;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableListMultimap;
import com.google.common.net.InetAddresses;
import io.carrel.fs.ContainerPath;
import io.carrel.fs.Content;
import io.carrel.fs.Mount;
import io.carrel.netns.Networks;
import java.net.InetAddress;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a container's files say about names: {@code /etc/resolv.conf} and {@code /etc/hosts}. Immutable.
 *
 * @param servers name servers that were asked for
 * @param hosts names with the addresses that were given for them
 */
public record NameFiles(List<InetAddress> servers, ImmutableListMultimap<String, InetAddress> hosts) {

    /** Nothing but the usual. */
    public static final NameFiles USUAL = new NameFiles(List.of(), ImmutableListMultimap.of());

    private static final ContainerPath RESOLVER = ContainerPath.of("/etc/resolv.conf");
    private static final ContainerPath HOSTS = ContainerPath.of("/etc/hosts");
    private static final int READABLE = 0644;
    private static final String LOOPBACK = "127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n";

    /** Copies the list. */
    public NameFiles {
        servers = ImmutableList.copyOf(servers);
    }

    /** The same with one more name server. */
    public NameFiles with(InetAddress server) {
        return new NameFiles(
                ImmutableList.<InetAddress>builder().addAll(servers).add(server).build(), hosts);
    }

    /** The same with one more address of a name. */
    public NameFiles with(String name, InetAddress address) {
        return new NameFiles(
                servers,
                ImmutableListMultimap.<String, InetAddress>builder()
                        .putAll(hosts)
                        .put(name, address)
                        .build());
    }

    /** Whether there is more than the usual. */
    public boolean isUsual() {
        return equals(USUAL);
    }

    /** The files with these, where a mount of the user's is not in their place. */
    public FileParts in(FileParts parts, NetworkParts network, @Nullable String hostname) {
        List<String> answering = answering(network);
        FileParts all = parts;
        if (!answering.isEmpty()) {
            all = add(
                    all,
                    RESOLVER,
                    answering.stream().map("nameserver %s\n"::formatted).collect(Collectors.joining()));
        }
        if (!hosts.isEmpty()) {
            String own = hostname == null ? "" : "127.0.1.1\t" + hostname + "\n";
            String given = hosts.entries().stream()
                    .map(entry -> InetAddresses.toAddrString(entry.getValue()) + "\t" + entry.getKey() + "\n")
                    .collect(Collectors.joining());
            all = add(all, HOSTS, LOOPBACK + own + given);
        }
        return all;
    }

    /** The host's name servers cannot be reached from a network that has its own. */
    private List<String> answering(NetworkParts network) {
        if (network.egress() != null) {
            return List.of("127.0.0.1");
        }
        if (!servers.isEmpty()) {
            return servers.stream().map(InetAddresses::toAddrString).toList();
        }
        // Which of both there is depends on the network; the other cannot be reached, and is passed over at once.
        Stream<InetAddress> known =
                network.bridge() == null ? Stream.of() : Stream.of(Networks.NAME_SERVER, Networks.NAME_SERVER_IPV6);
        return known.map(InetAddresses::toAddrString).toList();
    }

    private static FileParts add(FileParts parts, ContainerPath path, String content) {
        return parts.mounts().stream().anyMatch(mount -> mount.target().equals(path))
                ? parts
                : parts.with(new Mount.FileContent(path, Content.of(content), READABLE));
    }
}

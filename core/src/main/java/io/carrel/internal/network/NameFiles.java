package io.carrel.internal.network;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableListMultimap;
import com.google.common.net.InetAddresses;
import io.carrel.fs.ContainerPath;
import io.carrel.fs.Content;
import io.carrel.fs.Mount;
import io.carrel.fs.Overlay;
import io.carrel.fs.RootFs;
import io.carrel.internal.spec.FilesSpec;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

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
    private static final int MOST_OF_HOST = Mount.FileContent.MOST_BYTES - (1 << 16);
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
        checkArgument(name.matches("[a-zA-Z0-9_.-]+"), "no name of a host: \"%s\"", name);
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

    /**
     * The files with these, where a mount of the user's is not in their place.
     *
     * @param addresses the container's own on networks that it shares; none if it has none, or they are not known yet
     */
    public FilesSpec in(FilesSpec parts, NetworkMode network, Optional<String> hostname, List<InetAddress> addresses) {
        // The host's name servers cannot be reached from a network that has its own.
        List<InetAddress> answering = network.nameServers(servers);
        FilesSpec all = answering.isEmpty()
                ? parts
                : add(
                        parts,
                        RESOLVER,
                        answering.stream()
                                .map(server -> "nameserver %s\n".formatted(InetAddresses.toAddrString(server)))
                                .collect(Collectors.joining()));
        String own = hostname.map(name -> ownLines(name, addresses)).orElse("");
        if (!hosts.isEmpty()) {
            String given = hosts.entries().stream()
                    .map(entry -> InetAddresses.toAddrString(entry.getValue()) + "\t" + entry.getKey() + "\n")
                    .collect(Collectors.joining());
            return add(all, HOSTS, LOOPBACK + own + given);
        }
        boolean covered = parts.mounts().stream().anyMatch(mount -> HOSTS.isAtOrBelow(mount.target()));
        return own.isEmpty() || covered
                ? all
                : known(parts.root(), addresses)
                        .map(text -> add(all, HOSTS, Content.of((text + own).getBytes(StandardCharsets.ISO_8859_1))))
                        .orElse(all);
    }

    /** Whoever asks for the container's name on a network gets what the others there reach it by. */
    private static String ownLines(String hostname, List<InetAddress> addresses) {
        Stream<String> texts = addresses.isEmpty()
                ? Stream.of("127.0.1.1")
                : addresses.stream().map(InetAddresses::toAddrString);
        return texts.map(address -> address + "\t" + hostname + "\n").collect(Collectors.joining());
    }

    /** What is known by name where the own name is to be added; layers have one without addresses anyway. */
    private static Optional<String> known(RootFs root, List<InetAddress> addresses) {
        if (root instanceof Overlay && !addresses.isEmpty()) {
            return Optional.of(LOOPBACK);
        }
        if (root instanceof RootFs.HostSystem) {
            return ofHost();
        }
        if (root instanceof RootFs.Host) {
            return Files.isRegularFile(Path.of(HOSTS.text())) ? ofHost() : Optional.empty();
        }
        boolean has = root instanceof RootFs.Directory directory
                && Files.isRegularFile(directory.path().path().resolve(HOSTS.relative()), LinkOption.NOFOLLOW_LINKS);
        return has ? Optional.of(LOOPBACK) : Optional.empty();
    }

    /**
     * The host's file, even if it lists all of what not to visit; one that is longer than a file can be here stays as
     * it is.
     */
    private static Optional<String> ofHost() {
        try {
            Path file = Path.of(HOSTS.text());
            if (Files.size(file) > MOST_OF_HOST) {
                return Optional.empty();
            }
            String text = Files.readString(file, StandardCharsets.ISO_8859_1);
            return Optional.of(text.isEmpty() || text.endsWith("\n") ? text : text + "\n");
        } catch (IOException none) {
            return Optional.of(LOOPBACK);
        }
    }

    private static FilesSpec add(FilesSpec parts, ContainerPath path, String content) {
        return add(parts, path, Content.of(content));
    }

    private static FilesSpec add(FilesSpec parts, ContainerPath path, Content content) {
        return parts.mounts().stream().anyMatch(mount -> mount.target().equals(path))
                ? parts
                : parts.with(new Mount.FileContent(path, content, READABLE));
    }
}

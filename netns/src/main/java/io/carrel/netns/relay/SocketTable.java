package io.carrel.netns.relay;

import com.google.common.base.Splitter;
import io.carrel.linux.KernelFile;
import io.carrel.netns.Protocol;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * The sockets of a network namespace, connections by their IPv4 addresses, as the kernel lists them.
 *
 * @see <a href="https://www.kernel.org/doc/html/latest/networking/proc_net_tcp.html">proc_net_tcp</a>
 */
public final class SocketTable {

    private static final int LOCAL = 1;
    private static final int REMOTE = 2;
    private static final int UID = 7;
    private static final int INODE = 9;

    private final Path directory;

    /**
     * The table of the network namespace in which a process is.
     *
     * @param member its pid
     */
    public SocketTable(long member) {
        this(Path.of("/proc", Long.toString(member), "net"));
    }

    private SocketTable(Path directory) {
        this.directory = directory;
    }

    /** Returns the table of the network namespace in which the calling thread is. */
    public static SocketTable ofThread() {
        return new SocketTable(Path.of("/proc/thread-self/net"));
    }

    /** A socket at a port, and the user whose process made it. */
    record Bound(long inode, long uid) {}

    /**
     * Returns the first socket that waits at this port, whatever its address; one of TCP is not listed before it
     * listens.
     */
    Optional<Bound> boundTo(Protocol protocol, int port) throws IOException {
        String remote = protocol == Protocol.TCP ? ":0000" : "";
        for (String file : files(protocol)) {
            Optional<Bound> bound = rows(directory.resolve(file), ":%04X".formatted(port), remote)
                    .map(words -> new Bound(Long.parseLong(words.get(INODE)), Long.parseLong(words.get(UID))))
                    .findFirst();
            if (bound.isPresent()) {
                return bound;
            }
        }
        return Optional.empty();
    }

    /** IPv4 addresses are in the one for IPv6, too, where they lie at the end of others. */
    private static List<String> files(Protocol protocol) {
        String file = protocol.name().toLowerCase(Locale.ROOT);
        return List.of(file, file + "6");
    }

    /** Returns the inode of the socket at one end of a connection. */
    public OptionalLong connection(InetSocketAddress end, InetSocketAddress other) throws IOException {
        return find(Protocol.TCP, hex(end), hex(other));
    }

    /** Returns the inode of a socket that has sent a datagram from this port. */
    public OptionalLong sender(InetSocketAddress place) throws IOException {
        return find(Protocol.UDP, ":%04X".formatted(place.getPort()), "");
    }

    private OptionalLong find(Protocol protocol, String local, String remote) throws IOException {
        for (String file : files(protocol)) {
            OptionalLong found = rows(directory.resolve(file), local, remote)
                    .mapToLong(words -> Long.parseLong(words.get(INODE)))
                    .filter(inode -> inode != 0)
                    .findFirst();
            if (found.isPresent()) {
                return found;
            }
        }
        return OptionalLong.empty();
    }

    private static Stream<List<String>> rows(Path file, String local, String remote) throws IOException {
        return KernelFile.read(file)
                .lines()
                .skip(1)
                .map(line -> Splitter.on(' ').omitEmptyStrings().splitToList(line))
                .filter(words -> isFor(words, local, remote));
    }

    private static boolean isFor(List<String> words, String local, String remote) {
        return words.size() > INODE
                && words.get(LOCAL).endsWith(local)
                && words.get(REMOTE).endsWith(remote);
    }

    /** Words of the address in this machine's order, then the port in the usual one. */
    private static String hex(InetSocketAddress place) {
        int address = ByteBuffer.wrap(place.getAddress().getAddress())
                .order(ByteOrder.nativeOrder())
                .getInt();
        return "%08X:%04X".formatted(address, place.getPort());
    }
}

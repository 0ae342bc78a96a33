package io.carrel.netns.egress;

import com.google.common.base.Splitter;
import io.carrel.linux.binding.KernelFile;
import io.carrel.netns.Protocol;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;

/**
 * The sockets of a network namespace with IPv4 addresses, as the kernel lists them.
 *
 * @see <a href="https://www.kernel.org/doc/html/latest/networking/proc_net_tcp.html">proc_net_tcp</a>
 */
final class SocketTable {

    private static final int LOCAL = 1;
    private static final int REMOTE = 2;
    private static final int INODE = 9;

    private final Path directory;

    /**
     * The table of the network namespace in which a process is.
     *
     * @param member its pid
     */
    SocketTable(long member) {
        directory = Path.of("/proc", Long.toString(member), "net");
    }

    /** The inode of the socket at one end of a connection. */
    OptionalLong connection(InetSocketAddress end, InetSocketAddress other) throws IOException {
        return find(Protocol.TCP, hex(end), hex(other));
    }

    /** The inode of a socket that has sent a datagram from this port. */
    OptionalLong sender(InetSocketAddress place) throws IOException {
        return find(Protocol.UDP, ":%04X".formatted(place.getPort()), "");
    }

    /** In the table for IPv6, too, where IPv4 addresses lie at the end of others. */
    private OptionalLong find(Protocol protocol, String local, String remote) throws IOException {
        String file = protocol.name().toLowerCase(Locale.ROOT);
        OptionalLong found = find(directory.resolve(file), local, remote);
        return found.isPresent() ? found : find(directory.resolve(file + "6"), local, remote);
    }

    private static OptionalLong find(Path file, String local, String remote) throws IOException {
        return KernelFile.read(file)
                .lines()
                .skip(1)
                .map(line -> Splitter.on(' ').omitEmptyStrings().splitToList(line))
                .filter(words -> isFor(words, local, remote))
                .mapToLong(words -> Long.parseLong(words.get(INODE)))
                .filter(inode -> inode != 0)
                .findFirst();
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

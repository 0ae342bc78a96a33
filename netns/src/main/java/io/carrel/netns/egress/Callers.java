package io.carrel.netns.egress;

import com.google.common.util.concurrent.MoreExecutors;
import io.carrel.linux.Descriptor;
import io.carrel.linux.KernelFile;
import io.carrel.linux.binding.SocketCalls;
import io.carrel.linux.launch.HostThreads;
import io.carrel.linux.uapi.SocketName;
import io.carrel.netns.EgressProcess;
import io.carrel.netns.relay.SocketHolders;
import io.carrel.netns.relay.SocketTable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out which process of one network namespace has a socket, by what {@code /proc} shows. That takes a millisecond
 * or more on a host with many processes, so it is done by a thread for what blocks; each container has at most one of
 * them at a time, and keeps nobody else waiting. Thread-safe.
 */
final class Callers {

    private static final Logger LOG = LoggerFactory.getLogger(Callers.class);
    private static final Path PROCESSES = Path.of("/proc");

    private final Path network;
    private final SocketTable sockets;
    private final Executor searches = MoreExecutors.newSequentialExecutor(HostThreads.executor());
    /** Who called last calls again, mostly. */
    private volatile Path last = PROCESSES.resolve("0");

    /**
     * Those in one network namespace.
     *
     * @param network its inode
     * @param member the pid of a process in it
     */
    Callers(long network, long member) {
        this.network = Path.of("net:[" + network + "]");
        sockets = new SocketTable(member);
    }

    private interface Search {
        OptionalLong inode() throws IOException;
    }

    /** Returns who is at the other end of this connection; empty if it cannot be found out. */
    CompletableFuture<Optional<EgressProcess>> connectedBy(Descriptor connection) {
        InetSocketAddress here = SocketName.toInternet(SocketCalls.localName(connection));
        InetSocketAddress there = SocketName.toInternet(SocketCalls.peerName(connection));
        return begin(() -> sockets.connection(there, here));
    }

    /** Returns who asks the name server from there, be it over UDP or TCP; empty if it cannot be found out. */
    CompletableFuture<Optional<EgressProcess>> asking(InetSocketAddress place, InetSocketAddress server) {
        return begin(() -> {
            OptionalLong connection = sockets.connection(place, server);
            return connection.isPresent() ? connection : sockets.sender(place);
        });
    }

    private CompletableFuture<Optional<EgressProcess>> begin(Search search) {
        return CompletableFuture.supplyAsync(() -> find(search), searches).exceptionally(e -> {
            LOG.warn("Who calls cannot be found out", e);
            return Optional.empty();
        });
    }

    private Optional<EgressProcess> find(Search search) {
        try {
            OptionalLong inode = search.inode();
            return inode.isPresent() ? holder(inode.getAsLong()) : Optional.empty();
        } catch (IOException e) {
            LOG.debug("Who calls cannot be found out", e);
            return Optional.empty();
        }
    }

    private Optional<EgressProcess> holder(long socket) throws IOException {
        Optional<Path> holder = SocketHolders.holds(last, socket)
                ? Optional.of(last)
                : SocketHolders.find(socket, process -> network.equals(link(process)));
        if (holder.isEmpty()) {
            return Optional.empty();
        }
        last = holder.get();
        return Optional.of(describe(last));
    }

    /** Its network namespace; a path that is nobody's where that may not be known. */
    private static Path link(Path process) {
        try {
            return Files.readSymbolicLink(process.resolve("ns/net"));
        } catch (IOException goneOrHidden) {
            return process;
        }
    }

    private static EgressProcess describe(Path process) throws IOException {
        String program = KernelFile.read(process.resolve("comm")).strip();
        return new EgressProcess(Long.parseLong(process.getFileName().toString()), program);
    }
}

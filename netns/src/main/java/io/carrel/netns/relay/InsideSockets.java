package io.carrel.netns.relay;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.carrel.linux.Descriptor;
import io.carrel.linux.Errno;
import io.carrel.linux.SetupException;
import io.carrel.linux.SyscallException;
import io.carrel.linux.binding.DescriptorCalls;
import io.carrel.linux.binding.DescriptorCalls.Received;
import io.carrel.linux.binding.SocketCalls;
import io.carrel.linux.binding.TransferCalls;
import io.carrel.linux.launch.HelperProcess;
import io.carrel.linux.launch.ProgramFile;
import io.carrel.linux.uapi.SocketName;
import io.carrel.namespaces.Namespace;
import io.carrel.namespaces.NamespaceType;
import io.carrel.netns.Protocol;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Makes sockets in a network namespace that this JVM need not be able to enter: only in the user namespace that owns
 * it, or above that, it has to be root or the user who made it. They come in batches, and the next one is asked for
 * before the last is used up. Thread-safe.
 */
public final class InsideSockets implements SocketSource, AutoCloseable {

    private static final String DOING = "Cannot make a socket in the container's network";

    private static final int BACKLOG = 128;

    private final HelperProcess maker;
    private final long network;

    @GuardedBy("this") private final Map<SocketKind, Deque<Descriptor>> stock = new HashMap<>();

    @GuardedBy("this") private final Deque<SocketKind> expected = new ArrayDeque<>();

    private InsideSockets(HelperProcess maker, long network) {
        this.maker = maker;
        this.network = network;
    }

    /**
     * Starts the program that makes them.
     *
     * @throws SetupException if the namespace cannot be entered
     */
    public static InsideSockets of(Namespace network) {
        Optional<Namespace> owner = network.owner();
        try (Namespace own = Namespace.current(NamespaceType.USER)) {
            List<Descriptor> passed = owner.filter(users -> !users.isSameAs(own))
                    .map(users -> List.of(users.descriptor(), network.descriptor()))
                    .orElseGet(() -> List.of(network.descriptor()));
            try (ProgramFile file = ProgramFile.of(SocketMaker.compile(passed.size() > 1))) {
                return new InsideSockets(HelperProcess.start(file, passed), network.inode());
            }
        } finally {
            owner.ifPresent(Namespace::close);
        }
    }

    /** Returns the pid of a process in that network, until this is closed. */
    public long member() {
        return maker.pid();
    }

    /** Returns the inode of that network's namespace. */
    public long network() {
        return network;
    }

    @Override
    public synchronized Descriptor take(SocketKind kind) {
        Deque<Descriptor> ready = stock.computeIfAbsent(kind, any -> new ArrayDeque<>());
        if (ready.size() <= SocketMaker.BATCH / 2 && !expected.contains(kind)) {
            TransferCalls.write(maker.channel(), SocketMaker.request(kind));
            expected.add(kind);
        }
        while (ready.isEmpty()) {
            receive();
        }
        return ready.remove();
    }

    /**
     * Returns a new socket at this place inside, which listens if it is one of TCP; the caller's to close.
     *
     * @throws SyscallException if the kernel refuses, for example as the port is taken
     */
    public Descriptor bound(Protocol protocol, InetSocketAddress place) {
        InetAddress address = place.getAddress();
        String doing =
                "Cannot serve port %d/%s of %s inside".formatted(place.getPort(), protocol, address.getHostAddress());
        Descriptor socket = take(SocketKind.of(protocol, address));
        try {
            SocketCalls.bind(doing, socket, SocketName.internet(place));
            if (protocol == Protocol.TCP) {
                SocketCalls.listen(doing, socket, BACKLOG);
            }
            return socket;
        } catch (SyscallException e) {
            socket.close();
            throw e;
        }
    }

    /** The next answer, for whatever kind was asked first. */
    @GuardedBy("this") private void receive() {
        SocketKind kind = expected.remove();
        Received answer = DescriptorCalls.receiveDescriptors(DOING, maker.channel(), SocketMaker.ANSWER_SIZE)
                .orElseThrow();
        stock.computeIfAbsent(kind, any -> new ArrayDeque<>()).addAll(answer.descriptors());
        if (answer.descriptors().isEmpty()) {
            throw new SyscallException(DOING, "socket", kind.toString(), failure(answer.content()));
        }
    }

    private static Errno failure(byte[] answer) {
        return answer.length < SocketMaker.ANSWER_SIZE
                ? Errno.ECONNRESET
                : new Errno((int)
                        -ByteBuffer.wrap(answer).order(ByteOrder.LITTLE_ENDIAN).getLong());
    }

    /** Ends the program and closes the sockets that nobody took. */
    @Override
    public synchronized void close() {
        maker.close();
        stock.values().forEach(ready -> ready.forEach(Descriptor::close));
        stock.clear();
    }
}

package io.carrel.netns.relay;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.util.concurrent.Uninterruptibles;
import io.carrel.linux.SyscallException;
import io.carrel.netns.PortMapping;
import io.carrel.netns.Protocol;
import io.carrel.netns.PublishedPort;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Ports of the host's that this JVM has taken for a container, and what is relayed from them. It takes them before the
 * container is there, so that nothing has started if one is in use; connections wait until {@link #start}. Thread-safe.
 *
 * <p>Whoever connects is {@code 127.0.0.1} for the container, or the host where that is relayed to its address.
 */
public final class Publication implements AutoCloseable {

    /** The most connections of one port at a time; more have to wait. */
    public static final int MOST_CONNECTIONS = 1024;

    private static final Duration GRACE = Duration.ofSeconds(10);

    private final List<HostPort> taken;
    private final Predicate<HostPort> relayed;
    private final List<Acceptor> acceptors = new ArrayList<>();
    private final List<UdpForward> datagrams = new ArrayList<>();
    private boolean started;

    private Publication(List<HostPort> taken, Predicate<HostPort> relayed) {
        this.taken = taken;
        this.relayed = relayed;
    }

    /**
     * Takes the host's ports.
     *
     * @throws SyscallException if one is in use, or may not be used; none is taken then
     */
    public static Publication of(List<PortMapping> mappings) {
        return of(mappings, HostPort::take, port -> true);
    }

    /**
     * Takes the host's ports where the kernel leads what comes there. It cannot do so for what comes from {@code ::1},
     * nor for IPv6 where the container has none; so that is relayed, and nothing else is.
     *
     * @param holder says who has a port that is in use
     * @throws SyscallException if one is in use, or may not be used; none is taken then
     */
    public static Publication besideKernel(List<PortMapping> mappings, PortHolder holder) {
        return of(
                mappings,
                mapping -> HostPort.reserve(mapping, holder),
                port -> port.port().host().getAddress() instanceof Inet6Address);
    }

    private static Publication of(
            List<PortMapping> mappings, Function<PortMapping, HostPort> how, Predicate<HostPort> relayed) {
        check(mappings);
        List<HostPort> taken = new ArrayList<>();
        try {
            mappings.forEach(mapping -> mapping.single().forEach(single -> taken.add(how.apply(single))));
            return new Publication(taken, relayed);
        } catch (RuntimeException | Error e) {
            taken.forEach(port -> port.socket().close());
            throw e;
        }
    }

    /**
     * Checks mappings against one another.
     *
     * @throws IllegalArgumentException if two want the same port of the host's
     */
    public static void check(List<PortMapping> mappings) {
        for (int i = 0; i < mappings.size(); i++) {
            for (int j = 0; j < i; j++) {
                checkArgument(
                        !mappings.get(i).collidesWith(mappings.get(j)),
                        "%s and %s want the same port of the host's",
                        mappings.get(j),
                        mappings.get(i));
            }
        }
    }

    /** Returns the ports, in the order of the mappings. */
    public List<PublishedPort> ports() {
        return taken.stream().map(HostPort::port).toList();
    }

    /** Begins to relay to the network in which these sockets are. */
    public void start(InsideSockets inside) {
        start(inside, List.of(Loopback.IPV4, Loopback.IPV6));
    }

    /**
     * Begins to relay.
     *
     * @param sockets makes those that connect to the container
     * @param targets the container's addresses, at least one; datagrams go to the first, connections to the first at
     *     which somebody listens
     */
    public void start(SocketSource sockets, List<InetAddress> targets) {
        Relay relay = Relay.shared();
        relay.loop().call(() -> {
            started = true;
            taken.stream().filter(relayed).forEach(port -> start(port, relay, sockets, targets));
            return taken;
        });
    }

    private void start(HostPort port, Relay relay, SocketSource sockets, List<InetAddress> targets) {
        int to = port.port().containerPort();
        if (port.port().protocol() == Protocol.UDP) {
            InetSocketAddress target = new InetSocketAddress(targets.get(0), to);
            datagrams.add(new UdpForward(relay.loop(), port.socket(), sockets, target));
        } else {
            TcpForward forward = new TcpForward(relay, sockets, targets, to);
            acceptors.add(new Acceptor(relay.loop(), port.socket(), MOST_CONNECTIONS, forward));
        }
    }

    /**
     * Gives the ports back. Connections that there are have some seconds to bring what the container had sent before it
     * ended. Later calls do nothing.
     */
    public void stop() {
        end(acceptor -> acceptor.stop(GRACE));
    }

    /** Waits until what {@link #stop} has left of connections has ended, or the time is over. */
    public void awaitEnd(Duration atMost) {
        CompletableFuture<Void> end = Relay.shared()
                .loop()
                .call(() -> CompletableFuture.allOf(
                        acceptors.stream().map(Acceptor::end).toArray(CompletableFuture<?>[]::new)));
        try {
            Uninterruptibles.getUninterruptibly(end, TimeUnit.NANOSECONDS.convert(atMost), TimeUnit.NANOSECONDS);
        } catch (TimeoutException stillOpen) {
            // They are closed then.
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Gives the ports back and ends all connections. */
    @Override
    public void close() {
        end(Acceptor::close);
    }

    private void end(Consumer<Acceptor> how) {
        Relay.shared().loop().call(() -> {
            acceptors.forEach(how);
            datagrams.forEach(UdpForward::close);
            datagrams.clear();
            taken.stream()
                    .filter(port -> !started || !relayed.test(port))
                    .forEach(port -> port.socket().close());
            return taken;
        });
    }
}

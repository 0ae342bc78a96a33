package io.carrel.netns;

import static com.google.common.base.Preconditions.checkArgument;

import io.carrel.linux.uapi.Netlink;
import io.carrel.namespaces.Namespace;
import io.carrel.namespaces.NamespaceType;
import io.carrel.namespaces.Namespaces;
import io.carrel.netns.netlink.NetlinkSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An open network namespace, with its links, addresses, routes and neighbours. It lives at least until it is closed; a
 * name, or a process inside, keeps it alive beyond that. To make or enter one needs {@code CAP_SYS_ADMIN}, to change what is
 * in it {@code CAP_NET_ADMIN}. Thread-safe.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/network_namespaces.7.html">network_namespaces(7)</a>
 */
public final class NetworkNamespace implements AutoCloseable {

    private final Namespace namespace;
    private final NetlinkSocket socket;
    private final boolean owner;

    private NetworkNamespace(Namespace namespace, NetlinkSocket socket, boolean owner) {
        this.namespace = namespace;
        this.socket = socket;
        this.owner = owner;
    }

    private NetworkNamespace(Namespace namespace, boolean owner) {
        this(namespace, socket(namespace), owner);
    }

    private static NetlinkSocket socket(Namespace namespace) {
        checkArgument(namespace.type() == NamespaceType.NETWORK, "not a network namespace: %s", namespace);
        return namespace.call(() -> NetlinkSocket.open(Netlink.NETLINK_ROUTE));
    }

    private static NetworkNamespace owning(Namespace namespace) {
        try {
            return new NetworkNamespace(namespace, true);
        } catch (RuntimeException e) {
            namespace.close();
            throw e;
        }
    }

    /**
     * Makes a new one, in which there is only {@code lo}, switched on. As nothing is in there that they would protect, no privilege is
     * needed to listen at ports below 1024 or to ping, where {@code /proc/sys} can be written.
     */
    public static NetworkNamespace create() {
        Namespace made = Namespace.create(NamespaceType.NETWORK);
        NetlinkSocket socket;
        try {
            socket = made.call(() -> {
                NewNamespaceSettings.serveEverybody();
                return NetlinkSocket.open(Netlink.NETLINK_ROUTE);
            });
        } catch (RuntimeException | Error e) {
            made.close();
            throw e;
        }
        NetworkNamespace created = new NetworkNamespace(made, socket, true);
        try {
            created.changes().up(1).apply();
            return created;
        } catch (RuntimeException | Error e) {
            created.close();
            throw e;
        }
    }

    /** Opens the one that {@code ip netns} knows by this name. */
    public static NetworkNamespace open(String name) {
        return owning(Namespaces.named(name));
    }

    /** Opens the one that a file refers to. */
    public static NetworkNamespace open(Path file) {
        return owning(Namespace.open(file));
    }

    /** Opens the one that a process is in. */
    public static NetworkNamespace ofProcess(long pid) {
        return owning(Namespace.of(pid, NamespaceType.NETWORK));
    }

    /** Opens the one that the calling thread is in. An ordinary user can look at what is there, and do nothing else. */
    public static NetworkNamespace current() {
        Namespace here = Namespace.current(NamespaceType.NETWORK);
        try {
            return new NetworkNamespace(here, NetlinkSocket.open(Netlink.NETLINK_ROUTE), true);
        } catch (RuntimeException | Error e) {
            here.close();
            throw e;
        }
    }

    /** A view of a namespace that stays the caller's to close. */
    public static NetworkNamespace of(Namespace namespace) {
        return new NetworkNamespace(namespace, false);
    }

    /** The names of all that have one, sorted, as {@code ip netns list} shows them. */
    public static List<String> names() {
        return Namespaces.names();
    }

    /** Takes the name away, as {@code ip netns delete} does. The namespace goes with its last process or socket. */
    public static void delete(String name) {
        Namespaces.release(name);
    }

    /** The name of this one, if it has one; the first of several. */
    public Optional<String> identify() {
        return names().stream().filter(this::isNamed).findFirst();
    }

    private boolean isNamed(String name) {
        try (Namespace named = Namespaces.named(name)) {
            return named.isSameAs(namespace);
        } catch (RuntimeException goneOrNone) {
            return false;
        }
    }

    /** Gives it a name, by which {@code ip netns} finds it, and which keeps it alive. */
    public NetworkNamespace persist(String name) {
        namespace.persist(name);
        return this;
    }

    /** The namespace itself. */
    public Namespace namespace() {
        return namespace;
    }

    /**
     * Runs Java code inside and returns its result. Sockets that it makes belong to this namespace for good, and can be
     * used anywhere. See {@link Namespace#call}.
     */
    public <T extends @Nullable Object, E extends Exception> T call(Namespace.Computation<T, E> computation) throws E {
        return namespace.call(computation);
    }

    /** Runs Java code inside; see {@link #call}. */
    public <E extends Exception> void run(Namespace.Task<E> task) throws E {
        namespace.run(task);
    }

    /** Its links. */
    public Links links() {
        return new Links(socket);
    }

    /** The addresses of its links. */
    public Addresses addresses() {
        return new Addresses(socket);
    }

    /** Its routes. */
    public Routes routes() {
        return new Routes(socket);
    }

    /** What it knows of others' link addresses. */
    public Neighbours neighbours() {
        return new Neighbours(socket);
    }

    /** Several changes at once. */
    public Changes changes() {
        return new Changes(socket);
    }

    /**
     * Tells of every change of links, addresses, routes and neighbours from now on, on a thread that must not be kept
     * waiting, until what is returned is closed.
     */
    public AutoCloseable watch(Consumer<NetworkEvent> listener) {
        return namespace.call(() -> EventWatch.open(listener));
    }

    @Override
    public void close() {
        socket.close();
        if (owner) {
            namespace.close();
        }
    }

    @Override
    public String toString() {
        return namespace.toString();
    }
}

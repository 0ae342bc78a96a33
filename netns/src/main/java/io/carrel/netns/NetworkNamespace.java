package io.carrel.netns;

import static com.google.common.base.Preconditions.checkArgument;

import io.carrel.linux.KernelFileException;
import io.carrel.linux.SyscallException;
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
 * name, or a process inside, keeps it alive longer. Thread-safe.
 *
 * <p>Any user may open their {@linkplain #current() own} and look at what is there. Creating one, and opening any
 * other, takes {@code CAP_SYS_ADMIN}; changing what is in it takes {@code CAP_NET_ADMIN} there.
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
     * Creates a network namespace, in which there is only {@code lo}, switched on. As there is nothing in it yet to
     * protect, listening at ports below 1024 and pinging take no privilege there, where {@code /proc/sys} can be
     * written. Needs {@code CAP_SYS_ADMIN}.
     *
     * @throws SyscallException if the kernel refuses, for example without the privilege (EPERM)
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

    /**
     * Opens the network namespace that {@code ip netns} knows by this name. Needs {@code CAP_SYS_ADMIN}.
     *
     * @throws SyscallException if there is none (ENOENT), or without the privilege (EPERM)
     * @throws IllegalArgumentException if the text cannot be a name, or its file is no network namespace
     */
    public static NetworkNamespace open(String name) {
        return owning(Namespaces.named(name));
    }

    /**
     * Opens the network namespace that a file refers to. Needs {@code CAP_SYS_ADMIN}.
     *
     * @throws SyscallException if the file cannot be opened, or without the privilege (EPERM)
     * @throws IllegalArgumentException if the file is no network namespace
     */
    public static NetworkNamespace open(Path file) {
        return owning(Namespace.open(file));
    }

    /**
     * Opens the network namespace that a process is in. Needs {@code CAP_SYS_ADMIN}.
     *
     * @throws SyscallException if there is no such process (ENOENT), or without the privilege (EACCES, EPERM)
     */
    public static NetworkNamespace ofProcess(long pid) {
        return owning(Namespace.of(pid, NamespaceType.NETWORK));
    }

    /**
     * Opens the network namespace that the calling thread is in. Any user may do this, and look at what is there.
     *
     * @throws SyscallException if the kernel refuses
     */
    public static NetworkNamespace current() {
        Namespace here = Namespace.current(NamespaceType.NETWORK);
        try {
            return new NetworkNamespace(here, NetlinkSocket.open(Netlink.NETLINK_ROUTE), true);
        } catch (RuntimeException | Error e) {
            here.close();
            throw e;
        }
    }

    /**
     * Returns a view of a namespace, which stays the caller's to close. Needs {@code CAP_SYS_ADMIN}.
     *
     * @throws IllegalArgumentException if it is of another type
     * @throws SyscallException without the privilege (EPERM)
     */
    public static NetworkNamespace of(Namespace namespace) {
        return new NetworkNamespace(namespace, false);
    }

    /**
     * Returns the names of all network namespaces that have one, sorted, as {@code ip netns list} shows them.
     *
     * @throws KernelFileException if the directory cannot be read
     */
    public static List<String> names() {
        return Namespaces.names();
    }

    /**
     * Takes a name away, as {@code ip netns delete} does. The namespace ends with its last process or socket. Needs
     * {@code CAP_SYS_ADMIN}.
     *
     * @throws SyscallException if there is none (ENOENT), or without the privilege (EPERM)
     * @throws IllegalArgumentException if the text cannot be a name, or its file is no namespace
     */
    public static void delete(String name) {
        Namespaces.release(name);
    }

    /**
     * Returns the name of this namespace, the first of several; empty if it has none.
     *
     * @throws KernelFileException if the names cannot be read
     */
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

    /**
     * Gives the namespace a name, by which {@code ip netns} finds it, and which keeps it alive. Needs
     * {@code CAP_SYS_ADMIN}.
     *
     * @throws SyscallException if the name is taken (EEXIST), or without the privilege (EPERM)
     * @throws IllegalArgumentException if the text cannot be a name
     */
    public NetworkNamespace persist(String name) {
        namespace.persist(name);
        return this;
    }

    /** Returns the namespace itself. */
    public Namespace namespace() {
        return namespace;
    }

    /**
     * Runs Java code inside and returns its result; see {@link Namespace#call}. Sockets that it opens belong to this
     * namespace for good, and can be used anywhere. Needs {@code CAP_SYS_ADMIN}.
     *
     * @throws E what the computation throws
     * @throws SyscallException without the privilege (EPERM)
     */
    public <T extends @Nullable Object, E extends Exception> T call(Namespace.Computation<T, E> computation) throws E {
        return namespace.call(computation);
    }

    /**
     * Runs Java code inside as {@link #call} does, without a result.
     *
     * @throws E what the task throws
     * @throws SyscallException without the privilege (EPERM)
     */
    public <E extends Exception> void run(Namespace.Task<E> task) throws E {
        namespace.run(task);
    }

    /** Returns the namespace's links. */
    public Links links() {
        return new Links(socket);
    }

    /** Returns the addresses of the links. */
    public Addresses addresses() {
        return new Addresses(socket);
    }

    /** Returns the routes. */
    public Routes routes() {
        return new Routes(socket);
    }

    /** Returns the neighbour table. */
    public Neighbours neighbours() {
        return new Neighbours(socket);
    }

    /** Begins several changes that are made together. */
    public Changes changes() {
        return new Changes(socket);
    }

    /**
     * Reports every change of links, addresses, routes and neighbours from now on, until the returned object is closed.
     * Needs {@code CAP_SYS_ADMIN}.
     *
     * @param listener is called on the one thread that waits for all events: it must be short and must not block
     * @throws SyscallException without the privilege (EPERM)
     */
    public AutoCloseable watch(Consumer<NetworkEvent> listener) {
        return namespace.call(() -> EventWatch.open(listener));
    }

    /** Closes the descriptors. Later calls do nothing. */
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

package io.carrel.namespaces;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.base.Preconditions.checkState;

import io.carrel.linux.ContainerException;
import io.carrel.linux.Descriptor;
import io.carrel.linux.KernelFileException;
import io.carrel.linux.SyscallException;
import io.carrel.linux.UnsupportedFeatureException;
import io.carrel.linux.binding.NamespaceCalls;
import io.carrel.linux.uapi.CloneFlags;
import io.carrel.linux.uapi.Constant;
import io.carrel.linux.uapi.MountFlags;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An open namespace. It lives at least until it is closed; a process inside, a child namespace or a file on which it is
 * {@linkplain #persist(Path) persisted} keeps it alive longer. Thread-safe.
 *
 * <p>What fails throws a {@link ContainerException}. Opening another user's namespace takes {@code CAP_SYS_PTRACE};
 * creating, entering and persisting one takes {@code CAP_SYS_ADMIN}; any user may ask an open namespace what it is.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/namespaces.7.html">namespaces(7)</a>
 */
public final class Namespace implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Namespace.class);

    private final NamespaceType type;
    private final Descriptor descriptor;
    private final long inode;

    private Namespace(NamespaceType type, Descriptor descriptor) {
        this.type = type;
        this.descriptor = descriptor;
        this.inode = Nsfs.inode(descriptor);
    }

    /** A task to run inside a namespace that returns a result. */
    @FunctionalInterface
    public interface Computation<T extends @Nullable Object, E extends Exception> {
        /**
         * Computes the result.
         *
         * @throws E if it fails
         */
        T compute() throws E;
    }

    /** A task to run inside a namespace. */
    @FunctionalInterface
    public interface Task<E extends Exception> {
        /**
         * Performs the task.
         *
         * @throws E if it fails
         */
        void perform() throws E;
    }

    /**
     * Opens the namespace that a file refers to, for example {@code /run/netns/lab} or {@code /proc/1/ns/net}.
     *
     * @throws SyscallException if the file cannot be opened: it does not exist (ENOENT), or this process may not open
     *     it (EACCES)
     * @throws IllegalArgumentException if the file does not refer to a namespace
     */
    public static Namespace open(Path path) {
        return open("Cannot open the namespace " + path, path);
    }

    static Namespace open(String doing, Path path) {
        return owning(Nsfs.open(doing, path), path.toString());
    }

    /**
     * Opens a namespace of a process. For another user's process this needs {@code CAP_SYS_PTRACE}.
     *
     * @throws SyscallException if there is no such process (ENOENT), or this one may not look at it (EACCES)
     */
    public static Namespace of(long pid, NamespaceType type) {
        Path file = Path.of("/proc", Long.toString(pid), "ns", type.label());
        return open("Cannot open the %s namespace of process %d".formatted(type.label(), pid), file);
    }

    /**
     * Opens the calling thread's own namespace. Any user may do this.
     *
     * @throws SyscallException if the kernel was built without this type (ENOENT)
     */
    public static Namespace current(NamespaceType type) {
        return open(Path.of("/proc/thread-self/ns", type.label()));
    }

    /**
     * Creates a namespace that nobody is in, not even the calling thread. If nothing else keeps it alive, it ends when
     * it is closed. A mount namespace begins as a copy of the caller's, with all propagation cut in both directions; a
     * network namespace has nothing but a loopback link that is down.
     *
     * <p>Needs {@code CAP_SYS_ADMIN}. An ordinary user gets new namespaces only together with a user namespace, as a
     * container has one.
     *
     * @throws UnsupportedFeatureException for the types that a JVM cannot create itself: user, pid and time
     * @throws SyscallException if the kernel refuses: without the privilege (EPERM), or beyond a limit in
     *     {@code /proc/sys/user} (ENOSPC)
     * @see <a href="https://man7.org/linux/man-pages/man2/unshare.2.html">unshare(2)</a>
     */
    public static Namespace create(NamespaceType type) {
        type.requirePerThread("create");
        Namespace created = NamespaceThread.call("carrel-new-" + type.label(), () -> {
            String doing = "Cannot create a " + type.label() + " namespace (it takes CAP_SYS_ADMIN)";
            NamespaceCalls.unshare(doing, type.flag());
            if (type == NamespaceType.MOUNT) {
                NamespaceCalls.mount(doing, "none", "/", MountFlags.MS_REC.or(MountFlags.MS_PRIVATE));
            }
            return current(type);
        });
        LOG.debug("Created {}", created);
        return created;
    }

    /**
     * Wraps the descriptor of a namespace, and owns it from now on.
     *
     * @throws IllegalArgumentException if the descriptor does not refer to a namespace; it is closed then
     */
    public static Namespace owning(Descriptor file) {
        return owning(file, file.toString());
    }

    private static Namespace owning(Descriptor file, String shown) {
        try {
            Optional<NamespaceType> type = Nsfs.type(file);
            checkArgument(type.isPresent(), "%s is no namespace", shown);
            return new Namespace(type.get(), file);
        } catch (RuntimeException e) {
            file.close();
            throw e;
        }
    }

    /** Returns the kind of namespace. */
    public NamespaceType type() {
        return type;
    }

    /** Returns the number that identifies the namespace as long as it lives, as {@code lsns} prints it. */
    public long inode() {
        return inode;
    }

    /** Returns whether both objects stand for the same namespace of the kernel. */
    public boolean isSameAs(Namespace other) {
        return type == other.type && inode == other.inode;
    }

    /** Returns the descriptor, which this object goes on owning. */
    public Descriptor descriptor() {
        return descriptor;
    }

    /**
     * Opens the user namespace that owns this one, which is the one whose capabilities count here. The owner of a user
     * namespace is its parent. See ioctl_ns(2).
     *
     * @return empty if the owner lies above this JVM's own user namespace, or there is none
     * @throws SyscallException if the kernel refuses for another reason
     */
    public Optional<Namespace> owner() {
        return related("owner of " + this, Nsfs.NS_GET_USERNS);
    }

    /**
     * Opens the parent of this user or PID namespace. See ioctl_ns(2).
     *
     * @return empty if the parent lies above this JVM's own namespace, or there is none
     * @throws IllegalStateException for the other types, which have no parents
     * @throws SyscallException if the kernel refuses for another reason
     */
    public Optional<Namespace> parent() {
        checkState(type.isHierarchical(), "only user and pid namespaces have parents, not %s", this);
        return related("parent of " + this, Nsfs.NS_GET_PARENT);
    }

    private Optional<Namespace> related(String what, Constant request) {
        return Nsfs.related("Cannot find the " + what, descriptor, request).map(file -> owning(file, what));
    }

    /**
     * Returns the user who created this user namespace and has all capabilities in it, as an id of this JVM's user
     * namespace. See ioctl_ns(2).
     *
     * @throws IllegalStateException for the other types
     */
    public long ownerUid() {
        checkState(type == NamespaceType.USER, "only user namespaces belong to a user, not %s", this);
        return Nsfs.ownerUid(descriptor).orElseThrow(() -> new IllegalStateException("no owner of " + this));
    }

    /**
     * Runs Java code inside this namespace and returns its result. The code runs on a thread of its own, which ends
     * with it, so the caller and all other threads stay where they are. What the code opens, a socket for example,
     * belongs to this namespace for good and can be used anywhere. Processes and threads that it starts begin inside; a
     * thread that it causes a pool to start stays inside for good. In a mount namespace, paths mean what they mean
     * there, also for classes that are loaded from a directory.
     *
     * <p>If the caller is interrupted, the thread inside is interrupted; the call returns when that thread has ended.
     *
     * <p>Needs {@code CAP_SYS_ADMIN}, in this JVM's user namespace and in the {@linkplain #owner() owning} one.
     *
     * @throws E what the computation throws
     * @throws UnsupportedFeatureException for the types that a JVM cannot enter: user, pid and time
     * @throws SyscallException if the kernel refuses, for example without the privilege (EPERM)
     * @see <a href="https://man7.org/linux/man-pages/man2/setns.2.html">setns(2)</a>
     */
    public <T extends @Nullable Object, E extends Exception> T call(Computation<T, E> computation) throws E {
        type.requirePerThread("enter");
        return NamespaceThread.call("carrel-in-" + type.label() + "-" + inode, () -> {
            enter();
            return computation.compute();
        });
    }

    /**
     * Runs Java code inside this namespace as {@link #call} does, without a result.
     *
     * @throws E what the task throws
     * @throws UnsupportedFeatureException for the types that a JVM cannot enter: user, pid and time
     * @throws SyscallException if the kernel refuses, for example without the privilege (EPERM)
     */
    public <E extends Exception> void run(Task<E> task) throws E {
        this.<@Nullable Void, E>call(() -> {
            task.perform();
            return null;
        });
    }

    private void enter() {
        String doing = "Cannot enter " + this;
        if (type == NamespaceType.MOUNT) {
            // All threads of a process share root and working directory, and this one is about to get others.
            NamespaceCalls.unshare(doing, CloneFlags.CLONE_FS);
        }
        NamespaceCalls.setns(doing, descriptor, type.flag());
    }

    /**
     * Binds this namespace to a file by which it can be opened, and which keeps it alive until it is
     * {@linkplain Namespaces#release(Path) released} or the host restarts. Creates the file; its directory must exist.
     *
     * <p>Needs {@code CAP_SYS_ADMIN} in the user namespace that owns this JVM's mount namespace. A mount namespace can
     * be persisted only on a private mount, and only in an older mount namespace.
     *
     * @throws SyscallException if the file exists (EEXIST), its directory does not (ENOENT), or the kernel refuses to
     *     mount; no new file is left then
     * @see <a href="https://man7.org/linux/man-pages/man2/mount.2.html">mount(2)</a>
     */
    public void persist(Path file) {
        NamespaceFile.at(file).bind(this);
        LOG.debug("Persisted {} on {}", this, file);
    }

    /**
     * Persists this network namespace under a name, where {@code ip netns} finds it: on {@code /run/netns/NAME}. If
     * need be, makes that directory a shared mount first, as {@code ip netns} does. Needs {@code CAP_SYS_ADMIN}; see
     * ip-netns(8).
     *
     * @param name 1 to 255 characters without {@code /}
     * @return the file
     * @throws IllegalStateException for the other types
     * @throws IllegalArgumentException if the text cannot be a name
     * @throws SyscallException as {@link #persist(Path)} throws it
     * @throws KernelFileException if the directory cannot be created
     */
    public Path persist(String name) {
        checkState(type == NamespaceType.NETWORK, "only network namespaces have names, not %s", this);
        Path file = NetworkNames.file(name);
        NetworkNames.prepare();
        persist(file);
        return file;
    }

    /** Closes the descriptor. Later calls do nothing. */
    @Override
    public void close() {
        descriptor.close();
    }

    @Override
    public String toString() {
        return "%s namespace %d".formatted(type.label(), inode);
    }
}

package io.carrel.namespaces;

import io.carrel.linux.UnsupportedFeatureException;
import io.carrel.linux.uapi.CloneFlags;
import io.carrel.linux.uapi.Constant;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/**
 * The kinds of namespace. Every kernel that Carrel supports has all of them, unless it was built without one.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/namespaces.7.html">namespaces(7)</a>
 */
public enum NamespaceType {
    /** Mount points: which file systems a process sees, and where. */
    MOUNT("mnt", CloneFlags.CLONE_NEWNS),
    /** The host name and the NIS domain name. */
    UTS("uts", CloneFlags.CLONE_NEWUTS),
    /** System V IPC objects and POSIX message queues. */
    IPC("ipc", CloneFlags.CLONE_NEWIPC),
    /** Process ids. A process is born into its PID namespace and never changes it. */
    PID("pid", CloneFlags.CLONE_NEWPID, "a process never changes its own, only that of the children it makes later"),
    /** Network links, addresses, routes, sockets, firewall rules. */
    NETWORK("net", CloneFlags.CLONE_NEWNET),
    /** User and group ids, and capabilities. It owns other namespaces. */
    USER("user", CloneFlags.CLONE_NEWUSER, "the kernel refuses a process with more than one thread (EINVAL)"),
    /** Which cgroup is shown as the root. */
    CGROUP("cgroup", CloneFlags.CLONE_NEWCGROUP),
    /** Offsets of the monotonic and the boot-time clock. */
    TIME(
            "time",
            new Constant("CLONE_NEWTIME", 0x80L),
            "the kernel refuses a process with more than one thread (EUSERS)");

    private final String label;
    private final String flagName;
    private final long flag;
    private final String refusal;

    NamespaceType(String label, Constant flag) {
        this(label, flag, "");
    }

    NamespaceType(String label, Constant flag, String refusal) {
        this.label = label;
        this.flagName = flag.name();
        this.flag = flag.value();
        this.refusal = refusal;
    }

    /** Returns the kernel's name: that of the file in {@code /proc/PID/ns}, which {@code lsns} prints, too. */
    public String label() {
        return label;
    }

    /** Returns the bit that stands for this type in {@code clone}, {@code unshare} and {@code setns}. */
    public long cloneFlag() {
        return flag;
    }

    /** Returns whether a single thread of a JVM can create and enter such a namespace. */
    public boolean perThread() {
        return refusal.isEmpty();
    }

    /** Whether the kernel was built with this type. */
    boolean isBuiltIn() {
        return Files.isSymbolicLink(Path.of("/proc/thread-self/ns", label));
    }

    /** Whether such namespaces have parents. */
    boolean isHierarchical() {
        return this == USER || this == PID;
    }

    Constant flag() {
        return new Constant(flagName, flag);
    }

    void requirePerThread(String verb) {
        if (!perThread()) {
            throw new UnsupportedFeatureException(
                    "way for a JVM to %s a %s namespace itself".formatted(verb, label),
                    refusal + ". Start a command inside instead: by NamespaceSet.run if the namespace exists,"
                            + " as a container if it is to be made.");
        }
    }

    /** Returns the type with this {@linkplain #label() label}; empty if there is none. */
    public static Optional<NamespaceType> ofLabel(String label) {
        return Arrays.stream(values()).filter(type -> type.label.equals(label)).findFirst();
    }

    /** The type with this {@linkplain #cloneFlag() flag}. */
    static Optional<NamespaceType> ofCloneFlag(long flag) {
        return Arrays.stream(values()).filter(type -> type.cloneFlag() == flag).findFirst();
    }
}

package io.carrel.namespaces;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.List;

/**
 * A setting of the kernel that belongs to a namespace, so that a container can have its own. Settings of the whole host
 * are refused. Immutable.
 *
 * <p>Settings below {@code net.} can be changed on every kernel. Those of System V and POSIX queues can be changed in a
 * user namespace of the container's own from Linux 6.9 on, or later releases of 6.1, and only where the container has a
 * root, as user 0 or by id maps. Settings below {@code user.} limit what there may be in the container's user
 * namespace: namespaces of each kind, inotify instances and watches. What they allow counts against the limits outside
 * as well.
 *
 * @param name for example {@code net.ipv4.ip_forward}; where a part has dots in it, slashes separate the parts
 * @param value what is written, one line of at most 4095 characters
 * @see <a href="https://docs.kernel.org/admin-guide/sysctl/">sysctl</a>
 */
public record Sysctl(String name, String value) {

    private static final List<String> IPC = List.of(
            "kernel.msgmax",
            "kernel.msgmnb",
            "kernel.msgmni",
            "kernel.sem",
            "kernel.shmall",
            "kernel.shmmax",
            "kernel.shmmni",
            "kernel.shm_rmid_forced");

    /** The first port for which no privilege is needed. */
    public static final String UNPRIVILEGED_PORTS = "net.ipv4.ip_unprivileged_port_start";

    static final String DOMAIN_NAME = "kernel.domainname";

    private static final int LONGEST_VALUE = 4095;

    /**
     * Checks that the setting belongs to a namespace.
     *
     * @throws IllegalArgumentException if it belongs to the whole host, or name or value cannot be those of a setting
     */
    public Sysctl {
        checkArgument(
                name.matches("[A-Za-z0-9_.:/-]+") && !name.contains("..") && !name.contains("//"),
                "not the name of a sysctl: \"%s\"",
                name);
        checkArgument(
                value.length() <= LONGEST_VALUE && value.indexOf('\0') < 0 && value.indexOf('\n') < 0,
                "the value of %s is not one line of at most %s characters",
                name,
                LONGEST_VALUE);
        NamespaceType unused = namespaceOf(dotted(name));
    }

    /** Returns the kind of namespace that the setting belongs to. */
    public NamespaceType namespace() {
        return namespaceOf(dotted(name));
    }

    /** Returns the path of the setting's file below {@code /proc/sys}. */
    public String path() {
        return name.indexOf('/') >= 0 ? name : name.replace('.', '/');
    }

    private static String dotted(String name) {
        return name.replace('/', '.');
    }

    private static NamespaceType namespaceOf(String name) {
        if (name.startsWith("net.")) {
            return NamespaceType.NETWORK;
        }
        if (name.startsWith("user.")) {
            return NamespaceType.USER;
        }
        if (name.equals(DOMAIN_NAME)) {
            return NamespaceType.UTS;
        }
        checkArgument(!name.equals("kernel.hostname"), "the host name is set by hostname(...), not by a sysctl");
        checkArgument(
                IPC.contains(name) || name.startsWith("fs.mqueue."),
                "%s belongs to the whole host, so a container cannot have its own value of it",
                name);
        return NamespaceType.IPC;
    }
}

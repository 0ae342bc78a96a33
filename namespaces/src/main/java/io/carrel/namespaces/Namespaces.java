package io.carrel.namespaces;

import io.carrel.linux.Descriptor;
import io.carrel.linux.KernelFileException;
import io.carrel.linux.SyscallException;
import io.carrel.linux.binding.Kernel;
import io.carrel.linux.uapi.Fcntl;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The namespaces of this host: those of a process, those with a name, all of them. Thread-safe. */
public final class Namespaces {

    private Namespaces() {}

    /**
     * Opens all namespaces of the calling thread. Any user may do this.
     *
     * @throws SyscallException if a file in {@code /proc} cannot be opened
     */
    public static NamespaceSet current() {
        return open("the calling thread", Path.of("/proc/thread-self/ns"));
    }

    /**
     * Opens all namespaces of one process. They stay open when the process ends, but once the first process of a PID
     * namespace has ended, no other can start there. For another user's process this needs {@code CAP_SYS_PTRACE}.
     *
     * @throws SyscallException if there is no such process (ENOENT), or this one may not look at it (EACCES)
     */
    public static NamespaceSet of(long pid) {
        return open("process " + pid, Path.of("/proc", Long.toString(pid), "ns"));
    }

    /**
     * Through one descriptor of the directory, so that all are of one process even if it ends and its pid is given
     * anew.
     */
    private static NamespaceSet open(String whose, Path directory) {
        String doing = "Cannot open the namespaces of " + whose;
        List<Namespace> opened = new ArrayList<>();
        try (Descriptor handle = Kernel.open(doing, directory.toString(), Fcntl.O_PATH)) {
            for (NamespaceType type : NamespaceType.values()) {
                if (type.isBuiltIn()) {
                    opened.add(Namespace.open(doing, handle.path().resolve(type.label())));
                }
            }
            return NamespaceSet.of(opened);
        } catch (RuntimeException e) {
            opened.forEach(Namespace::close);
            throw e;
        }
    }

    /**
     * Opens the network namespace that {@code ip netns} knows by this name. See ip-netns(8).
     *
     * @throws SyscallException if there is none (ENOENT)
     * @throws IllegalArgumentException if the text cannot be a name, or the file of that name does not refer to a
     *     namespace
     */
    public static Namespace named(String name) {
        return Namespace.open(NetworkNames.file(name));
    }

    /**
     * Takes a {@linkplain Namespace#persist(Path) persisted} namespace off its file and deletes the file. The namespace
     * lives on where it is used otherwise. Needs {@code CAP_SYS_ADMIN}, as persisting does.
     *
     * @throws SyscallException if the file does not exist (ENOENT) or the kernel refuses
     * @throws IllegalArgumentException if no namespace is mounted on the file, or the file is a symbolic link; nothing
     *     has changed then
     * @throws KernelFileException if the file cannot be deleted afterwards
     */
    public static void release(Path file) {
        NamespaceFile.at(file).release();
    }

    /**
     * Returns the names of all network namespaces that have one, sorted, as {@code ip netns list} shows them. Any user
     * may do this.
     *
     * @throws KernelFileException if the directory cannot be read
     */
    public static List<String> names() {
        return NetworkNames.all();
    }

    /**
     * Releases a {@linkplain Namespace#persist(String) named} network namespace, as {@code ip netns delete} does. Needs
     * {@code CAP_SYS_ADMIN}.
     *
     * @throws SyscallException if there is none (ENOENT) or the kernel refuses
     * @throws IllegalArgumentException if the text cannot be a name, or no namespace is mounted on the file of that
     *     name
     * @throws KernelFileException if the file cannot be deleted afterwards
     */
    public static void release(String name) {
        release(NetworkNames.file(name));
    }

    /**
     * Lists all namespaces that this process can find: through the processes that it may look at, through its mounts,
     * and through what those namespaces belong to. They come in the order of their numbers, as {@code lsns} prints
     * them. An ordinary user sees those of their own processes.
     *
     * <p>This is a snapshot, and it takes time: about ten file operations for each process. What ends meanwhile is left
     * out.
     *
     * @throws KernelFileException if {@code /proc} cannot be read
     */
    public static List<NamespaceInfo> list() {
        return new NamespaceScan().all();
    }
}

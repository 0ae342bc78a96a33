package io.carrel.internal.inspect;

import io.carrel.linux.Descriptor;
import io.carrel.linux.KernelFile;
import io.carrel.linux.KernelFileException;
import io.carrel.linux.binding.MountInfo;
import io.carrel.linux.binding.ProcessCalls;
import io.carrel.linux.binding.ProcessStatus;
import io.carrel.namespaces.IdMap;
import io.carrel.namespaces.Namespace;
import io.carrel.namespaces.NamespaceType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * A container's command, as the host's {@code /proc} shows it.
 *
 * @param pid its pid on the host
 */
public record CommandProcess(long pid) {

    /**
     * The first child of a container's init or supervisor.
     *
     * @throws IllegalStateException if it has ended
     */
    public static CommandProcess under(long supervisor) {
        Path children = Path.of("/proc/%1$d/task/%1$d/children".formatted(supervisor));
        String first = readChildren(children, supervisor).strip().split(" ", 2)[0];
        if (first.isEmpty()) {
            throw new IllegalStateException("the command has ended");
        }
        return new CommandProcess(Long.parseLong(first));
    }

    /**
     * Sends a signal to the first child of a container's init or supervisor: one that those cannot forward, as they
     * would be stopped by it themselves.
     *
     * @param isThere whether the init or supervisor has not been reaped, and its pid is its own
     * @return false if there is nobody to get it
     */
    public static boolean signal(long supervisor, int signal, BooleanSupplier isThere) {
        try {
            CommandProcess command = under(supervisor);
            try (Descriptor process = ProcessCalls.pidfd(command.pid)) {
                return under(supervisor).equals(command)
                        && isThere.getAsBoolean()
                        && ProcessCalls.sendSignal(process, signal);
            }
        } catch (IllegalStateException ended) {
            return false;
        }
    }

    private static String readChildren(Path children, long supervisor) {
        try {
            return read(children);
        } catch (KernelFileException e) {
            if (!Files.exists(Path.of("/proc", Long.toString(supervisor)))) {
                throw new IllegalStateException("the command has ended", e);
            }
            throw e;
        }
    }

    /** Its state. */
    public ProcessStatus status() {
        return ProcessStatus.of(Long.toString(pid));
    }

    /** Its mounts. */
    public List<MountInfo> mounts() {
        return MountInfo.parse(read(file("mountinfo")));
    }

    /** The content of one of its id map files. */
    public IdMap idMap(String name) {
        return IdMap.parse(read(file(name)));
    }

    /** The kinds of namespace in which it and the calling thread differ. */
    public Set<NamespaceType> isolated() {
        Set<NamespaceType> isolated = EnumSet.noneOf(NamespaceType.class);
        for (NamespaceType type : NamespaceType.values()) {
            try (Namespace own = Namespace.current(type);
                    Namespace other = Namespace.of(pid, type)) {
                if (!own.isSameAs(other)) {
                    isolated.add(type);
                }
            }
        }
        return isolated;
    }

    private Path file(String name) {
        return Path.of("/proc", Long.toString(pid), name);
    }

    private static String read(Path file) {
        try {
            return KernelFile.read(file);
        } catch (IOException e) {
            throw new KernelFileException("Cannot read what is in force in a container", file.toString(), "", e);
        }
    }
}

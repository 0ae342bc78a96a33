package io.carrel.namespaces;

import com.google.common.collect.ImmutableList;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** What {@link Namespaces#list} has found out about one namespace. Immutable. */
public final class NamespaceInfo {

    private static final long UNKNOWN = 0;

    private final NamespaceType type;
    private final long inode;
    private final long owner;
    private final long parent;
    private final int processCount;
    private final @Nullable Member firstProcess;
    private final ImmutableList<Path> files;

    /** Zero means unknown for {@code owner} and {@code parent}. */
    NamespaceInfo(
            NamespaceLink link,
            long owner,
            long parent,
            int processCount,
            @Nullable Member firstProcess,
            Collection<Path> files) {
        this.type = link.type();
        this.inode = link.inode();
        this.owner = owner;
        this.parent = parent;
        this.processCount = processCount;
        this.firstProcess = firstProcess;
        this.files = ImmutableList.copyOf(files);
    }

    /**
     * A process in a namespace.
     *
     * @param pid its pid
     * @param user the name of its user, or the number of one without a name
     * @param command its command line with blanks between the arguments; for one without, such as a kernel thread, its
     *     name
     */
    public record Member(long pid, String user, String command) {

        /** From the content of {@code /proc/PID/cmdline}, where a NUL ends each argument, and {@code comm}. */
        static String command(String arguments, String name) {
            String line = arguments.replace('\0', ' ').strip();
            return line.isEmpty() ? name.strip() : line;
        }
    }

    /** Returns the kind of namespace. */
    public NamespaceType type() {
        return type;
    }

    /** Returns the number that identifies the namespace. */
    public long inode() {
        return inode;
    }

    /** Returns the number of the user namespace that owns this one; empty if this process may not see it. */
    public OptionalLong owner() {
        return known(owner);
    }

    /**
     * Returns the number of the parent of a user or PID namespace; empty if this process may not see it, or there is
     * none.
     */
    public OptionalLong parent() {
        return known(parent);
    }

    private static OptionalLong known(long inode) {
        return inode == UNKNOWN ? OptionalLong.empty() : OptionalLong.of(inode);
    }

    /** Returns how many processes were seen inside. Those in the children of a PID namespace are not counted. */
    public int processCount() {
        return processCount;
    }

    /** Returns the process inside with the lowest pid; empty if none was seen. */
    public Optional<Member> firstProcess() {
        return Optional.ofNullable(firstProcess);
    }

    /**
     * Returns the files on which the namespace is {@linkplain Namespace#persist(Path) persisted}, as far as this
     * process sees mounts.
     */
    public List<Path> files() {
        return files;
    }

    @Override
    public String toString() {
        return "%d %s: %d processes%s%s"
                .formatted(
                        inode,
                        type.label(),
                        processCount,
                        firstProcess == null ? "" : ", " + firstProcess,
                        files.isEmpty() ? "" : ", " + files);
    }
}

package io.carrel.namespaces;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableList;
import io.carrel.linux.ContainerException;
import io.carrel.linux.SetupException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Open namespaces, at most one of each type, for a command to run in; those of the other types the command shares with
 * this JVM. Unlike a thread of this JVM, a command can be started in a user, PID or time namespace as well.
 *
 * <p>Immutable. Closing the set closes its namespaces; sets that come from one another share theirs.
 *
 * @see <a href="https://man7.org/linux/man-pages/man1/nsenter.1.html">nsenter(1)</a>
 */
public final class NamespaceSet implements AutoCloseable {

    private final Map<NamespaceType, Namespace> namespaces;

    private NamespaceSet(Map<NamespaceType, Namespace> namespaces) {
        this.namespaces = namespaces;
    }

    /**
     * Creates a set of these namespaces, and owns them from now on.
     *
     * @throws IllegalArgumentException if two are of the same type
     */
    public static NamespaceSet of(Namespace... namespaces) {
        return of(ImmutableList.copyOf(namespaces));
    }

    /**
     * Creates a set of these namespaces, and owns them from now on.
     *
     * @throws IllegalArgumentException if two are of the same type
     */
    public static NamespaceSet of(Iterable<Namespace> namespaces) {
        Map<NamespaceType, Namespace> map = new EnumMap<>(NamespaceType.class);
        for (Namespace namespace : namespaces) {
            Namespace other = map.put(namespace.type(), namespace);
            checkArgument(other == null, "two namespaces of one type: %s and %s", other, namespace);
        }
        return new NamespaceSet(map);
    }

    /**
     * Returns this set with {@code namespace} in place of the one of its type, if there is one; that one is not closed.
     */
    public NamespaceSet with(Namespace namespace) {
        Map<NamespaceType, Namespace> map = new EnumMap<>(namespaces);
        map.put(namespace.type(), namespace);
        return new NamespaceSet(map);
    }

    /** Returns this set without those types. What is left out is not closed. */
    public NamespaceSet without(NamespaceType... types) {
        Map<NamespaceType, Namespace> map = new EnumMap<>(namespaces);
        map.keySet().removeAll(ImmutableList.copyOf(types));
        return new NamespaceSet(map);
    }

    /** Returns this set with those types only. What is left out is not closed. */
    public NamespaceSet only(NamespaceType... types) {
        Map<NamespaceType, Namespace> map = new EnumMap<>(namespaces);
        map.keySet().retainAll(ImmutableList.copyOf(types));
        return new NamespaceSet(map);
    }

    /** Returns the types of the namespaces in the set. */
    public Set<NamespaceType> types() {
        return Set.copyOf(namespaces.keySet());
    }

    /** Returns the namespace of that type; empty if the set has none. */
    public Optional<Namespace> namespace(NamespaceType type) {
        return Optional.ofNullable(namespaces.get(type));
    }

    /** Returns the namespaces in the set, in the order of their types. */
    public List<Namespace> namespaces() {
        return ImmutableList.copyOf(namespaces.values());
    }

    /**
     * Prepares a command to run in these namespaces.
     *
     * @throws IllegalArgumentException if the command is empty
     */
    public NamespaceCommand command(String... command) {
        return command(ImmutableList.copyOf(command));
    }

    /**
     * Prepares a command to run in these namespaces, as {@link #command(String...)} does.
     *
     * @throws IllegalArgumentException if the command is empty
     */
    public NamespaceCommand command(List<String> command) {
        return new NamespaceCommand(this, command);
    }

    /**
     * Starts a command in these namespaces, with pipes to and from it, as {@link ProcessBuilder#start} does. Returns
     * when the command runs. See {@link NamespaceCommand} for its user, environment and directory, and for more
     * options.
     *
     * @throws IllegalArgumentException if the command is empty
     * @throws SetupException if a namespace cannot be entered or the command cannot be executed; nothing is left then
     * @throws ContainerException if something fails before that
     */
    public Process start(List<String> command) {
        return command(command).start();
    }

    /**
     * Runs a command in these namespaces with this JVM's standard streams, and waits for its end.
     *
     * @return its exit code, or 128 and the number of the signal that killed it
     * @throws IllegalArgumentException if the command is empty
     * @throws SetupException if a namespace cannot be entered or the command cannot be executed; nothing is left then
     * @throws ContainerException if something fails before that
     * @throws InterruptedException if this thread is interrupted; the command is killed then
     */
    public int run(List<String> command) throws InterruptedException {
        return command(command).run();
    }

    /** Closes every namespace of the set. Later calls do nothing. */
    @Override
    public void close() {
        namespaces.values().forEach(Namespace::close);
    }

    @Override
    public String toString() {
        return namespaces.values().toString();
    }
}

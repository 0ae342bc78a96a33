package io.carrel.internal.spec;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.Sets;
import io.carrel.namespaces.NamespaceType;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Which namespaces a container is in; of the types that are neither created nor joined, in those of this JVM.
 * Immutable.
 *
 * @param created the types of those that are made for it
 * @param joined those that it is put into, of each type one at most
 */
public record NamespacesSpec(Set<NamespaceType> created, List<JoinedNamespace> joined) {

    /** All of this JVM's. */
    public static final NamespacesSpec SHARED = new NamespacesSpec(Set.of(), List.of());

    /** New ones of all types but time. */
    public static final NamespacesSpec NEW =
            new NamespacesSpec(Sets.difference(Set.of(NamespaceType.values()), Set.of(NamespaceType.TIME)), List.of());

    /** Sorts both. */
    public NamespacesSpec {
        created = Sets.immutableEnumSet(created);
        joined = ImmutableList.sortedCopyOf((one, other) -> one.type().compareTo(other.type()), joined);
    }

    /** The same with a new one of this type. */
    public NamespacesSpec isolate(NamespaceType type) {
        checkNotTime(type);
        return new NamespacesSpec(Sets.union(created, Set.of(type)), without(type));
    }

    /** The same with this JVM's of this type. */
    public NamespacesSpec share(NamespaceType type) {
        return new NamespacesSpec(Sets.difference(created, Set.of(type)), without(type));
    }

    /** The same with this one. */
    public NamespacesSpec join(JoinedNamespace namespace) {
        NamespaceType type = namespace.type();
        checkNotTime(type);
        return new NamespacesSpec(
                Sets.difference(created, Set.of(type)),
                Stream.concat(without(type).stream(), Stream.of(namespace)).toList());
    }

    private List<JoinedNamespace> without(NamespaceType type) {
        return joined.stream().filter(namespace -> namespace.type() != type).toList();
    }

    /** Whether the container gets a namespace of its own of this type. */
    public boolean creates(NamespaceType type) {
        return created.contains(type);
    }

    /** Whether the container is put into an existing namespace of this type. */
    public boolean joins(NamespaceType type) {
        return joined.stream().anyMatch(namespace -> namespace.type() == type);
    }

    private static void checkNotTime(NamespaceType type) {
        checkArgument(type != NamespaceType.TIME, "time namespaces are not supported");
    }
}

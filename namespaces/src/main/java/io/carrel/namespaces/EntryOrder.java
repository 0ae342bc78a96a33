package io.carrel.namespaces;

import com.google.common.collect.ImmutableList;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The order in which namespaces can be entered. Entering a user namespace gives capabilities in it and takes all
 * others, so what belongs to it (or to one below) comes after it, and what belongs to somebody else before, while this
 * JVM's capabilities last. Mounts come last on each side.
 */
final class EntryOrder {

    private static final ImmutableList<NamespaceType> INNER_ORDER = ImmutableList.of(
            NamespaceType.CGROUP,
            NamespaceType.IPC,
            NamespaceType.UTS,
            NamespaceType.NETWORK,
            NamespaceType.TIME,
            NamespaceType.PID,
            NamespaceType.MOUNT);

    private EntryOrder() {}

    /** Leaves out what the caller is in already: for a user namespace the kernel would refuse (EINVAL). */
    static List<Namespace> of(List<Namespace> namespaces) {
        List<Namespace> other =
                namespaces.stream().filter(namespace -> !isCurrent(namespace)).toList();
        Optional<Namespace> user = other.stream()
                .filter(namespace -> namespace.type() == NamespaceType.USER)
                .findFirst();
        List<Namespace> before = new ArrayList<>();
        List<Namespace> after = new ArrayList<>();
        for (NamespaceType type : INNER_ORDER) {
            for (Namespace namespace : other) {
                if (namespace.type() == type) {
                    (user.isPresent() && belongsTo(namespace, user.get()) ? after : before).add(namespace);
                }
            }
        }
        user.ifPresent(before::add);
        before.addAll(after);
        return before;
    }

    private static boolean isCurrent(Namespace namespace) {
        try (Namespace own = Namespace.current(namespace.type())) {
            return own.isSameAs(namespace);
        }
    }

    private static boolean belongsTo(Namespace namespace, Namespace user) {
        Optional<Namespace> owner = namespace.owner();
        if (owner.isEmpty()) {
            return false;
        }
        try (Namespace above = owner.get()) {
            return above.isSameAs(user) || belongsTo(above, user);
        }
    }
}

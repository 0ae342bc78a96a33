package io.carrel.internal.spec;

import io.carrel.namespaces.NamespaceType;

/**
 * What keeps a command in its container. Immutable.
 *
 * @param namespaces the namespaces that it is in
 * @param rights what it may do there
 * @param init whether an init process supervises it
 */
public record IsolationSpec(NamespacesSpec namespaces, Rights rights, boolean init) {

    /** Whether the container's first process is an init, which nothing but the end of all ends. */
    public boolean hasInit() {
        return init && namespaces.creates(NamespaceType.PID);
    }
}

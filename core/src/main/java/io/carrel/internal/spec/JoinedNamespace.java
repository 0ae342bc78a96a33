package io.carrel.internal.spec;

import io.carrel.linux.Descriptor;
import io.carrel.namespaces.Namespace;
import io.carrel.namespaces.NamespaceType;

/**
 * A namespace that a container is put into. It is the same for the same namespace of the kernel's, whoever has opened
 * it; the one that was given must stay open until the last start. Immutable.
 */
public final class JoinedNamespace {

    private final Namespace opened;

    /** This one. */
    public JoinedNamespace(Namespace opened) {
        this.opened = opened;
    }

    /** Its kind. */
    public NamespaceType type() {
        return opened.type();
    }

    /** What a launcher gets of it. */
    public Descriptor descriptor() {
        return opened.descriptor();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof JoinedNamespace joined && joined.opened.isSameAs(opened);
    }

    @Override
    public int hashCode() {
        return Long.hashCode(opened.inode());
    }

    @Override
    public String toString() {
        return opened.toString();
    }
}

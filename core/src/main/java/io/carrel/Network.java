package io.carrel;

import static com.google.common.base.Preconditions.checkArgument;

import io.carrel.namespaces.Namespace;
import io.carrel.namespaces.NamespaceType;

/** What a container can reach. Immutable. */
public sealed interface Network {

    /** Nothing but itself: a network namespace with {@code lo}, which is up. */
    static Network none() {
        return new None();
    }

    /** The host's network as this JVM has it, also its abstract Unix sockets. */
    static Network host() {
        return new Host();
    }

    /** An existing network namespace, which must stay open until the last start. */
    static Network join(Namespace network) {
        return new Join(network);
    }

    /** See {@link Network#none()}. */
    record None() implements Network {}

    /** See {@link Network#host()}. */
    record Host() implements Network {}

    /**
     * See {@link Network#join(Namespace)}.
     *
     * @param namespace a network namespace
     */
    record Join(Namespace namespace) implements Network {

        /** Checks the type. */
        public Join {
            checkArgument(namespace.type() == NamespaceType.NETWORK, "not a network namespace: %s", namespace);
        }
    }
}

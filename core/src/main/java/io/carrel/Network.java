package io.carrel;

import static com.google.common.base.Preconditions.checkArgument;

import io.carrel.namespaces.Namespace;
import io.carrel.namespaces.NamespaceType;
import io.carrel.netns.Egress;

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

    /**
     * Names of the outside alone, as in {@code Network.egress(Egress.allow("repo.example.org:443", "*.example.net"))}. Inside there
     * is {@code lo}, on which a name server answers for these names only, and what leads to them; the variables for proxies
     * are set as well. Works for an ordinary user.
     */
    static Network egress(Egress allowed) {
        return new To(allowed);
    }

    /** See {@link Network#none()}. */
    record None() implements Network {}

    /**
     * See {@link Network#egress}.
     *
     * @param allowed what may be reached
     */
    record To(Egress allowed) implements Network {}

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

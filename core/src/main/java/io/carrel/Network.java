package io.carrel;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableList;
import io.carrel.fs.Storage;
import io.carrel.namespaces.Namespace;
import io.carrel.namespaces.NamespaceType;
import io.carrel.netns.Egress;
import io.carrel.netns.UserMode;
import io.carrel.netns.bridge.BridgeNetwork;
import io.carrel.netns.bridge.Endpoint;
import java.net.InetAddress;
import java.util.List;
import java.util.function.UnaryOperator;

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

    /**
     * An existing network namespace, which must stay open until the last start.
     *
     * <p>What a command may do there depends on the user namespace that owns it: its own capabilities count only in its own user
     * namespace, which the container makes anew unless told otherwise. So {@code NET_ADMIN} and {@code NET_RAW} need
     * {@link ContainerBuilder#share share(NamespaceType.USER)}, or the owning user namespace joined as well, and without that
     * {@link ContainerBuilder#build} refuses them. Ports below 1024 and pings need none in what {@code NetworkNamespace.create()} makes.
     */
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

    /**
     * All that the host can reach, but nothing on the host's loopback, for an ordinary user as well: a program by the side of the
     * container, {@code pasta} or {@code slirp4netns}, connects its network to the host's. It has to be installed, in a
     * directory of PATH, and ends with the container. Names are answered by the JVM, as the host's name servers know them.
     *
     * @param programs those that may do it, the first of them that is installed; without any pasta and then slirp4netns
     */
    static Network userMode(UserMode... programs) {
        return new User(programs.length == 0 ? List.of(UserMode.values()) : List.of(programs));
    }

    /**
     * A network that containers share, by its name, with addresses of their own; see {@link io.carrel.netns.bridge.Networks}. Needs
     * root. The network must be there before the start. It is one of those in {@link Storage#standard()}.
     */
    static Bridge bridge(String name) {
        return bridge(Storage.standard(), name);
    }

    /** The same with a network that is noted elsewhere. */
    static Bridge bridge(Storage storage, String name) {
        return new Bridge(storage, List.of(new Membership(name, Endpoint.first())));
    }

    /**
     * What a container is on one network.
     *
     * @param network the network's name
     * @param endpoint its link there
     */
    record Membership(String network, Endpoint endpoint) {

        /** Checks the name. */
        public Membership {
            network = BridgeNetwork.of(network).name();
        }
    }

    /**
     * See {@link Network#bridge(String)}. Immutable.
     *
     * @param storage where the networks are noted
     * @param memberships the networks; the way to everywhere else leads through the first
     */
    record Bridge(Storage storage, List<Membership> memberships) implements Network {

        /** Copies the list. */
        public Bridge {
            memberships = ImmutableList.copyOf(memberships);
            checkArgument(!memberships.isEmpty(), "a container is on one network at least");
        }

        /** The same with this address on the network that was named last. */
        public Bridge withAddress(InetAddress address) {
            return withLast(endpoint -> endpoint.withAddress(address));
        }

        /** The same with these names, by which others on the network that was named last find the container. */
        public Bridge withNames(String... names) {
            return withLast(endpoint -> endpoint.withNames(List.of(names)));
        }

        private Bridge withLast(UnaryOperator<Endpoint> change) {
            int last = memberships.size() - 1;
            Membership changed = new Membership(
                    memberships.get(last).network(),
                    change.apply(memberships.get(last).endpoint()));
            return new Bridge(
                    storage,
                    ImmutableList.<Membership>builder()
                            .addAll(memberships.subList(0, last))
                            .add(changed)
                            .build());
        }

        /** The same on one more network. */
        public Bridge and(String network) {
            Endpoint further = Endpoint.further("eth" + memberships.size());
            return new Bridge(
                    storage,
                    ImmutableList.<Membership>builder()
                            .addAll(memberships)
                            .add(new Membership(network, further))
                            .build());
        }
    }

    /** See {@link Network#none()}. */
    record None() implements Network {}

    /**
     * See {@link Network#egress}.
     *
     * @param allowed what may be reached
     */
    record To(Egress allowed) implements Network {}

    /**
     * See {@link Network#userMode}.
     *
     * @param programs those that may connect it, in the order in which they are looked for
     */
    record User(List<UserMode> programs) implements Network {

        /** Copies the list. */
        public User {
            programs = ImmutableList.copyOf(programs);
            checkArgument(!programs.isEmpty(), "user mode needs a program at least");
        }
    }

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

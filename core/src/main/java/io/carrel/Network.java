package io.carrel;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import com.google.common.collect.ImmutableList;
import io.carrel.fs.Storage;
import io.carrel.internal.network.NetworkMode;
import io.carrel.internal.network.UserNetworkMode;
import io.carrel.namespaces.Namespace;
import io.carrel.namespaces.NamespaceType;
import io.carrel.netns.Egress;
import io.carrel.netns.UserMode;
import io.carrel.netns.bridge.Endpoint;
import io.carrel.netns.bridge.Membership;
import java.net.InetAddress;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** What a container can reach. Immutable. */
public abstract sealed class Network {

    private Network() {}

    /** Nothing but itself: a network namespace with {@code lo}, which is up. */
    public static Network none() {
        return new Of(new NetworkMode.None());
    }

    /** The host's network as this JVM has it, also its abstract Unix sockets. */
    public static Network host() {
        return new Of(new NetworkMode.Host());
    }

    /**
     * An existing network namespace, which must stay open until the last start.
     *
     * <p>What a command may do there depends on the user namespace that owns it: its own capabilities count only in its own user
     * namespace, which the container makes anew unless told otherwise. So {@code NET_ADMIN} and {@code NET_RAW} need
     * {@link ContainerBuilder#share share(NamespaceType.USER)}, or the owning user namespace joined as well, and without that
     * {@link ContainerBuilder#build} refuses them. Ports below 1024 and pings need none in what {@code NetworkNamespace.create()} makes.
     */
    public static Network join(Namespace network) {
        checkArgument(network.type() == NamespaceType.NETWORK, "not a network namespace: %s", network);
        return new Of(NetworkMode.Joined.of(network));
    }

    /**
     * Names of the outside alone, as in {@code Network.egress(Egress.allow("repo.example.org:443", "*.example.net"))}. Inside there
     * is {@code lo}, on which a name server answers for these names only, and what leads to them; the variables for proxies
     * are set as well. Works for an ordinary user.
     */
    public static Network egress(Egress allowed) {
        return new Of(new NetworkMode.Relayed(requireNonNull(allowed, "allowed")));
    }

    /**
     * All that the host can reach, but nothing on the host's loopback, for an ordinary user as well: a program by the side of the
     * container, {@code pasta} or {@code slirp4netns}, connects its network to the host's. It has to be installed, in a
     * directory of PATH, and ends with the container. Names are answered by the JVM, as the host's name servers know them.
     *
     * @param programs those that may do it, the first of them that is installed; without any pasta and then slirp4netns
     */
    public static Network userMode(UserMode... programs) {
        return new Of(UserNetworkMode.wanted(programs.length == 0 ? List.of(UserMode.values()) : List.of(programs)));
    }

    /**
     * A network that containers share, by its name, with addresses of their own; see {@link io.carrel.netns.bridge.Networks}. Needs
     * root. The network must be there before the start. It is one of those in {@link Storage#standard()}.
     */
    public static Bridge bridge(String name) {
        return bridge(Storage.standard(), name);
    }

    /** The same with a network that is noted elsewhere. */
    public static Bridge bridge(Storage storage, String name) {
        return new Bridge(storage, List.of(new Membership(name, Endpoint.first())));
    }

    /** See {@link Network#bridge(String)}. Immutable. */
    public static final class Bridge extends Network {

        private final Storage storage;
        private final List<Membership> memberships;

        private Bridge(Storage storage, List<Membership> memberships) {
            this.storage = requireNonNull(storage, "storage");
            this.memberships = ImmutableList.copyOf(memberships);
        }

        /** Where the networks are noted. */
        public Storage storage() {
            return storage;
        }

        /** The networks, one at least; the way to everywhere else leads through the first. */
        public List<Membership> memberships() {
            return memberships;
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

        @Override
        NetworkMode mode() {
            return new NetworkMode.Bridged(storage, memberships);
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Bridge bridge
                    && bridge.storage.equals(storage)
                    && bridge.memberships.equals(memberships);
        }

        @Override
        public int hashCode() {
            return Objects.hash(storage, memberships);
        }

        @Override
        public String toString() {
            return "Bridge" + memberships;
        }
    }

    /** What this means for a container. */
    abstract NetworkMode mode();

    /** One about which there is nothing else to say. */
    private static final class Of extends Network {

        private final NetworkMode mode;

        Of(NetworkMode mode) {
            this.mode = mode;
        }

        @Override
        NetworkMode mode() {
            return mode;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Of of && of.mode.equals(mode);
        }

        @Override
        public int hashCode() {
            return mode.hashCode();
        }

        @Override
        public String toString() {
            return mode.toString();
        }
    }
}

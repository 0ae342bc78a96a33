package io.carrel;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import com.google.common.collect.ImmutableList;
import io.carrel.fs.Storage;
import io.carrel.internal.network.NetworkMode;
import io.carrel.internal.network.RelayedMode;
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

    /**
     * Returns a network of the container's own with nothing but {@code lo}, which is switched on. Any user may have it.
     * This is the default.
     */
    public static Network none() {
        return new Of(new NetworkMode.None());
    }

    /**
     * Returns the host's network as this JVM has it, its abstract Unix sockets included. Any user may have it; see
     * unix(7).
     */
    public static Network host() {
        return new Of(new NetworkMode.Host());
    }

    /**
     * Returns an existing network namespace, which must stay open until the last start.
     *
     * <p>What a command may do there depends on the user namespace that owns it: the command's capabilities count only
     * in its own user namespace, which is a new one unless told otherwise. Therefore {@code NET_ADMIN} and
     * {@code NET_RAW} need {@link ContainerBuilder#share share(NamespaceType.USER)}, or the owning user namespace
     * joined as well; without that {@link ContainerBuilder#build} refuses them. Ports below 1024 and pings need no
     * capability in what {@code NetworkNamespace.create()} creates.
     *
     * @throws IllegalArgumentException if the namespace is of another type
     */
    public static Network join(Namespace network) {
        checkArgument(network.type() == NamespaceType.NETWORK, "not a network namespace: %s", network);
        return new Of(NetworkMode.Joined.of(network));
    }

    /**
     * Returns a way to certain names outside, and to nothing else, as in
     * {@code Network.egress(Egress.allow("repo.example.org:443", "*.example.net"))}. Inside there is {@code lo}, with a
     * name server that answers for these names only, and what leads to them; the variables for proxies are set as well.
     * Any user may have it.
     */
    public static Network egress(Egress allowed) {
        return new Of(new RelayedMode(requireNonNull(allowed, "allowed")));
    }

    /**
     * Returns all that the host can reach, except what is on the host's loopback. A helper process next to the
     * container, {@code pasta} or {@code slirp4netns}, connects its network to the host's and ends with it. Any user
     * may have it, but the program has to be installed, in a directory of {@code PATH}. Names are answered by the JVM,
     * as the host's name servers know them. See pasta(1) and slirp4netns(1).
     *
     * @param programs the programs that may do it, of which the first installed one does; by default pasta, then
     *     slirp4netns
     */
    public static Network userMode(UserMode... programs) {
        return new Of(UserNetworkMode.wanted(programs.length == 0 ? List.of(UserMode.values()) : List.of(programs)));
    }

    /**
     * Returns a network that containers share, with addresses of their own; see
     * {@link io.carrel.netns.bridge.Networks}. Needs root. The network must exist before the start; it is one of those
     * in {@link Storage#standard()}.
     *
     * @throws IllegalArgumentException if no network can have the name
     */
    public static Bridge bridge(String name) {
        return bridge(Storage.standard(), name);
    }

    /**
     * Returns a network that containers share, one of those in this storage. Needs root.
     *
     * @throws IllegalArgumentException if no network can have the name
     */
    public static Bridge bridge(Storage storage, String name) {
        return new Bridge(storage, List.of(new Membership(name, Endpoint.first())));
    }

    /**
     * One or several networks that containers share, with the container's place on them. Immutable. See
     * {@link Network#bridge(String)}.
     */
    public static final class Bridge extends Network {

        private final Storage storage;
        private final List<Membership> memberships;

        private Bridge(Storage storage, List<Membership> memberships) {
            this.storage = requireNonNull(storage, "storage");
            this.memberships = ImmutableList.copyOf(memberships);
        }

        /** Returns the storage in which the networks are noted. */
        public Storage storage() {
            return storage;
        }

        /** Returns the networks, at least one. The default route leads through the first. */
        public List<Membership> memberships() {
            return memberships;
        }

        /** Returns a copy with this address on the network that was named last. */
        public Bridge withAddress(InetAddress address) {
            return withLast(endpoint -> endpoint.withAddress(address));
        }

        /**
         * Returns a copy with these names, by which others on the network that was named last find the container.
         *
         * @throws IllegalArgumentException if no host can have one of them
         */
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

        /**
         * Returns a copy with one more network.
         *
         * @throws IllegalArgumentException if no network can have the name
         */
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

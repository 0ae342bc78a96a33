package io.carrel.netns;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import io.carrel.namespaces.Namespace;
import io.carrel.netns.netlink.Request;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A link to be created. Immutable.
 *
 * @param name its name, at most 15 bytes
 * @param kind what it is
 * @param traits what it has of its own
 * @param place where it will be
 * @param isUp whether it is switched on at once
 * @see <a href="https://man7.org/linux/man-pages/man8/ip-link.8.html">ip-link(8)</a>
 */
public record NewLink(String name, Kind kind, Traits traits, Place place, boolean isUp) {

    private static final int LONGEST_NAME = 15;

    /**
     * What a link has of its own. Immutable.
     *
     * @param index the number it will have; 0 for the next free one
     * @param mtu the largest packet in bytes; 0 for the kind's default
     * @param mac its address; null for a random one
     */
    public record Traits(int index, long mtu, @Nullable MacAddress mac) {}

    /**
     * Where a link will be. Immutable.
     *
     * @param master the bridge that it becomes a port of; 0 for none
     * @param namespace its network namespace; null for the one in which it is created
     */
    public record Place(int master, @Nullable Namespace namespace) {}

    /** What a link is, with what only links of this kind have. Immutable. */
    public sealed interface Kind {}

    /** A virtual switch. */
    public record Bridge() implements Kind {}

    /** A link that discards what it is given. */
    public record Dummy() implements Kind {}

    /**
     * One end of a virtual cable, with the other one. See veth(4).
     *
     * @param peer the other end, a {@link Peer}
     */
    public record Veth(NewLink peer) implements Kind {
        /**
         * Checks the peer.
         *
         * @throws IllegalArgumentException if it is of another kind
         */
        public Veth {
            checkArgument(peer.kind() instanceof Peer, "the other end is a peer, not a %s", peer);
        }
    }

    /** The other end of a virtual cable. */
    public record Peer() implements Kind {}

    /**
     * A link with an address of its own on another link. Those of the same lower link reach each other.
     *
     * @param lower the index of the other link
     */
    public record Macvlan(int lower) implements Kind {}

    /**
     * The packets of another link that carry a VLAN number.
     *
     * @param lower the index of the other link
     * @param id the number, 1 to 4094
     */
    public record Vlan(int lower, int id) implements Kind {
        /**
         * Checks the range.
         *
         * @throws IllegalArgumentException if the number is not 1 to 4094
         */
        public Vlan {
            checkArgument(id >= 1 && id <= 4094, "a VLAN has a number from 1 to 4094, not %s", id);
        }
    }

    /**
     * Checks the name.
     *
     * @throws IllegalArgumentException if no link can have it
     */
    public NewLink {
        requireNonNull(kind, "kind");
        checkName(name);
    }

    /**
     * Checks the name of a link as the kernel would.
     *
     * @throws IllegalArgumentException if no link can have it
     */
    public static void checkName(String name) {
        checkArgument(
                name.matches("[^/:\\s%]{1," + LONGEST_NAME + "}") && !name.equals(".") && !name.equals(".."),
                "no name for a link: \"%s\": it has 1 to 15 characters, none of them a slash, colon, percent sign or space",
                name);
    }

    private static NewLink of(String name, Kind kind) {
        return new NewLink(name, kind, new Traits(0, 0, null), new Place(0, null), false);
    }

    /**
     * Creates a bridge.
     *
     * @throws IllegalArgumentException if no link can have the name
     */
    public static NewLink bridge(String name) {
        return of(name, new Bridge());
    }

    /**
     * Creates a link that discards what it is given.
     *
     * @throws IllegalArgumentException if no link can have the name
     */
    public static NewLink dummy(String name) {
        return of(name, new Dummy());
    }

    /**
     * Creates the other end of a virtual cable.
     *
     * @throws IllegalArgumentException if no link can have the name
     */
    public static NewLink peer(String name) {
        return of(name, new Peer());
    }

    /**
     * Creates a virtual cable.
     *
     * @throws IllegalArgumentException if no link can have the name, or the other end is no {@linkplain #peer peer}
     */
    public static NewLink veth(String name, NewLink peer) {
        return of(name, new Veth(peer));
    }

    /**
     * Creates a virtual cable with both ends in the same place.
     *
     * @throws IllegalArgumentException if no link can have a name
     */
    public static NewLink veth(String name, String peer) {
        return veth(name, peer(peer));
    }

    /**
     * Creates a link with an address of its own on another.
     *
     * @param lower the other link's index
     * @throws IllegalArgumentException if no link can have the name
     */
    public static NewLink macvlan(String name, int lower) {
        return of(name, new Macvlan(lower));
    }

    /**
     * Creates a VLAN on another link.
     *
     * @param lower the other link's index
     * @param id the VLAN's number, 1 to 4094
     * @throws IllegalArgumentException if no link can have the name, or no VLAN the number
     */
    public static NewLink vlan(String name, int lower, int id) {
        return of(name, new Vlan(lower, id));
    }

    /**
     * Returns a copy with an index of the caller's choice. That of a peer counts only if the other end has one, too.
     */
    public NewLink withIndex(int number) {
        return with(new Traits(number, traits.mtu, traits.mac));
    }

    /** Returns a copy with another size of the largest packet, in bytes. */
    public NewLink withMtu(long bytes) {
        return with(new Traits(traits.index, bytes, traits.mac));
    }

    /** Returns a copy with this address. */
    public NewLink withMac(MacAddress address) {
        return with(new Traits(traits.index, traits.mtu, address));
    }

    /** Returns a copy that becomes a port of the bridge with this index. */
    public NewLink withMaster(int bridge) {
        return new NewLink(name, kind, traits, new Place(bridge, place.namespace), isUp);
    }

    /** Returns a copy that is switched on; the other end of a virtual cable as soon as both ends are there. */
    public NewLink up() {
        return new NewLink(name, kind, traits, place, true);
    }

    /** Returns a copy in another network namespace, which must stay open until the link is created. */
    public NewLink into(Namespace elsewhere) {
        return new NewLink(name, kind, traits, new Place(place.master, elsewhere), isUp);
    }

    private NewLink with(Traits others) {
        return new NewLink(name, kind, others, place, isUp);
    }

    /**
     * All that makes it, in order. The other end of a cable that is switched on elsewhere takes
     * {@link #switchOnPeerElsewhere}, too.
     */
    List<Request> toRequests() {
        return peerToSwitchOn()
                .filter(peer -> peer.place.namespace == null)
                .map(peer -> List.of(new LinkMessage(this).toRequest(), Links.toUp(peer.name())))
                .orElseGet(() -> List.of(new LinkMessage(this).toRequest()));
    }

    /** Switches on the other end in another namespace, if that is wanted and both are there. */
    void switchOnPeerElsewhere() {
        peerToSwitchOn().map(peer -> peer.place.namespace).ifPresent(elsewhere -> {
            try (NetworkNamespace there = NetworkNamespace.of(elsewhere)) {
                there.links().up(there.links().named(((Veth) kind).peer().name()));
            }
        });
    }

    private Optional<NewLink> peerToSwitchOn() {
        return kind instanceof Veth veth && veth.peer().isUp() ? Optional.of(veth.peer()) : Optional.empty();
    }

    /** The kind's name in the kernel. */
    String label() {
        return kind.getClass().getSimpleName().toLowerCase(java.util.Locale.ROOT);
    }

    @Override
    public String toString() {
        return "%s %s".formatted(label(), name);
    }
}

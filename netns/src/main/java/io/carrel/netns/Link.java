package io.carrel.netns;

import static io.carrel.linux.uapi.RtNetlink.IFF_UP;

import io.carrel.linux.uapi.RtNetlink;
import io.carrel.netns.netlink.Attributes;
import io.carrel.netns.netlink.Reply;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A network link as it was when the kernel was asked. Immutable.
 *
 * @param index the number that identifies it in its namespace
 * @param name its name, which can change
 * @param kind {@code veth}, {@code bridge}, {@code dummy}, …; empty for hardware and {@code lo}
 * @param traits what it has of its own
 * @param place what it is joined to
 * @param state whether it carries packets
 */
public record Link(int index, String name, String kind, Traits traits, Place place, State state) {

    /**
     * What a link has of its own. Immutable.
     *
     * @param flags {@code IFF_UP} and the like, as in netdevice(7)
     * @param mtu the largest packet in bytes
     * @param mac its address; null where links of the kind have none
     */
    public record Traits(long flags, long mtu, @Nullable MacAddress mac) {}

    /**
     * What a link is joined to. Immutable.
     *
     * @param master the index of the bridge that it is a port of; 0 for none
     * @param lower the index of the link that it belongs to, such as a veth's peer; 0 for none
     * @param lowerNamespace the number by which its namespace knows the one that {@code lower} is in; -1 for the same
     */
    public record Place(int master, int lower, int lowerNamespace) {}

    static final int STRUCTURE_SIZE = 16;

    /** The operational states of a link, in the kernel's order. See Documentation/networking/operstates.rst. */
    public enum State {
        /** The driver does not tell, as that of {@code lo}. */
        UNKNOWN,
        /** The device is missing. */
        NOTPRESENT,
        /** The link cannot carry packets, for example because it has no carrier. */
        DOWN,
        /** The link below is down. */
        LOWERLAYERDOWN,
        /** The link is being tested. */
        TESTING,
        /** The link waits for an event from outside. */
        DORMANT,
        /** The link carries packets. */
        UP
    }

    static Link parse(Reply reply) {
        ByteBuffer structure = reply.structure(STRUCTURE_SIZE);
        Attributes attributes = reply.attributes(STRUCTURE_SIZE);
        State[] states = State.values();
        return new Link(
                structure.getInt(4),
                attributes.text(RtNetlink.IFLA_IFNAME).orElse(""),
                attributes
                        .nested(RtNetlink.IFLA_LINKINFO)
                        .text(RtNetlink.IFLA_INFO_KIND)
                        .orElse(""),
                new Traits(
                        Integer.toUnsignedLong(structure.getInt(8)),
                        attributes.u32(RtNetlink.IFLA_MTU).orElse(0L),
                        attributes
                                .bytes(RtNetlink.IFLA_ADDRESS)
                                .filter(bytes -> bytes.length == 6)
                                .map(MacAddress::of)
                                .orElse(null)),
                new Place(
                        attributes.u32(RtNetlink.IFLA_MASTER).orElse(0L).intValue(),
                        attributes.u32(RtNetlink.IFLA_LINK).orElse(0L).intValue(),
                        attributes
                                .u32(RtNetlink.IFLA_LINK_NETNSID)
                                .map(Long::intValue)
                                .orElse(-1)),
                states[
                        Math.min(
                                states.length - 1,
                                attributes.u8(RtNetlink.IFLA_OPERSTATE).orElse(0))]);
    }

    /** Returns whether the link is switched on. */
    public boolean isUp() {
        return (traits.flags() & IFF_UP.value()) != 0;
    }

    /** Returns the link's address, where it has one. */
    public Optional<MacAddress> address() {
        return Optional.ofNullable(traits.mac());
    }
}

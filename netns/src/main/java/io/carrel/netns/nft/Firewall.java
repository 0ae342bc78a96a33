package io.carrel.netns.nft;

import io.carrel.linux.Errno;
import io.carrel.linux.SyscallException;
import io.carrel.linux.uapi.Constant;
import io.carrel.linux.uapi.Netlink;
import io.carrel.linux.uapi.NfTables;
import io.carrel.netns.Subnet;
import io.carrel.netns.netlink.NetlinkSocket;
import java.net.InetAddress;
import java.util.List;
import java.util.function.Predicate;

/**
 * The table {@code inet carrel}: what bridges may do, and which ports of the host lead to which containers. The rules
 * are always the same, and few; what differs are elements of sets, so a packet takes as long with a thousand ports as
 * with one.
 *
 * <p>Packets for published ports get another destination. Packets from a bridge to elsewhere carry the host's address,
 * as do those from a bridge back to it (so that the answer comes the same way) and those from the host's loopback.
 * Nothing comes in on a bridge that was not asked for: neither from other bridges nor from outside. Thread-safe.
 */
public final class Firewall implements AutoCloseable {

    /** The table's name. */
    public static final String TABLE = "carrel";

    private final NetlinkSocket socket;

    private Firewall(NetlinkSocket socket) {
        this.socket = socket;
    }

    /** The one of the calling thread's network namespace. */
    public static Firewall open() {
        return new Firewall(NetlinkSocket.open(Netlink.NETLINK_NETFILTER));
    }

    /** Makes the table, unless it is there. */
    public void ensure() {
        if (exists()) {
            return;
        }
        Batch batch = new Batch(TABLE).newTable();
        Sets.ALL.forEach(batch::newSet);
        StandingRules.append(batch);
        try {
            batch.apply("Cannot make the firewall's table " + TABLE, socket);
        } catch (SyscallException e) {
            // Somebody else was faster: the whole table is there, as it is made at once.
            if (!e.errno().equals(Errno.EEXIST)) {
                throw e;
            }
        }
    }

    /** Whether the table is there. */
    public boolean exists() {
        try {
            return !socket.ask(
                            "Cannot look for the firewall's table " + TABLE,
                            Batch.message(NfTables.NFT_MSG_GETTABLE, Constant.of(0))
                                    .text(NfTables.NFTA_TABLE_NAME, TABLE))
                    .isEmpty();
        } catch (SyscallException e) {
            if (e.errno().equals(Errno.ENOENT)) {
                return false;
            }
            throw e;
        }
    }

    /** Makes a bridge known. */
    public void add(BridgeRules bridge) {
        Batch batch = new Batch(TABLE);
        byte[] name = Element.linkName(bridge.link());
        batch.add(Sets.BRIDGES, List.of(Element.of(name))).add(Sets.WITHIN, List.of(Element.of(name, name)));
        if (bridge.isInternal()) {
            batch.add(Sets.INTERNAL, List.of(Element.of(name)));
        }
        for (Subnet subnet : bridge.subnets()) {
            batch.add(subnet.isIpv6() ? Sets.SUBNETS6 : Sets.SUBNETS4, Element.of(subnet));
        }
        batch.apply("Cannot let the firewall know the bridge " + bridge.link(), socket);
    }

    /** Forgets a bridge. */
    public void remove(BridgeRules bridge) {
        Batch batch = new Batch(TABLE);
        byte[] name = Element.linkName(bridge.link());
        batch.remove(Sets.BRIDGES, List.of(Element.of(name))).remove(Sets.WITHIN, List.of(Element.of(name, name)));
        if (bridge.isInternal()) {
            batch.remove(Sets.INTERNAL, List.of(Element.of(name)));
        }
        for (Subnet subnet : bridge.subnets()) {
            batch.remove(subnet.isIpv6() ? Sets.SUBNETS6 : Sets.SUBNETS4, Element.of(subnet));
        }
        batch.apply("Cannot have the firewall forget the bridge " + bridge.link(), socket);
    }

    /** Publishes ports, all of them or none. One that leads elsewhere already is an error. */
    public void publish(List<Forward> forwards) {
        if (forwards.isEmpty()) {
            return;
        }
        Batch batch = new Batch(TABLE);
        for (Forward forward : forwards) {
            ForwardElement element = new ForwardElement(forward);
            batch.add(element.map(), List.of(element.leadingTo()));
        }
        batch.apply("Cannot publish " + forwards, socket);
    }

    /** Withdraws ports. What is not there any more does not matter. */
    public void withdraw(List<Forward> forwards) {
        if (forwards.isEmpty()) {
            return;
        }
        Batch all = new Batch(TABLE);
        forwards.stream()
                .map(ForwardElement::new)
                .forEach(element -> all.remove(element.map(), List.of(element.key())));
        try {
            all.apply("Cannot withdraw " + forwards, socket);
        } catch (SyscallException e) {
            if (!e.errno().equals(Errno.ENOENT)) {
                throw e;
            }
            if (forwards.size() > 1) {
                forwards.forEach(forward -> withdraw(List.of(forward)));
            }
        }
    }

    /**
     * Has the rules look anew at who goes on sending datagrams to these ports, which were just published or withdrawn.
     */
    public void forgetFlows(List<Forward> forwards, Predicate<InetAddress> isHosts) {
        new TrackedFlows(socket).forget(forwards, isHosts);
    }

    /** Removes the table with everything in it; nothing if it is not there. */
    public void delete() {
        if (exists()) {
            new Batch(TABLE).deleteTable().apply("Cannot delete the firewall's table " + TABLE, socket);
        }
    }

    @Override
    public void close() {
        socket.close();
    }
}

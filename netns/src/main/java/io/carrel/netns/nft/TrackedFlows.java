package io.carrel.netns.nft;

import io.carrel.linux.Errno;
import io.carrel.linux.SyscallException;
import io.carrel.linux.uapi.Conntrack;
import io.carrel.linux.uapi.Constant;
import io.carrel.linux.uapi.Netlink;
import io.carrel.linux.uapi.Sockets;
import io.carrel.netns.netlink.Attributes;
import io.carrel.netns.netlink.NetlinkSocket;
import io.carrel.netns.netlink.Reply;
import io.carrel.netns.netlink.Request;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the kernel remembers of flows. Only the first packet of a flow is looked at by rules, and a flow of datagrams
 * lasts as long as its sender goes on; so whoever sends to a port when it is published or withdrawn would go where it
 * went before, for good.
 *
 * @param socket one of netfilter's
 */
record TrackedFlows(NetlinkSocket socket) {

    private static final Logger LOG = LoggerFactory.getLogger(TrackedFlows.class);
    private static final int HEADER_SIZE = 4;
    private static final Constant NONE = Constant.of(0);

    /**
     * A kernel may be without it, or without tracking at all; then nothing is remembered that this could be told of.
     */
    private static final Set<Errno> ABSENT = Set.of(Errno.EINVAL, Errno.EOPNOTSUPP, Errno.named("EPROTONOSUPPORT"));

    /** A flow's first direction: where it was sent to, and the attributes by which the kernel finds it. */
    @SuppressWarnings("ArrayRecordComponent") // nobody compares them
    private record Tracked(Constant family, InetAddress address, int port, byte[] tuple, Optional<byte[]> zone) {}

    /**
     * Forgets flows of datagrams to ports of the host's, so that their next packets are looked at anew.
     *
     * @param isHosts whether an address is the host's own, of ports that are published at all of them
     */
    void forget(List<Forward> ports, Predicate<InetAddress> isHosts) {
        List<Forward> datagrams = ports.stream()
                .filter(port -> port.protocol().equals(Sockets.IPPROTO_UDP))
                .toList();
        if (datagrams.isEmpty()) {
            return;
        }
        try {
            for (Constant family : List.of(Sockets.AF_INET, Sockets.AF_INET6)) {
                for (Tracked flow : list(family)) {
                    if (datagrams.stream().anyMatch(port -> isTo(flow, port, isHosts))) {
                        forget(flow);
                    }
                }
            }
        } catch (SyscallException e) {
            if (!ABSENT.contains(e.errno())) {
                throw e;
            }
            LOG.debug("Flows of datagrams to {} are not forgotten", datagrams, e);
        }
    }

    private static boolean isTo(Tracked flow, Forward port, Predicate<InetAddress> isHosts) {
        return flow.port() == port.port()
                && port.where().map(flow.address()::equals).orElseGet(() -> isHosts.test(flow.address()));
    }

    private static Request message(Constant type, Constant family) {
        Constant full = new Constant(type.name(), Netlink.NFNL_SUBSYS_CTNETLINK.value() << 8 | type.value());
        return Request.of(full, NONE).bytes(Batch.header(family, 0));
    }

    private List<Tracked> list(Constant family) {
        List<Tracked> found = new ArrayList<>();
        for (Reply reply :
                socket.dump("Cannot list the flows that are tracked", message(Conntrack.IPCTNL_MSG_CT_GET, family))) {
            read(family, reply.attributes(HEADER_SIZE)).ifPresent(found::add);
        }
        return found;
    }

    private static Optional<Tracked> read(Constant family, Attributes attributes) {
        Attributes first = attributes.nested(Conntrack.CTA_TUPLE_ORIG);
        Attributes addresses = first.nested(Conntrack.CTA_TUPLE_IP);
        Attributes protocol = first.nested(Conntrack.CTA_TUPLE_PROTO);
        Optional<byte[]> address =
                addresses.bytes(Conntrack.CTA_IP_V4_DST).or(() -> addresses.bytes(Conntrack.CTA_IP_V6_DST));
        Optional<Integer> port = protocol.u16(Conntrack.CTA_PROTO_DST_PORT)
                .map(number -> Short.toUnsignedInt(Short.reverseBytes(number.shortValue())));
        boolean isDatagram = protocol.u8(Conntrack.CTA_PROTO_NUM)
                .filter(number -> number == Sockets.IPPROTO_UDP.value())
                .isPresent();
        if (!isDatagram || address.isEmpty() || port.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new Tracked(
                family,
                internet(address.get()),
                port.get(),
                attributes.bytes(Conntrack.CTA_TUPLE_ORIG).orElseThrow(),
                attributes.bytes(Conntrack.CTA_ZONE)));
    }

    private static InetAddress internet(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("the kernel sent the address " + Arrays.toString(bytes), e);
        }
    }

    private void forget(Tracked flow) {
        Constant tuple = new Constant(
                Conntrack.CTA_TUPLE_ORIG.name(), Conntrack.CTA_TUPLE_ORIG.value() | Netlink.NLA_F_NESTED.value());
        Request request = message(Conntrack.IPCTNL_MSG_CT_DELETE, flow.family()).attribute(tuple, flow.tuple());
        flow.zone().ifPresent(zone -> request.attribute(Conntrack.CTA_ZONE, zone));
        try {
            socket.execute("Cannot forget a flow to port " + flow.port(), request);
        } catch (SyscallException e) {
            if (!e.errno().equals(Errno.ENOENT)) {
                throw e;
            }
        }
    }
}

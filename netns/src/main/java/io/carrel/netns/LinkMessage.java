package io.carrel.netns;

import io.carrel.linux.uapi.Constant;
import io.carrel.linux.uapi.Netlink;
import io.carrel.linux.uapi.RtNetlink;
import io.carrel.linux.uapi.Struct;
import io.carrel.netns.netlink.Request;

/**
 * A new link as the kernel wants it, in a message {@code RTM_NEWLINK}. Immutable.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/rtnetlink.7.html">rtnetlink(7)</a>
 */
record LinkMessage(NewLink link) {

    Request toRequest() {
        Constant flags = Netlink.NLM_F_CREATE.or(Netlink.NLM_F_EXCL);
        Request request = Request.of(RtNetlink.RTM_NEWLINK, flags);
        append(request);
        return request;
    }

    private void append(Request request) {
        // The kernel would open a peer before it is connected, which fails with ENOTCONN.
        long up = link.isUp() && !(link.kind() instanceof NewLink.Peer) ? RtNetlink.IFF_UP.value() : 0;
        request.bytes(Struct.ofSize(Link.STRUCTURE_SIZE)
                .skip(4)
                .u32(link.traits().index())
                .u32(up)
                .u32(up)
                .toBytes());
        request.text(RtNetlink.IFLA_IFNAME, link.name());
        NewLink.Traits traits = link.traits();
        if (traits.mtu() != 0) {
            request.u32(RtNetlink.IFLA_MTU, traits.mtu());
        }
        if (traits.mac() != null) {
            request.attribute(RtNetlink.IFLA_ADDRESS, traits.mac().toBytes());
        }
        NewLink.Place place = link.place();
        if (place.master() != 0) {
            request.u32(RtNetlink.IFLA_MASTER, place.master());
        }
        if (place.namespace() != null) {
            request.u32(RtNetlink.IFLA_NET_NS_FD, place.namespace().descriptor().number());
        }
        appendKind(request);
    }

    private void appendKind(Request request) {
        NewLink.Kind kind = link.kind();
        if (kind instanceof NewLink.Peer) {
            return;
        }
        if (kind instanceof NewLink.Macvlan macvlan) {
            request.u32(RtNetlink.IFLA_LINK, macvlan.lower());
        }
        if (kind instanceof NewLink.Vlan vlan) {
            request.u32(RtNetlink.IFLA_LINK, vlan.lower());
        }
        request.nest(RtNetlink.IFLA_LINKINFO);
        request.text(RtNetlink.IFLA_INFO_KIND, link.label());
        request.nest(RtNetlink.IFLA_INFO_DATA);
        if (kind instanceof NewLink.Veth veth) {
            request.nest(RtNetlink.VETH_INFO_PEER);
            new LinkMessage(veth.peer()).append(request);
            request.end();
        }
        if (kind instanceof NewLink.Macvlan) {
            request.u32(RtNetlink.IFLA_MACVLAN_MODE, 4); // bridge: they reach each other
        }
        if (kind instanceof NewLink.Vlan vlan) {
            request.u16(RtNetlink.IFLA_VLAN_ID, vlan.id());
        }
        request.end();
        request.end();
    }
}

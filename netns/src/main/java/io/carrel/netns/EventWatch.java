package io.carrel.netns;

import io.carrel.linux.Descriptor;
import io.carrel.linux.launch.DescriptorWatches;
import io.carrel.linux.launch.EventLoop;
import io.carrel.linux.uapi.Constant;
import io.carrel.linux.uapi.Netlink;
import io.carrel.linux.uapi.RtNetlink;
import io.carrel.linux.uapi.Waiting;
import io.carrel.netns.netlink.NetlinkSocket;
import io.carrel.netns.netlink.Reply;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Tells somebody what changes in a network namespace, on the event loop's thread. */
final class EventWatch implements AutoCloseable {

    private static final Constant GROUPS = RtNetlink.RTMGRP_LINK
            .or(RtNetlink.RTMGRP_NEIGH)
            .or(RtNetlink.RTMGRP_IPV4_IFADDR)
            .or(RtNetlink.RTMGRP_IPV4_ROUTE)
            .or(RtNetlink.RTMGRP_IPV6_IFADDR)
            .or(RtNetlink.RTMGRP_IPV6_ROUTE);

    private final Descriptor socket;
    private final Consumer<NetworkEvent> listener;
    private final DescriptorWatches.Watch watch;

    private EventWatch(Descriptor socket, Consumer<NetworkEvent> listener) {
        this.socket = socket;
        this.listener = listener;
        watch = EventLoop.shared().watch(socket, Waiting.EPOLLIN, this::read);
    }

    /** Of the calling thread's namespace. */
    static EventWatch open(Consumer<NetworkEvent> listener) {
        return new EventWatch(NetlinkSocket.openForEvents(Netlink.NETLINK_ROUTE, GROUPS), listener);
    }

    private synchronized void read() {
        if (!socket.isOpen()) {
            return;
        }
        Optional<List<Reply>> replies = NetlinkSocket.events(socket);
        if (replies.isEmpty()) {
            listener.accept(new NetworkEvent.Lost());
        }
        replies.orElse(List.of()).stream()
                .map(EventWatch::parse)
                .flatMap(Optional::stream)
                .forEach(listener);
    }

    /** Empty for what is of no interest here. */
    private static Optional<NetworkEvent> parse(Reply reply) {
        if (reply.is(RtNetlink.RTM_NEWLINK) || reply.is(RtNetlink.RTM_DELLINK)) {
            return Optional.of(new NetworkEvent.LinkEvent(reply.is(RtNetlink.RTM_NEWLINK), Link.parse(reply)));
        }
        if (reply.is(RtNetlink.RTM_NEWADDR) || reply.is(RtNetlink.RTM_DELADDR)) {
            return Optional.of(
                    new NetworkEvent.AddressEvent(reply.is(RtNetlink.RTM_NEWADDR), InterfaceAddress.parse(reply)));
        }
        if (Routes.isInternet(reply)) {
            return Optional.of(new NetworkEvent.RouteEvent(reply.is(RtNetlink.RTM_NEWROUTE), Route.parse(reply)));
        }
        if (Neighbours.isInternet(reply)) {
            return Optional.of(
                    new NetworkEvent.NeighbourEvent(reply.is(RtNetlink.RTM_NEWNEIGH), Neighbour.parse(reply)));
        }
        return Optional.empty();
    }

    @Override
    public synchronized void close() {
        watch.close();
        socket.close();
    }
}

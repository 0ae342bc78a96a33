package io.carrel.netns;

import io.carrel.linux.SyscallException;
import io.carrel.netns.netlink.NetlinkSocket;
import io.carrel.netns.netlink.Request;
import java.util.ArrayList;
import java.util.List;

/**
 * Several changes of a network namespace that are sent together: one system call does the work of many. They are made
 * in their order, and one that fails does not keep the others from being made. Needs {@code CAP_NET_ADMIN} in the
 * namespace. Not thread-safe.
 */
public final class Changes {

    private final NetlinkSocket socket;
    private final List<Request> requests = new ArrayList<>();
    private final List<String> words = new ArrayList<>();

    Changes(NetlinkSocket socket) {
        this.socket = socket;
    }

    private final List<NewLink> links = new ArrayList<>();

    private Changes add(String what, Request request) {
        words.add(what);
        requests.add(request);
        return this;
    }

    /**
     * Creates a link. Later changes can refer to it if it was given an index. The other end of a virtual cable in
     * another namespace is switched on last.
     */
    public Changes add(NewLink link) {
        words.add("make " + link);
        requests.addAll(link.toRequests());
        links.add(link);
        return this;
    }

    /** Switches on the link with this index. */
    public Changes up(int link) {
        return add("switch on link " + link, Links.toUp(link));
    }

    /** Gives a link an address. */
    public Changes add(InterfaceAddress address) {
        return add("add address " + address, Addresses.toRequest(address));
    }

    /** Adds a route. */
    public Changes add(Route route) {
        return add("add route " + route, Routes.toRequest(route));
    }

    /**
     * Makes the changes.
     *
     * @throws SyscallException for the first that failed
     */
    public void apply() {
        if (!requests.isEmpty()) {
            socket.execute("Cannot change the network (" + String.join(", ", words) + ")", requests);
            links.forEach(NewLink::switchOnPeerElsewhere);
        }
    }
}

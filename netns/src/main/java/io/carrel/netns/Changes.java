package io.carrel.netns;

import io.carrel.netns.netlink.NetlinkSocket;
import io.carrel.netns.netlink.Request;
import java.util.ArrayList;
import java.util.List;

/**
 * Several changes of a network namespace that are sent together: one system call does the work of many. They are made in
 * their order. One that fails does not keep the others from being made. Not thread-safe.
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

    /** Makes a link. Later changes can refer to it if it was given an index. The other end of a cable is switched on in another namespace last. */
    public Changes add(NewLink link) {
        words.add("make " + link);
        requests.addAll(link.toRequests());
        links.add(link);
        return this;
    }

    /** Switches on the link of this index. */
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
     * Makes them all.
     *
     * @throws io.carrel.linux.SyscallException for the first that failed
     */
    public void apply() {
        if (!requests.isEmpty()) {
            socket.execute("Cannot change the network (" + String.join(", ", words) + ")", requests);
            links.forEach(NewLink::switchOnPeerElsewhere);
        }
    }
}

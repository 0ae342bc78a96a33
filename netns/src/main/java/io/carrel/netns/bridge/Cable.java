package io.carrel.netns.bridge;

import io.carrel.linux.Errno;
import io.carrel.linux.SyscallException;
import io.carrel.namespaces.Namespace;
import io.carrel.netns.Changes;
import io.carrel.netns.Impairment;
import io.carrel.netns.InterfaceAddress;
import io.carrel.netns.Link;
import io.carrel.netns.Links;
import io.carrel.netns.NetworkNamespace;
import io.carrel.netns.NewLink;
import io.carrel.netns.Route;
import io.carrel.netns.Subnet;
import java.net.InetAddress;

/**
 * The virtual cable between a bridge and a container. Its name follows from the container's addresses, so the cable is
 * another's as soon as the addresses are: only {@link LockedNetworks#cable} hands one out, as long as nobody else can
 * change that.
 *
 * @param host the host's network namespace
 * @param name the host's end
 */
record Cable(NetworkNamespace host, String name) {

    /**
     * Makes it, with both ends where they belong by one message; one more gives the container's end all that it needs.
     */
    void make(BridgeNetwork network, Link bridge, NetworkMember member, Namespace target, Endpoint endpoint) {
        NewLink peer = NewLink.peer(endpoint.link())
                .withMac(member.mac())
                .withMtu(bridge.traits().mtu())
                .into(target);
        NewLink cable = NewLink.veth(name, peer)
                .withMtu(bridge.traits().mtu())
                .withMaster(bridge.index())
                .up();
        try {
            host.changes().add(cable).apply();
        } catch (SyscallException e) {
            // The address is ours, so a cable of its name is what a container left that had it before.
            if (!e.errno().equals(Errno.EEXIST)) {
                throw e;
            }
            host.links().find(name).ifPresent(host.links()::delete);
            host.changes().add(cable).apply();
        }
        if (network.isIsolated()) {
            host.links().isolate(hostEnd());
        }
        try (NetworkNamespace inside = NetworkNamespace.of(target)) {
            configure(inside, network, member, endpoint);
        }
    }

    private static void configure(
            NetworkNamespace inside, BridgeNetwork network, NetworkMember member, Endpoint endpoint) {
        int index = inside.links().named(endpoint.link()).index();
        Changes changes = inside.changes().up(index);
        for (InetAddress address : member.addresses()) {
            Subnet subnet = network.subnets().stream()
                    .filter(candidate -> candidate.contains(address))
                    .findFirst()
                    .orElseThrow();
            changes.add(InterfaceAddress.of(index, address, subnet.prefix()));
            if (endpoint.isDefault() && !network.isInternal()) {
                changes.add(Route.byDefault(network.gateway(subnet)));
            }
        }
        if (endpoint.isDefault()) {
            changes.add(Route.direct(network.nameServerOnly(), index));
        }
        changes.apply();
    }

    private Link hostEnd() {
        return host.links().named(name);
    }

    /**
     * Lets the container's packets come back to it: where netfilter looks into bridges, one to itself never leaves the
     * bridge.
     */
    void hairpin() {
        host.links().hairpin(hostEnd());
    }

    /** See {@link Links#impair}. */
    void impair(Impairment impairment) {
        host.links().impair(hostEnd(), impairment);
    }

    /** Switches the host's end off, so that the container's has no carrier. */
    void unplug() {
        host.links().down(hostEnd());
    }

    /** Switches the host's end on again. */
    void plugIn() {
        host.links().up(hostEnd());
    }

    /**
     * Removes it, if it is there. The container's network may go at the same time, and take the host's end with its
     * own.
     */
    void remove() {
        try {
            host.links().find(name).ifPresent(host.links()::delete);
        } catch (SyscallException e) {
            if (!e.errno().equals(Errno.ENODEV)) {
                throw e;
            }
        }
    }
}

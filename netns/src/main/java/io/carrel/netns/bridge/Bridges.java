package io.carrel.netns.bridge;

import io.carrel.linux.Errno;
import io.carrel.linux.SyscallException;
import io.carrel.netns.Changes;
import io.carrel.netns.InterfaceAddress;
import io.carrel.netns.Link;
import io.carrel.netns.NetworkNamespace;
import io.carrel.netns.NewLink;
import io.carrel.netns.Subnet;
import io.carrel.netns.nft.BridgeRules;
import io.carrel.netns.nft.Firewall;
import java.util.List;
import java.util.Optional;

/**
 * Makes the bridges of networks, with their addresses, rules and the host's settings. To change them takes the
 * networks' lock.
 */
record Bridges(NetworkNamespace host, Firewall firewall) {

    /** A network's bridge, if it is all there: it is switched on last. */
    Optional<Link> find(BridgeNetwork network) {
        return host.links().find(network.link()).filter(Link::isUp);
    }

    /** Makes the bridge, unless it is there. */
    Link make(LockedNetworks locked, BridgeNetwork network) {
        return find(network).orElseGet(() -> makeAnew(locked, network));
    }

    private Link makeAnew(LockedNetworks locked, BridgeNetwork network) {
        unmake(locked, network);
        NewLink bridge = NewLink.bridge(network.link())
                .withMac(AddressLeases.mac(network.gateway(network.subnets().get(0))));
        Link link = host.links().add(network.mtu() == 0 ? bridge : bridge.withMtu(network.mtu()));
        firewall.add(rules(network));
        Changes changes = host.changes();
        for (Subnet subnet : network.subnets()) {
            changes.add(InterfaceAddress.of(link.index(), network.gateway(subnet), subnet.prefix()));
        }
        Subnet names = network.nameServerOnly();
        changes.add(InterfaceAddress.of(link.index(), names.address(), names.prefix())
                .withLinkScope());
        host.run(() -> configure(network));
        changes.up(link.index()).apply();
        return link;
    }

    private static void configure(BridgeNetwork network) {
        HostSettings.routeLoopback(network.link());
        HostSettings.trustNobody(network.link());
        if (!network.isInternal()) {
            HostSettings.forward(network.subnet(true).isPresent());
        }
    }

    /** Adds the rules of a bridge that is there, to a table that is new. */
    void restoreRules(LockedNetworks locked, BridgeNetwork network) {
        firewall.add(rules(network));
    }

    private static BridgeRules rules(BridgeNetwork network) {
        return new BridgeRules(
                network.link(), network.isInternal() ? List.of() : network.subnets(), network.isInternal());
    }

    /** Removes the bridge and its rules, as far as they are there. */
    void unmake(LockedNetworks locked, BridgeNetwork network) {
        if (firewall.exists()) {
            try {
                firewall.remove(rules(network));
            } catch (SyscallException e) {
                // It is all in the table or nothing of it, as it is written in one transaction.
                if (!e.errno().equals(Errno.ENOENT)) {
                    throw e;
                }
            }
        }
        host.links().find(network.link()).ifPresent(host.links()::delete);
    }
}

package io.carrel.netns.bridge;

import io.carrel.netns.Changes;
import io.carrel.netns.NetworkNamespace;
import io.carrel.netns.Route;
import io.carrel.netns.Subnet;
import java.net.InetAddress;

/**
 * Sets the default routes, and that to the name server, of a container which is put on networks, and taken off them,
 * while it runs. Each of them leads over one network, and stays there as long as the container is on it.
 *
 * @param inside the container's network namespace
 */
record DefaultRoutes(NetworkNamespace inside) {

    /** Returns the first name {@code eth0}, {@code eth1}, ... that no link has. */
    String nextLink() {
        int number = 0;
        while (inside.links().find("eth" + number).isPresent()) {
            number++;
        }
        return "eth" + number;
    }

    /** Adds those that are missing, over a network on which the container is. */
    void add(LockedNetworks locked, BridgeNetwork network) {
        Changes changes = inside.changes();
        for (Subnet subnet : network.subnets()) {
            Route everywhere = Route.byDefault(network.gateway(subnet));
            if (!network.isInternal() && !has(everywhere.destination())) {
                changes.add(everywhere);
            }
        }
        if (!has(network.nameServerOnly())) {
            InetAddress gateway = network.gateway(network.subnets().get(0));
            changes.add(Route.direct(
                    network.nameServerOnly(), inside.routes().to(gateway).hop().link()));
        }
        changes.apply();
    }

    private boolean has(Subnet destination) {
        return inside.routes().list().stream()
                .anyMatch(route -> route.destination().equals(destination));
    }
}

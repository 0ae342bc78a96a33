package io.carrel.netns;

/**
 * The ways that lead out of a container which is put on networks, and taken off them, while it runs. Each of them leads over one
 * network, and stays there as long as the container is on it.
 *
 * @param inside the container's network namespace
 */
record Ways(NetworkNamespace inside) {

    /** The name of the next link. */
    String nextLink() {
        int number = 0;
        while (inside.links().find("eth" + number).isPresent()) {
            number++;
        }
        return "eth" + number;
    }

    /** Has those that there are not yet lead over a network on which the container is. */
    void lead(BridgeNetwork network) {
        Changes changes = inside.changes();
        for (Subnet subnet : network.subnets()) {
            Route everywhere = Route.byDefault(network.gateway(subnet));
            if (!network.isInternal() && !has(everywhere.destination())) {
                changes.add(everywhere);
            }
            Subnet names = Subnet.of(Networks.NAME_SERVER, 32);
            if (!subnet.isIpv6() && !has(names)) {
                int link = inside.routes().to(network.gateway(subnet)).link();
                changes.add(Route.direct(names, link));
            }
        }
        changes.apply();
    }

    private boolean has(Subnet destination) {
        return inside.routes().list().stream()
                .anyMatch(route -> route.destination().equals(destination));
    }
}

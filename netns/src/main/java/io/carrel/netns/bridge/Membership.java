package io.carrel.netns.bridge;

/**
 * What a container is on one network. Immutable.
 *
 * @param network the network's name
 * @param endpoint its link there
 */
public record Membership(String network, Endpoint endpoint) {

    /** Checks the name. */
    public Membership {
        network = BridgeNetwork.of(network).name();
    }
}

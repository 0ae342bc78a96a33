package io.carrel.netns.nft;

import com.google.common.collect.ImmutableList;
import io.carrel.netns.Subnet;
import java.util.List;

/**
 * What the firewall knows of a bridge. Immutable.
 *
 * @param link the bridge's name
 * @param subnets those whose packets to elsewhere carry the host's address
 * @param isInternal whether nothing leaves it
 */
public record BridgeRules(String link, List<Subnet> subnets, boolean isInternal) {

    /** Copies the list. */
    public BridgeRules {
        subnets = ImmutableList.copyOf(subnets);
    }
}

package io.carrel.netns.nft;

import io.carrel.linux.uapi.Constant;
import io.carrel.linux.uapi.NfTables;
import java.util.List;

/** Where a packet has its addresses, for both families: source, destination, length. */
record Family(
        Constant number, SetType subnets, SetType ports, SetType portsAt, int source, int destination, int length) {

    static final Family FOUR = new Family(NfTables.NFPROTO_IPV4, Sets.SUBNETS4, Sets.PORTS4, Sets.PORTS_AT4, 12, 16, 4);
    static final Family SIX = new Family(NfTables.NFPROTO_IPV6, Sets.SUBNETS6, Sets.PORTS6, Sets.PORTS_AT6, 8, 24, 16);
    static final List<Family> ALL = List.of(FOUR, SIX);
}

package io.carrel.netns.nft;

import static io.carrel.linux.uapi.NfTables.NFT_PAYLOAD_NETWORK_HEADER;
import static io.carrel.linux.uapi.NfTables.NFT_PAYLOAD_TRANSPORT_HEADER;

import com.google.common.net.InetAddresses;
import io.carrel.linux.uapi.NfTables;

/** The chains and rules of the firewall's table, which are the same on each host. */
final class StandingRules {

    private static final int RAW = -300;
    private static final int DSTNAT = -100;
    private static final int FILTER = 0;
    private static final int SRCNAT = 100;

    /** {@code IP_CT_ESTABLISHED} and {@code IP_CT_RELATED}, as bits; {@code IPS_DST_NAT}. */
    private static final int ESTABLISHED_OR_RELATED = 2 | 4;

    private static final int REDIRECTED = 0x20;

    /** The kernel sends nothing from ::1 over another link, so what is for it stays. */
    private static final byte[] LOOPBACK6 = InetAddresses.forString("::1").getAddress();

    private StandingRules() {}

    /** Appends all of them; the sets are there before. */
    static void append(Batch batch) {
        redirects(batch);
        masquerades(batch);
        filters(batch);
    }

    private static void redirects(Batch batch) {
        batch.newChain("ports")
                .newChain("prerouting", "nat", NfTables.NF_INET_PRE_ROUTING, DSTNAT)
                .newChain("output", "nat", NfTables.NF_INET_LOCAL_OUT, DSTNAT)
                .newRule("prerouting", rule -> rule.isForHost().jump("ports"))
                .newRule(
                        "output",
                        rule -> rule.isOfFamily(Family.SIX.number())
                                .payload(NFT_PAYLOAD_NETWORK_HEADER, Family.SIX.destination(), Family.SIX.length(), 0)
                                .isEqual(0, LOOPBACK6)
                                .accept())
                .newRule("output", rule -> rule.isForHost().jump("ports"));
        for (Family family : Family.ALL) {
            batch.newRule("ports", rule -> redirectAt(rule, family));
            batch.newRule("ports", rule -> redirect(rule, family));
        }
    }

    private static void redirectAt(Expressions rule, Family family) {
        int port = 1 + family.length() / 4;
        rule.isOfFamily(family.number())
                .meta(NfTables.NFT_META_L4PROTO, 0)
                .payload(NFT_PAYLOAD_NETWORK_HEADER, family.destination(), family.length(), 1)
                .payload(NFT_PAYLOAD_TRANSPORT_HEADER, 2, 2, port)
                .find(family.portsAt(), 0, 0)
                .redirect(family.number(), 0, family.length() / 4);
    }

    private static void redirect(Expressions rule, Family family) {
        rule.isOfFamily(family.number())
                .meta(NfTables.NFT_META_L4PROTO, 0)
                .payload(NFT_PAYLOAD_TRANSPORT_HEADER, 2, 2, 1)
                .find(family.ports(), 0, 0)
                .redirect(family.number(), 0, family.length() / 4);
    }

    private static void masquerades(Batch batch) {
        batch.newChain("postrouting", "nat", NfTables.NF_INET_POST_ROUTING, SRCNAT);
        for (Family family : Family.ALL) {
            batch.newRule(
                    "postrouting",
                    rule -> from(rule, family)
                            .payload(NFT_PAYLOAD_NETWORK_HEADER, family.destination(), family.length(), 0)
                            .isNotIn(family.subnets(), 0)
                            .masquerade());
            batch.newRule(
                    "postrouting",
                    rule -> from(rule, family)
                            .connection(NfTables.NFT_CT_STATUS, 0)
                            .hasOneOf(0, REDIRECTED)
                            .masquerade());
        }
        batch.newRule(
                "postrouting",
                rule -> rule.isOfFamily(NfTables.NFPROTO_IPV4)
                        .payload(NFT_PAYLOAD_NETWORK_HEADER, Family.FOUR.source(), 1, 0)
                        .isEqual(0, (byte) 127)
                        .meta(NfTables.NFT_META_OIFNAME, 0)
                        .isIn(Sets.BRIDGES, 0)
                        .masquerade());
    }

    private static Expressions from(Expressions rule, Family family) {
        return rule.isOfFamily(family.number())
                .payload(NFT_PAYLOAD_NETWORK_HEADER, family.source(), family.length(), 0)
                .isIn(family.subnets(), 0);
    }

    /** The first keeps containers from the host's loopback, which the route to published ports would let them reach. */
    private static void filters(Batch batch) {
        batch.newChain("raw", "filter", NfTables.NF_INET_PRE_ROUTING, RAW)
                .newRule(
                        "raw",
                        rule -> rule.isOfFamily(NfTables.NFPROTO_IPV4)
                                .payload(NFT_PAYLOAD_NETWORK_HEADER, Family.FOUR.destination(), 1, 0)
                                .isEqual(0, (byte) 127)
                                .meta(NfTables.NFT_META_IIFNAME, 0)
                                .isIn(Sets.BRIDGES, 0)
                                .drop())
                .newChain("forward", "filter", NfTables.NF_INET_FORWARD, FILTER)
                .newRule(
                        "forward",
                        rule -> rule.connection(NfTables.NFT_CT_STATE, 0)
                                .hasOneOf(0, ESTABLISHED_OR_RELATED)
                                .accept())
                .newRule(
                        "forward",
                        rule -> rule.meta(NfTables.NFT_META_IIFNAME, 0)
                                .meta(NfTables.NFT_META_OIFNAME, 4)
                                .isIn(Sets.WITHIN, 0)
                                .accept())
                .newRule(
                        "forward",
                        rule -> rule.meta(NfTables.NFT_META_IIFNAME, 0)
                                .isIn(Sets.INTERNAL, 0)
                                .drop())
                .newRule(
                        "forward",
                        rule -> rule.connection(NfTables.NFT_CT_STATUS, 0)
                                .hasOneOf(0, REDIRECTED)
                                .accept())
                .newRule(
                        "forward",
                        rule -> rule.meta(NfTables.NFT_META_OIFNAME, 0)
                                .isIn(Sets.BRIDGES, 0)
                                .drop());
    }
}

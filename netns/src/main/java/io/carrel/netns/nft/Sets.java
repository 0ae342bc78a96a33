package io.carrel.netns.nft;

import java.util.List;

/** The sets and maps of the firewall's table: their elements are all that differs from host to host. */
final class Sets {

    private static final Fields TARGET4 = Fields.of(Fields.IPV4, Fields.PORT);
    private static final Fields TARGET6 = Fields.of(Fields.IPV6, Fields.PORT);

    static final SetType BRIDGES = SetType.set("bridges", Fields.LINK_NAME);
    static final SetType INTERNAL = SetType.set("internal", Fields.LINK_NAME);
    static final SetType WITHIN = SetType.set("within", Fields.of(Fields.LINK_NAME, Fields.LINK_NAME));
    static final SetType SUBNETS4 = SetType.intervals("subnets4", Fields.IPV4);
    static final SetType SUBNETS6 = SetType.intervals("subnets6", Fields.IPV6);
    static final SetType PORTS4 = SetType.map("ports4", Fields.of(Fields.PROTOCOL, Fields.PORT), TARGET4);
    static final SetType PORTS6 = SetType.map("ports6", Fields.of(Fields.PROTOCOL, Fields.PORT), TARGET6);
    static final SetType PORTS_AT4 =
            SetType.map("portsat4", Fields.of(Fields.PROTOCOL, Fields.IPV4, Fields.PORT), TARGET4);
    static final SetType PORTS_AT6 =
            SetType.map("portsat6", Fields.of(Fields.PROTOCOL, Fields.IPV6, Fields.PORT), TARGET6);
    static final List<SetType> ALL =
            List.of(BRIDGES, INTERNAL, WITHIN, SUBNETS4, SUBNETS6, PORTS4, PORTS6, PORTS_AT4, PORTS_AT6);

    private Sets() {}
}

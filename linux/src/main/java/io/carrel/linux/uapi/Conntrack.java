package io.carrel.linux.uapi;

/** {@code linux/netfilter/nfnetlink_conntrack.h}. */
public final class Conntrack {

    public static final Constant IPCTNL_MSG_CT_NEW = new Constant("IPCTNL_MSG_CT_NEW", 0L);
    public static final Constant IPCTNL_MSG_CT_GET = new Constant("IPCTNL_MSG_CT_GET", 1L);
    public static final Constant IPCTNL_MSG_CT_DELETE = new Constant("IPCTNL_MSG_CT_DELETE", 2L);
    public static final Constant CTA_TUPLE_ORIG = new Constant("CTA_TUPLE_ORIG", 1L);
    public static final Constant CTA_ZONE = new Constant("CTA_ZONE", 18L);
    public static final Constant CTA_TUPLE_IP = new Constant("CTA_TUPLE_IP", 1L);
    public static final Constant CTA_TUPLE_PROTO = new Constant("CTA_TUPLE_PROTO", 2L);
    public static final Constant CTA_IP_V4_DST = new Constant("CTA_IP_V4_DST", 2L);
    public static final Constant CTA_IP_V6_DST = new Constant("CTA_IP_V6_DST", 4L);
    public static final Constant CTA_PROTO_NUM = new Constant("CTA_PROTO_NUM", 1L);
    public static final Constant CTA_PROTO_DST_PORT = new Constant("CTA_PROTO_DST_PORT", 3L);

    private Conntrack() {}
}

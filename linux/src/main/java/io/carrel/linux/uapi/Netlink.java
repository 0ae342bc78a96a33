package io.carrel.linux.uapi;

/** {@code linux/netlink.h}, {@code linux/nfnetlink.h}: messages to the kernel's network parts. */
public final class Netlink {

    public static final Constant NETLINK_ROUTE = new Constant("NETLINK_ROUTE", 0L);
    public static final Constant NETLINK_NETFILTER = new Constant("NETLINK_NETFILTER", 12L);
    public static final Constant NLM_F_REQUEST = new Constant("NLM_F_REQUEST", 0x1L);
    public static final Constant NLM_F_MULTI = new Constant("NLM_F_MULTI", 0x2L);
    public static final Constant NLM_F_ACK = new Constant("NLM_F_ACK", 0x4L);
    public static final Constant NLM_F_DUMP_INTR = new Constant("NLM_F_DUMP_INTR", 0x10L);
    public static final Constant NLM_F_ROOT = new Constant("NLM_F_ROOT", 0x100L);
    public static final Constant NLM_F_DUMP = new Constant("NLM_F_DUMP", 0x300L);
    public static final Constant NLM_F_REPLACE = new Constant("NLM_F_REPLACE", 0x100L);
    public static final Constant NLM_F_EXCL = new Constant("NLM_F_EXCL", 0x200L);
    public static final Constant NLM_F_CREATE = new Constant("NLM_F_CREATE", 0x400L);
    public static final Constant NLM_F_APPEND = new Constant("NLM_F_APPEND", 0x800L);
    public static final Constant NLM_F_CAPPED = new Constant("NLM_F_CAPPED", 0x100L);
    public static final Constant NLM_F_ACK_TLVS = new Constant("NLM_F_ACK_TLVS", 0x200L);
    public static final Constant NLMSG_NOOP = new Constant("NLMSG_NOOP", 1L);
    public static final Constant NLMSG_ERROR = new Constant("NLMSG_ERROR", 2L);
    public static final Constant NLMSG_DONE = new Constant("NLMSG_DONE", 3L);
    public static final Constant NLMSG_OVERRUN = new Constant("NLMSG_OVERRUN", 4L);
    public static final Constant NLMSGERR_ATTR_MSG = new Constant("NLMSGERR_ATTR_MSG", 1L);
    public static final Constant NLMSGERR_ATTR_OFFS = new Constant("NLMSGERR_ATTR_OFFS", 2L);
    public static final Constant NLMSGERR_ATTR_MISS_TYPE = new Constant("NLMSGERR_ATTR_MISS_TYPE", 5L);
    public static final Constant NETLINK_ADD_MEMBERSHIP = new Constant("NETLINK_ADD_MEMBERSHIP", 1L);
    public static final Constant NETLINK_CAP_ACK = new Constant("NETLINK_CAP_ACK", 10L);
    public static final Constant NETLINK_EXT_ACK = new Constant("NETLINK_EXT_ACK", 11L);
    public static final Constant NETLINK_GET_STRICT_CHK = new Constant("NETLINK_GET_STRICT_CHK", 12L);
    public static final Constant NLA_F_NESTED = new Constant("NLA_F_NESTED", 0x8000L);
    public static final Constant NLA_F_NET_BYTEORDER = new Constant("NLA_F_NET_BYTEORDER", 0x4000L);
    public static final Constant NFNL_MSG_BATCH_BEGIN = new Constant("NFNL_MSG_BATCH_BEGIN", 0x10L);
    public static final Constant NFNL_MSG_BATCH_END = new Constant("NFNL_MSG_BATCH_END", 0x11L);
    public static final Constant NFNL_SUBSYS_CTNETLINK = new Constant("NFNL_SUBSYS_CTNETLINK", 1L);
    public static final Constant NFNL_SUBSYS_NFTABLES = new Constant("NFNL_SUBSYS_NFTABLES", 10L);

    private Netlink() {}
}

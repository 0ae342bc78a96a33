package io.carrel.linux.uapi;

/**
 * {@code linux/socket.h}, {@code asm-generic/socket.h}, {@code linux/in.h}, {@code linux/tcp.h},
 * {@code linux/sockios.h} and {@code linux/if.h}.
 */
public final class Sockets {

    public static final Constant AF_UNIX = new Constant("AF_UNIX", 1L);
    public static final Constant AF_INET = new Constant("AF_INET", 2L);
    public static final Constant AF_BRIDGE = new Constant("AF_BRIDGE", 7L);
    public static final Constant AF_INET6 = new Constant("AF_INET6", 10L);
    public static final Constant AF_NETLINK = new Constant("AF_NETLINK", 16L);
    public static final Constant SOCK_STREAM = new Constant("SOCK_STREAM", 1L);
    public static final Constant SOCK_DGRAM = new Constant("SOCK_DGRAM", 2L);
    public static final Constant SOCK_RAW = new Constant("SOCK_RAW", 3L);
    public static final Constant SOCK_SEQPACKET = new Constant("SOCK_SEQPACKET", 5L);
    public static final Constant SOCK_NONBLOCK = new Constant("SOCK_NONBLOCK", 0x800L);
    public static final Constant SOCK_CLOEXEC = new Constant("SOCK_CLOEXEC", 0x80000L);
    public static final Constant IPPROTO_IP = new Constant("IPPROTO_IP", 0L);
    public static final Constant IPPROTO_ICMP = new Constant("IPPROTO_ICMP", 1L);
    public static final Constant IPPROTO_TCP = new Constant("IPPROTO_TCP", 6L);
    public static final Constant IPPROTO_UDP = new Constant("IPPROTO_UDP", 17L);
    public static final Constant IPPROTO_IPV6 = new Constant("IPPROTO_IPV6", 41L);
    public static final Constant IPPROTO_ICMPV6 = new Constant("IPPROTO_ICMPV6", 58L);
    public static final Constant SOL_SOCKET = new Constant("SOL_SOCKET", 1L);
    public static final Constant SOL_NETLINK = new Constant("SOL_NETLINK", 270L);
    public static final Constant SO_REUSEADDR = new Constant("SO_REUSEADDR", 2L);
    public static final Constant SO_ERROR = new Constant("SO_ERROR", 4L);
    public static final Constant SO_SNDBUF = new Constant("SO_SNDBUF", 7L);
    public static final Constant SO_RCVBUF = new Constant("SO_RCVBUF", 8L);
    public static final Constant SO_KEEPALIVE = new Constant("SO_KEEPALIVE", 9L);
    public static final Constant SO_OOBINLINE = new Constant("SO_OOBINLINE", 10L);
    public static final Constant SO_LINGER = new Constant("SO_LINGER", 13L);
    public static final Constant SO_REUSEPORT = new Constant("SO_REUSEPORT", 15L);
    public static final Constant SO_PASSCRED = new Constant("SO_PASSCRED", 16L);
    public static final Constant SO_PEERCRED = new Constant("SO_PEERCRED", 17L);
    public static final Constant SO_BINDTODEVICE = new Constant("SO_BINDTODEVICE", 25L);
    public static final Constant SO_SNDBUFFORCE = new Constant("SO_SNDBUFFORCE", 32L);
    public static final Constant SO_RCVBUFFORCE = new Constant("SO_RCVBUFFORCE", 33L);
    public static final Constant TCP_NODELAY = new Constant("TCP_NODELAY", 1L);
    public static final Constant IP_TRANSPARENT = new Constant("IP_TRANSPARENT", 19L);
    public static final Constant IP_FREEBIND = new Constant("IP_FREEBIND", 15L);
    public static final Constant IP_PKTINFO = new Constant("IP_PKTINFO", 8L);
    public static final Constant SO_ORIGINAL_DST = new Constant("SO_ORIGINAL_DST", 80L);
    public static final Constant IPV6_V6ONLY = new Constant("IPV6_V6ONLY", 26L);
    public static final Constant IPV6_RECVPKTINFO = new Constant("IPV6_RECVPKTINFO", 49L);
    public static final Constant MSG_PEEK = new Constant("MSG_PEEK", 2L);
    public static final Constant MSG_CTRUNC = new Constant("MSG_CTRUNC", 8L);
    public static final Constant MSG_TRUNC = new Constant("MSG_TRUNC", 0x20L);
    public static final Constant MSG_DONTWAIT = new Constant("MSG_DONTWAIT", 0x40L);
    public static final Constant MSG_NOSIGNAL = new Constant("MSG_NOSIGNAL", 0x4000L);
    public static final Constant MSG_CMSG_CLOEXEC = new Constant("MSG_CMSG_CLOEXEC", 0x40000000L);
    public static final Constant SCM_RIGHTS = new Constant("SCM_RIGHTS", 1L);
    public static final Constant SHUT_RD = new Constant("SHUT_RD", 0L);
    public static final Constant SHUT_WR = new Constant("SHUT_WR", 1L);
    public static final Constant SHUT_RDWR = new Constant("SHUT_RDWR", 2L);
    public static final Constant SIOCSIFFLAGS = new Constant("SIOCSIFFLAGS", 0x8914L);
    public static final Constant IFF_UP = new Constant("IFF_UP", 1L);

    private Sockets() {}
}

package io.carrel.linux.uapi;

/** {@code linux/socket.h}, {@code linux/sockios.h} and {@code linux/if.h}. */
public final class Sockets {

    public static final Constant AF_UNIX = new Constant("AF_UNIX", 1L);
    public static final Constant AF_INET = new Constant("AF_INET", 2L);
    public static final Constant SOCK_DGRAM = new Constant("SOCK_DGRAM", 2L);
    public static final Constant SOCK_SEQPACKET = new Constant("SOCK_SEQPACKET", 5L);
    public static final Constant SOCK_CLOEXEC = new Constant("SOCK_CLOEXEC", 0x80000L);
    public static final Constant SOL_SOCKET = new Constant("SOL_SOCKET", 1L);
    public static final Constant SCM_RIGHTS = new Constant("SCM_RIGHTS", 1L);
    public static final Constant MSG_NOSIGNAL = new Constant("MSG_NOSIGNAL", 0x4000L);
    public static final Constant SIOCSIFFLAGS = new Constant("SIOCSIFFLAGS", 0x8914L);
    public static final Constant IFF_UP = new Constant("IFF_UP", 1L);

    private Sockets() {}
}

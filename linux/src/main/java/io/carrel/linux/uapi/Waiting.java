package io.carrel.linux.uapi;

/**
 * {@code linux/wait.h}, {@code linux/futex.h}, {@code linux/eventpoll.h}, {@code linux/signalfd.h}, {@code
 * linux/time.h} and {@code linux/signal.h}.
 */
public final class Waiting {

    public static final Constant WNOHANG = new Constant("WNOHANG", 1L);
    public static final Constant RUSAGE_CHILDREN = new Constant("RUSAGE_CHILDREN", -1L);
    public static final Constant WEXITED = new Constant("WEXITED", 4L);
    public static final Constant CLD_EXITED = new Constant("CLD_EXITED", 1L);
    public static final Constant P_PID = new Constant("P_PID", 1L);
    public static final Constant P_PGID = new Constant("P_PGID", 2L);
    public static final Constant FUTEX_WAIT = new Constant("FUTEX_WAIT", 0L);
    public static final Constant FUTEX_WAKE = new Constant("FUTEX_WAKE", 1L);
    public static final Constant FUTEX_WAKE_OP = new Constant("FUTEX_WAKE_OP", 5L);
    public static final Constant POLLIN = new Constant("POLLIN", 1L);
    public static final Constant POLLPRI = new Constant("POLLPRI", 2L);
    public static final Constant FIONREAD = new Constant("FIONREAD", 0x541bL);
    public static final Constant EPOLLIN = new Constant("EPOLLIN", 1L);
    public static final Constant EPOLLPRI = new Constant("EPOLLPRI", 2L);
    public static final Constant EPOLLOUT = new Constant("EPOLLOUT", 4L);
    public static final Constant EPOLLERR = new Constant("EPOLLERR", 8L);
    public static final Constant EPOLLHUP = new Constant("EPOLLHUP", 0x10L);
    public static final Constant EPOLLRDHUP = new Constant("EPOLLRDHUP", 0x2000L);
    public static final Constant EPOLLET = new Constant("EPOLLET", 0x80000000L);
    public static final Constant EPOLL_CTL_DEL = new Constant("EPOLL_CTL_DEL", 2L);
    public static final Constant EPOLL_CTL_ADD = new Constant("EPOLL_CTL_ADD", 1L);
    public static final Constant EPOLL_CTL_MOD = new Constant("EPOLL_CTL_MOD", 3L);
    public static final Constant EPOLLONESHOT = new Constant("EPOLLONESHOT", 0x40000000L);
    public static final Constant SIG_SETMASK = new Constant("SIG_SETMASK", 2L);
    public static final Constant SFD_CLOEXEC = new Constant("SFD_CLOEXEC", 0x80000L);
    public static final Constant CLOCK_REALTIME = new Constant("CLOCK_REALTIME", 0L);
    public static final Constant SIGCHLD = new Constant("SIGCHLD", 17L);
    public static final Constant SIGKILL = new Constant("SIGKILL", 9L);
    public static final Constant SIGIO = new Constant("SIGIO", 29L);

    /** The size of the kernel's {@code sigset_t} in bytes; that of libc's is another. */
    public static final int SIGNAL_SET_SIZE = 8;

    private Waiting() {}
}

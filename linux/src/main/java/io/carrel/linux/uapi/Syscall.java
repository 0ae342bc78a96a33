package io.carrel.linux.uapi;

import java.util.Locale;

/**
 * The system calls that Carrel makes, with their numbers from {@code asm/unistd_64.h} (x86-64) and
 * {@code asm-generic/unistd.h} (aarch64), in the order of the latter.
 */
public enum Syscall {
    LSETXATTR(189, 6),
    FSETXATTR(190, 7),
    LGETXATTR(192, 9),
    FGETXATTR(193, 10),
    LLISTXATTR(195, 12),
    FLISTXATTR(196, 13),
    LREMOVEXATTR(198, 15),
    EPOLL_CREATE1(291, 20),
    EPOLL_CTL(233, 21),
    EPOLL_PWAIT(281, 22),
    EVENTFD2(290, 19),
    DUP3(292, 24),
    FCNTL(72, 25),
    IOCTL(16, 29),
    FLOCK(73, 32),
    MKNODAT(259, 33),
    MKDIRAT(258, 34),
    UNLINKAT(263, 35),
    SYMLINKAT(266, 36),
    LINKAT(265, 37),
    UMOUNT2(166, 39),
    MOUNT(165, 40),
    PIVOT_ROOT(155, 41),
    FTRUNCATE(77, 46),
    CHDIR(80, 49),
    FCHMOD(91, 52),
    FCHMODAT(268, 53),
    FCHOWNAT(260, 54),
    FCHOWN(93, 55),
    OPENAT(257, 56),
    CLOSE(3, 57),
    PIPE2(293, 59),
    QUOTACTL(179, 60),
    GETDENTS64(217, 61),
    LSEEK(8, 62),
    READ(0, 63),
    WRITE(1, 64),
    PREAD64(17, 67),
    PWRITE64(18, 68),
    PPOLL(271, 73),
    SIGNALFD4(289, 74),
    SPLICE(275, 76),
    TEE(276, 77),
    READLINKAT(267, 78),
    UTIMENSAT(280, 88),
    CAPGET(125, 90),
    CAPSET(126, 91),
    EXIT_GROUP(231, 94),
    UNSHARE(272, 97),
    FUTEX(202, 98),
    TIMER_CREATE(222, 107),
    TIMER_SETTIME(223, 110),
    CLOCK_GETTIME(228, 113),
    KILL(62, 129),
    RT_SIGPROCMASK(14, 135),
    RT_SIGTIMEDWAIT(128, 137),
    SETRESUID(117, 147),
    SETRESGID(119, 149),
    SETFSUID(122, 151),
    SETFSGID(123, 152),
    SETSID(112, 157),
    SETGROUPS(116, 159),
    SETHOSTNAME(170, 161),
    SETDOMAINNAME(171, 162),
    UMASK(95, 166),
    GETRUSAGE(98, 165),
    PRCTL(157, 167),
    GETPID(39, 172),
    SOCKET(41, 198),
    SOCKETPAIR(53, 199),
    BIND(49, 200),
    LISTEN(50, 201),
    CONNECT(42, 203),
    GETSOCKNAME(51, 204),
    GETPEERNAME(52, 205),
    SENDTO(44, 206),
    RECVFROM(45, 207),
    SETSOCKOPT(54, 208),
    GETSOCKOPT(55, 209),
    SHUTDOWN(48, 210),
    SENDMSG(46, 211),
    RECVMSG(47, 212),
    KEYCTL(250, 219),
    CLONE(56, 220),
    EXECVE(59, 221),
    MMAP(9, 222),
    MADVISE(28, 233),
    ACCEPT4(288, 242),
    WAIT4(61, 260),
    PRLIMIT64(302, 261),
    SYNCFS(306, 267),
    SETNS(308, 268),
    RENAMEAT2(316, 276),
    MEMFD_CREATE(319, 279),
    BPF(321, 280),
    COPY_FILE_RANGE(326, 285),
    STATX(332, 291),
    WAITID(247, 95),
    PIDFD_SEND_SIGNAL(424, 424),
    OPEN_TREE(428, 428),
    MOVE_MOUNT(429, 429),
    PIDFD_OPEN(434, 434),
    CLONE3(435, 435),
    CLOSE_RANGE(436, 436),
    OPENAT2(437, 437),
    MOUNT_SETATTR(442, 442),
    QUOTACTL_FD(443, 443);

    private final int x8664;
    private final int aarch64;

    Syscall(int x8664, int aarch64) {
        this.x8664 = x8664;
        this.aarch64 = aarch64;
    }

    /** Returns the call's number on the processor. */
    public int number(Processor processor) {
        return switch (processor) {
            case X86_64 -> x8664;
            case AARCH64 -> aarch64;
        };
    }

    /** Returns the call's name as man pages and strace print it. */
    public String symbol() {
        return name().toLowerCase(Locale.ROOT);
    }
}

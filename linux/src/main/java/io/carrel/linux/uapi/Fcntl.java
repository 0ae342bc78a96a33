package io.carrel.linux.uapi;

/** {@code linux/fcntl.h}, {@code linux/openat2.h} and {@code linux/stat.h}: opening files. */
public final class Fcntl {

    public static final Constant AT_FDCWD = new Constant("AT_FDCWD", -100L);
    public static final Constant AT_EMPTY_PATH = new Constant("AT_EMPTY_PATH", 0x1000L);
    public static final Constant AT_RECURSIVE = new Constant("AT_RECURSIVE", 0x8000L);
    public static final Constant O_RDONLY = new Constant("O_RDONLY", 0L);
    public static final Constant O_WRONLY = new Constant("O_WRONLY", 1L);
    public static final Constant O_RDWR = new Constant("O_RDWR", 2L);
    public static final Constant O_CREAT = new Constant("O_CREAT", 0x40L);
    public static final Constant O_EXCL = new Constant("O_EXCL", 0x80L);
    public static final Constant O_TRUNC = new Constant("O_TRUNC", 0x200L);
    public static final Constant O_APPEND = new Constant("O_APPEND", 0x400L);
    public static final Constant O_NONBLOCK = new Constant("O_NONBLOCK", 0x800L);
    public static final Constant O_CLOEXEC = new Constant("O_CLOEXEC", 0x80000L);
    public static final Constant O_PATH = new Constant("O_PATH", 0x200000L);
    public static final Constant S_IFREG = new Constant("S_IFREG", 0100000L);
    public static final Constant RESOLVE_IN_ROOT = new Constant("RESOLVE_IN_ROOT", 0x10L);
    public static final Constant F_SETFD = new Constant("F_SETFD", 2L);
    public static final Constant F_GETFL = new Constant("F_GETFL", 3L);
    public static final Constant F_SETFL = new Constant("F_SETFL", 4L);
    public static final Constant F_SETOWN = new Constant("F_SETOWN", 8L);
    public static final Constant F_DUPFD_CLOEXEC = new Constant("F_DUPFD_CLOEXEC", 1030L);
    public static final Constant F_ADD_SEALS = new Constant("F_ADD_SEALS", 1033L);
    public static final Constant FD_CLOEXEC = new Constant("FD_CLOEXEC", 1L);
    public static final Constant CLOSE_RANGE_UNSHARE = new Constant("CLOSE_RANGE_UNSHARE", 2L);
    public static final Constant FASYNC = new Constant("FASYNC", 0x2000L);

    private Fcntl() {}
}

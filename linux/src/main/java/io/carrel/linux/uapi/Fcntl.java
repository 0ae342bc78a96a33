package io.carrel.linux.uapi;

/** {@code linux/fcntl.h}, {@code linux/memfd.h}, {@code linux/openat2.h} and {@code linux/stat.h}: opening files. */
public final class Fcntl {

    public static final Constant AT_FDCWD = new Constant("AT_FDCWD", -100L);
    public static final Constant AT_SYMLINK_NOFOLLOW = new Constant("AT_SYMLINK_NOFOLLOW", 0x100L);
    public static final Constant AT_REMOVEDIR = new Constant("AT_REMOVEDIR", 0x200L);
    public static final Constant AT_SYMLINK_FOLLOW = new Constant("AT_SYMLINK_FOLLOW", 0x400L);
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
    public static final Constant O_DIRECTORY = new Constant("O_DIRECTORY", directory());
    public static final Constant O_NOFOLLOW = new Constant("O_NOFOLLOW", directory() << 1);
    public static final Constant O_CLOEXEC = new Constant("O_CLOEXEC", 0x80000L);
    public static final Constant O_PATH = new Constant("O_PATH", 0x200000L);
    public static final Constant S_IFMT = new Constant("S_IFMT", 0170000L);
    public static final Constant S_IFIFO = new Constant("S_IFIFO", 0010000L);
    public static final Constant S_IFCHR = new Constant("S_IFCHR", 0020000L);
    public static final Constant S_IFDIR = new Constant("S_IFDIR", 0040000L);
    public static final Constant S_IFBLK = new Constant("S_IFBLK", 0060000L);
    public static final Constant S_IFLNK = new Constant("S_IFLNK", 0120000L);
    public static final Constant S_IFSOCK = new Constant("S_IFSOCK", 0140000L);
    public static final Constant S_IFREG = new Constant("S_IFREG", 0100000L);
    public static final Constant STATX_BASIC_STATS = new Constant("STATX_BASIC_STATS", 0x7ffL);
    public static final Constant SEEK_DATA = new Constant("SEEK_DATA", 3L);
    public static final Constant SEEK_HOLE = new Constant("SEEK_HOLE", 4L);
    public static final Constant RESOLVE_NO_XDEV = new Constant("RESOLVE_NO_XDEV", 0x1L);
    public static final Constant RESOLVE_NO_MAGICLINKS = new Constant("RESOLVE_NO_MAGICLINKS", 0x2L);
    public static final Constant RESOLVE_BENEATH = new Constant("RESOLVE_BENEATH", 0x8L);
    public static final Constant RESOLVE_IN_ROOT = new Constant("RESOLVE_IN_ROOT", 0x10L);
    public static final Constant F_SETFD = new Constant("F_SETFD", 2L);
    public static final Constant F_GETFL = new Constant("F_GETFL", 3L);
    public static final Constant F_SETFL = new Constant("F_SETFL", 4L);
    public static final Constant F_SETOWN = new Constant("F_SETOWN", 8L);
    public static final Constant F_DUPFD_CLOEXEC = new Constant("F_DUPFD_CLOEXEC", 1030L);
    public static final Constant F_SETPIPE_SZ = new Constant("F_SETPIPE_SZ", 1031L);
    public static final Constant F_ADD_SEALS = new Constant("F_ADD_SEALS", 1033L);
    public static final Constant FD_CLOEXEC = new Constant("FD_CLOEXEC", 1L);
    public static final Constant CLOSE_RANGE_UNSHARE = new Constant("CLOSE_RANGE_UNSHARE", 2L);
    public static final Constant SPLICE_F_MOVE = new Constant("SPLICE_F_MOVE", 1L);
    public static final Constant SPLICE_F_NONBLOCK = new Constant("SPLICE_F_NONBLOCK", 2L);
    public static final Constant LOCK_SH = new Constant("LOCK_SH", 1L);
    public static final Constant LOCK_EX = new Constant("LOCK_EX", 2L);
    public static final Constant LOCK_NB = new Constant("LOCK_NB", 4L);
    public static final Constant LOCK_UN = new Constant("LOCK_UN", 8L);
    public static final Constant FASYNC = new Constant("FASYNC", 0x2000L);

    public static final Constant MFD_CLOEXEC = new Constant("MFD_CLOEXEC", 1L);
    public static final Constant MFD_ALLOW_SEALING = new Constant("MFD_ALLOW_SEALING", 2L);
    public static final Constant MFD_EXEC = new Constant("MFD_EXEC", 0x10L);
    public static final Constant F_SEAL_SEAL = new Constant("F_SEAL_SEAL", 1L);
    public static final Constant F_SEAL_SHRINK = new Constant("F_SEAL_SHRINK", 2L);
    public static final Constant F_SEAL_GROW = new Constant("F_SEAL_GROW", 4L);
    public static final Constant F_SEAL_WRITE = new Constant("F_SEAL_WRITE", 8L);

    private Fcntl() {}

    /** The one flag here whose number is the processor's own; that of {@code O_NOFOLLOW} is twice this. */
    private static long directory() {
        return Processor.current() == Processor.AARCH64 ? 0x4000L : 0x10000L;
    }
}

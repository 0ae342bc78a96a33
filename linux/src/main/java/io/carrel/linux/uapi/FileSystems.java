package io.carrel.linux.uapi;

/** {@code linux/fs.h}, {@code linux/quota.h} and {@code linux/dqblk_xfs.h}: what file systems can do besides files. */
public final class FileSystems {

    public static final Constant FICLONE = new Constant("FICLONE", 0x40049409L);
    public static final Constant FS_IOC_FSGETXATTR = new Constant("FS_IOC_FSGETXATTR", 0x801c581fL);
    public static final Constant FS_IOC_FSSETXATTR = new Constant("FS_IOC_FSSETXATTR", 0x401c5820L);
    public static final Constant FS_XFLAG_PROJINHERIT = new Constant("FS_XFLAG_PROJINHERIT", 0x200L);
    public static final Constant QIF_BLIMITS = new Constant("QIF_BLIMITS", 1L);
    public static final Constant FS_QUOTA_PDQ_ENFD = new Constant("FS_QUOTA_PDQ_ENFD", 0x20L);
    public static final Constant Q_GETQUOTA = forProjects("Q_GETQUOTA", 0x800007L);
    public static final Constant Q_SETQUOTA = forProjects("Q_SETQUOTA", 0x800008L);
    public static final Constant Q_XGETQSTATV = forProjects("Q_XGETQSTATV", 0x5808L);

    private FileSystems() {}

    /** {@code QCMD(command, PRJQUOTA)}. */
    private static Constant forProjects(String command, long number) {
        return new Constant("QCMD(" + command + ", PRJQUOTA)", number << 8 | 2);
    }
}

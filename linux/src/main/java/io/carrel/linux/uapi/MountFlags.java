package io.carrel.linux.uapi;

/** {@code linux/mount.h}: flags of the calls that mount. */
public final class MountFlags {

    public static final Constant MS_RDONLY = new Constant("MS_RDONLY", 1L);
    public static final Constant MS_NOSUID = new Constant("MS_NOSUID", 2L);
    public static final Constant MS_NODEV = new Constant("MS_NODEV", 4L);
    public static final Constant MS_NOEXEC = new Constant("MS_NOEXEC", 8L);
    public static final Constant MS_REMOUNT = new Constant("MS_REMOUNT", 0x20L);
    public static final Constant MS_BIND = new Constant("MS_BIND", 0x1000L);
    public static final Constant MS_REC = new Constant("MS_REC", 0x4000L);
    public static final Constant MS_PRIVATE = new Constant("MS_PRIVATE", 0x40000L);
    public static final Constant MS_SLAVE = new Constant("MS_SLAVE", 0x80000L);
    public static final Constant MS_SHARED = new Constant("MS_SHARED", 0x100000L);
    public static final Constant MNT_DETACH = new Constant("MNT_DETACH", 2L);
    public static final Constant UMOUNT_NOFOLLOW = new Constant("UMOUNT_NOFOLLOW", 8L);
    public static final Constant OPEN_TREE_CLONE = new Constant("OPEN_TREE_CLONE", 1L);
    public static final Constant OPEN_TREE_CLOEXEC = new Constant("OPEN_TREE_CLOEXEC", 0x80000L);
    public static final Constant MOVE_MOUNT_F_EMPTY_PATH = new Constant("MOVE_MOUNT_F_EMPTY_PATH", 4L);
    public static final Constant MOVE_MOUNT_T_SYMLINKS = new Constant("MOVE_MOUNT_T_SYMLINKS", 0x10L);
    public static final Constant MOUNT_ATTR_RDONLY = new Constant("MOUNT_ATTR_RDONLY", 1L);
    public static final Constant MOUNT_ATTR_NOSUID = new Constant("MOUNT_ATTR_NOSUID", 2L);
    public static final Constant MOUNT_ATTR_NODEV = new Constant("MOUNT_ATTR_NODEV", 4L);
    public static final Constant MOUNT_ATTR_IDMAP = new Constant("MOUNT_ATTR_IDMAP", 0x100000L);

    private MountFlags() {}
}

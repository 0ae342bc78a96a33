package io.carrel.linux.binding;

import com.sun.jna.Memory;
import io.carrel.linux.uapi.Constant;
import io.carrel.linux.uapi.Fcntl;

/**
 * What {@code statx} tells about a file. Immutable.
 *
 * @param mode its type and permissions
 * @param device the file system's number
 * @param deviceMajor of a device file: which device
 * @param deviceMinor of a device file: which device
 */
public record FileStatus(
        int mode,
        long links,
        long uid,
        long gid,
        long inode,
        long size,
        long blocks,
        FileTimes times,
        long device,
        long deviceMajor,
        long deviceMinor) {

    static final int SIZE = 256;

    private static final long UNSIGNED = 0xffffffffL;

    /** {@code struct statx}, linux/stat.h. */
    static FileStatus read(Memory statx) {
        return new FileStatus(
                statx.getShort(28) & 0xffff,
                statx.getInt(16) & UNSIGNED,
                statx.getInt(20) & UNSIGNED,
                statx.getInt(24) & UNSIGNED,
                statx.getLong(32),
                statx.getLong(40),
                statx.getLong(48),
                new FileTimes(statx.getLong(64), statx.getInt(72), statx.getLong(112), statx.getInt(120)),
                (statx.getInt(136) & UNSIGNED) << 32 | statx.getInt(140) & UNSIGNED,
                statx.getInt(128) & UNSIGNED,
                statx.getInt(132) & UNSIGNED);
    }

    /** Whether it is of this type, such as {@code S_IFDIR}. */
    public boolean is(Constant type) {
        return (mode & Fcntl.S_IFMT.value()) == type.value();
    }

    /** The permissions, with the set-id and sticky bits. */
    public int permissions() {
        return mode & 07777;
    }

    /** Returns the same with these permissions. */
    public FileStatus withPermissions(int permissions) {
        int type = mode & (int) Fcntl.S_IFMT.value();
        return new FileStatus(
                type | permissions, links, uid, gid, inode, size, blocks, times, device, deviceMajor, deviceMinor);
    }

    /** Whether overlayfs takes the file for the deletion of one below. */
    public boolean isWhiteout() {
        return is(Fcntl.S_IFCHR) && deviceMajor == 0 && deviceMinor == 0;
    }
}

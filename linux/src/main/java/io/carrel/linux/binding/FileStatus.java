package io.carrel.linux.binding;

import com.sun.jna.Memory;
import io.carrel.linux.uapi.Constant;
import io.carrel.linux.uapi.Fcntl;

/**
 * What {@code statx} tells about a file. Immutable.
 *
 * @param mode its type and permissions
 * @param links how many names it has
 * @param owner whose it is
 * @param inode which file it is
 * @param space how much it holds
 * @param times when it was used
 * @param device of a device file: which device; else {@link DeviceNumber#NONE}
 */
public record FileStatus(
        int mode, long links, Owner owner, Inode inode, Space space, FileTimes times, DeviceNumber device) {

    static final int SIZE = 256;

    private static final long UNSIGNED = 0xffffffffL;

    /** The ids of a user and a group, each from 0 to 4294967295. Immutable. */
    public record Owner(long uid, long gid) {}

    /**
     * How much a file holds. Immutable.
     *
     * @param size its length in bytes
     * @param blocks how much of the disk it has, in units of 512 bytes
     */
    public record Space(long size, long blocks) {}

    /** {@code struct statx}, linux/stat.h. */
    static FileStatus read(Memory statx) {
        return new FileStatus(
                statx.getShort(28) & 0xffff,
                unsigned(statx, 16),
                new Owner(unsigned(statx, 20), unsigned(statx, 24)),
                new Inode(device(statx, 136), statx.getLong(32)),
                new Space(statx.getLong(40), statx.getLong(48)),
                new FileTimes(statx.getLong(64), statx.getInt(72), statx.getLong(112), statx.getInt(120)),
                device(statx, 128));
    }

    private static DeviceNumber device(Memory statx, int offset) {
        return new DeviceNumber(unsigned(statx, offset), unsigned(statx, offset + Integer.BYTES));
    }

    private static long unsigned(Memory statx, int offset) {
        return statx.getInt(offset) & UNSIGNED;
    }

    /** Returns the id of the user that it belongs to. */
    public long uid() {
        return owner.uid();
    }

    /** Returns the id of the group that it belongs to. */
    public long gid() {
        return owner.gid();
    }

    /** Returns its length in bytes. */
    public long size() {
        return space.size();
    }

    /** Returns whether it is of this type, such as {@code S_IFDIR}. */
    public boolean is(Constant type) {
        return (mode & Fcntl.S_IFMT.value()) == type.value();
    }

    /** Returns the permissions, with the set-id and sticky bits. */
    public int permissions() {
        return mode & 07777;
    }

    /** Returns the same with these permissions. */
    public FileStatus withPermissions(int permissions) {
        int type = mode & (int) Fcntl.S_IFMT.value();
        return new FileStatus(type | permissions, links, owner, inode, space, times, device);
    }

    /** Returns whether overlayfs takes the file for the deletion of one below. */
    public boolean isWhiteout() {
        return is(Fcntl.S_IFCHR) && device.equals(DeviceNumber.NONE);
    }
}

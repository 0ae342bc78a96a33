package io.carrel.fs.internal;

import static io.carrel.linux.uapi.MountFlags.MOUNT_ATTR_IDMAP;
import static io.carrel.linux.uapi.MountFlags.MOUNT_ATTR_NODEV;
import static io.carrel.linux.uapi.MountFlags.MOUNT_ATTR_NOSUID;
import static io.carrel.linux.uapi.MountFlags.MOUNT_ATTR_RDONLY;

import io.carrel.fs.Access;
import io.carrel.fs.Propagation;
import io.carrel.linux.program.Data;
import io.carrel.linux.uapi.Constant;
import io.carrel.linux.uapi.MountFlags;
import io.carrel.linux.uapi.Struct;

/** Content of {@code struct mount_attr} of mount_setattr(2), as the calls of a program need it. */
final class MountAttr {

    static final int SIZE = 32;
    /** The place of {@code userns_fd} in {@code struct mount_attr}. */
    static final int USERNS_FD = 24;

    private MountAttr() {}

    /** A {@code struct mount_attr} that translates ids; the descriptor of the user namespace is still missing. */
    static Data idmapped(Access access, Propagation propagation) {
        return attributes(restrictions(access).or(MOUNT_ATTR_IDMAP), Propagations.fromHost(propagation));
    }

    /** A {@code struct mount_attr} that restricts, and says how mounts are passed on. */
    static Data restricting(Access access, Propagation propagation) {
        return attributes(restrictions(access), Propagations.toContainer(propagation));
    }

    /** A {@code struct mount_attr} that only lets mounts be passed on both ways. */
    static Data sharing() {
        return attributes(Constant.of(0), MountFlags.MS_SHARED);
    }

    private static Data attributes(Constant set, Constant propagation) {
        return Data.struct(
                "{%s, propagation=%s}".formatted(set, propagation),
                Struct.ofSize(SIZE)
                        .u64(set.value())
                        .u64(0)
                        .u64(propagation.value())
                        .toBytes());
    }

    /** What is always kept out of a container, and writing where that is. */
    static Constant restrictions(Access access) {
        Constant restrictions = MOUNT_ATTR_NOSUID.or(MOUNT_ATTR_NODEV);
        return access == Access.READ_ONLY ? MOUNT_ATTR_RDONLY.or(restrictions) : restrictions;
    }

    /** Only sets these. */
    static Data setting(Constant set) {
        return Data.struct(
                "{" + set.name() + "}", Struct.ofSize(SIZE).u64(set.value()).toBytes());
    }
}

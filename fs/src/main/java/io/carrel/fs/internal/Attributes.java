package io.carrel.fs.internal;

import static io.carrel.linux.uapi.MountFlags.MOUNT_ATTR_RDONLY;
import static io.carrel.linux.uapi.MountFlags.MS_BIND;
import static io.carrel.linux.uapi.MountFlags.MS_NODEV;
import static io.carrel.linux.uapi.MountFlags.MS_NOEXEC;
import static io.carrel.linux.uapi.MountFlags.MS_NOSUID;
import static io.carrel.linux.uapi.MountFlags.MS_RDONLY;
import static io.carrel.linux.uapi.MountFlags.MS_REMOUNT;

import io.carrel.fs.Access;
import io.carrel.linux.HostFileException;
import io.carrel.linux.binding.MountInfo;
import io.carrel.linux.program.Operand;
import io.carrel.linux.program.ProgramBuilder;
import io.carrel.linux.uapi.Constant;
import io.carrel.linux.uapi.Fcntl;
import io.carrel.linux.uapi.MountFlags;
import io.carrel.linux.uapi.Syscall;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;

/**
 * Restricts what is mounted: no set-user-ID programs, no devices, and no writing where that is asked for. Where the
 * kernel has {@code mount_setattr} one call does it for a whole tree; before Linux 5.12 each mount is remounted, with
 * the restrictions kept that it has already, since a user namespace may not lift them.
 */
final class Attributes {

    private final ProgramBuilder program;
    private final boolean mountSetattr;

    Attributes(ProgramBuilder program, boolean mountSetattr) {
        this.program = program;
        this.mountSetattr = mountSetattr;
    }

    /**
     * Restricts the mount at {@code target} and all below it.
     *
     * @param source what was bound there
     */
    void restrict(String step, String target, Path source, Access access) {
        if (mountSetattr) {
            restrictTree(step, target, access);
        } else {
            remount(step, target, source, access);
        }
    }

    /** The same for several mounts whose common root is a file system of the container's own. */
    void restrictTree(String step, String target, Access access) {
        program.call(
                step,
                Syscall.MOUNT_SETATTR,
                Operand.of(Fcntl.AT_FDCWD),
                Operand.text(target),
                Operand.of(Fcntl.AT_RECURSIVE),
                MountAttr.setting(MountAttr.restrictions(access)).address(),
                Operand.of(MountAttr.SIZE));
    }

    /** Remounts one mount with these restrictions. */
    void remountOne(String step, String target, Constant restrictions) {
        program.call(
                step,
                Syscall.MOUNT,
                Operand.none(),
                Operand.text(target),
                Operand.none(),
                Operand.of(MS_REMOUNT.or(MS_BIND).or(restrictions)),
                Operand.none());
    }

    private void remount(String step, String target, Path source, Access access) {
        Path real = realPath(source);
        List<MountInfo> mounts = MountInfo.current();
        mounts.stream()
                .filter(mount -> real.startsWith(mount.mountPoint()))
                .max(Comparator.comparingInt(mount -> mount.mountPoint().getNameCount()))
                .ifPresent(mount -> remountOne(step, target, restrictions(access, mount)));
        mounts.stream()
                .filter(mount -> mount.mountPoint().startsWith(real)
                        && !mount.mountPoint().equals(real))
                .forEach(mount -> remountOne(
                        step, target + "/" + real.relativize(mount.mountPoint()), restrictions(access, mount)));
    }

    private static Constant restrictions(Access access, MountInfo mount) {
        Constant flags = MS_NOSUID.or(MS_NODEV);
        boolean readOnly = access == Access.READ_ONLY || mount.options().contains("ro");
        if (readOnly) {
            flags = MS_RDONLY.or(flags);
        }
        return mount.options().contains("noexec") ? flags.or(MS_NOEXEC) : flags;
    }

    /** What is not there yet, as a volume before its first start, has nothing mounted on it: its parent decides. */
    private static Path realPath(Path source) {
        Path absolute = source.toAbsolutePath();
        Path parent = absolute.getParent();
        try {
            return absolute.toRealPath();
        } catch (NoSuchFileException e) {
            if (parent == null) {
                throw new HostFileException("Cannot find " + source, e);
            }
            return realPath(parent).resolve(parent.relativize(absolute));
        } catch (IOException e) {
            throw new HostFileException("Cannot find " + source, e);
        }
    }

    /** Makes one mount read-only and leaves those below as they are; {@code kept} are its other restrictions. */
    void makeReadOnly(String step, String target, Constant kept) {
        if (!mountSetattr) {
            remountOne(step, target, MS_RDONLY.or(kept));
            return;
        }
        program.call(
                step,
                Syscall.MOUNT_SETATTR,
                Operand.of(Fcntl.AT_FDCWD),
                Operand.text(target),
                Operand.of(0),
                MountAttr.setting(MOUNT_ATTR_RDONLY).address(),
                Operand.of(MountAttr.SIZE));
    }

    static Constant recursive() {
        return MountFlags.MS_BIND.or(MountFlags.MS_REC);
    }
}

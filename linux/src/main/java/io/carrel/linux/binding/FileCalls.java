package io.carrel.linux.binding;

import io.carrel.linux.Descriptor;
import io.carrel.linux.Errno;
import io.carrel.linux.uapi.Constant;
import io.carrel.linux.uapi.Fcntl;
import io.carrel.linux.uapi.Syscall;
import java.util.Optional;

/**
 * System calls about files whose directory is an open descriptor, in the kernel's own terms. Names are bytes, one in
 * each character of a string (ISO-8859-1), as file names need not be text. Each name is one component: no call here
 * follows a symbolic link except {@link #openBeneath}, which follows them inside its root.
 *
 * <p>Arguments are copied into memory that each object keeps, so that many calls are fast. Not thread-safe.
 */
public final class FileCalls extends OpenFileCalls {

    private static final Constant SECRET = new Constant("0600", 0600);
    private static final Constant SECRET_DIRECTORY = new Constant("0700", 0700);
    private static final int OPEN_HOW = 24;
    private static final int ATTEMPTS = 1000;

    /**
     * Opens what {@code path} leads to when {@code root} is taken for the root directory: neither {@code ..} nor a
     * symbolic link leads out (Linux 5.6). Where {@code ..} meets a concurrent rename, the kernel asks to try again.
     */
    public Descriptor openBeneath(Descriptor root, String path, Constant flags) {
        Constant all = flags.or(Fcntl.O_CLOEXEC);
        Constant resolve = Fcntl.RESOLVE_IN_ROOT.or(Fcntl.RESOLVE_NO_MAGICLINKS);
        structure.setLong(0, all.value());
        structure.setLong(8, 0);
        structure.setLong(16, resolve.value());
        long fd = -Errno.EAGAIN.number();
        for (int attempt = 0; attempt < ATTEMPTS && fd == -Errno.EAGAIN.number(); attempt++) {
            fd = Syscalls.raw(Syscall.OPENAT2, root.number(), text(first, path), Syscalls.address(structure), OPEN_HOW);
        }
        check(fd, Syscall.OPENAT2, root, path, all + ", " + resolve);
        return Kernel.own(fd, shown(path));
    }

    /** Opens a file of the directory; a symbolic link is not followed. */
    public Descriptor open(Descriptor directory, String name, Constant flags) {
        Constant all = flags.or(Fcntl.O_NOFOLLOW).or(Fcntl.O_CLOEXEC);
        long fd = Syscalls.raw(Syscall.OPENAT, directory.number(), text(first, name), all.value(), 0);
        check(fd, Syscall.OPENAT, directory, name, all.name());
        return Kernel.own(fd, shown(name));
    }

    /** Creates a file that only its owner can read and write, and opens it to write; empty if the name is taken. */
    public Optional<Descriptor> create(Descriptor directory, String name) {
        Constant flags = Fcntl.O_WRONLY
                .or(Fcntl.O_CREAT)
                .or(Fcntl.O_EXCL)
                .or(Fcntl.O_NOFOLLOW)
                .or(Fcntl.O_CLOEXEC);
        long fd = Syscalls.raw(Syscall.OPENAT, directory.number(), text(first, name), flags.value(), SECRET.value());
        return made(fd, Syscall.OPENAT, directory, name, flags.name())
                ? Optional.of(Kernel.own(fd, shown(name)))
                : Optional.empty();
    }

    /** Creates a directory for its owner alone; false if the name is taken. */
    public boolean makeDirectory(Descriptor directory, String name) {
        long result = Syscalls.raw(Syscall.MKDIRAT, directory.number(), text(first, name), SECRET_DIRECTORY.value());
        return made(result, Syscall.MKDIRAT, directory, name, SECRET_DIRECTORY.name());
    }

    /** Creates a device or a named pipe; false if the name is taken. */
    public boolean makeNode(Descriptor directory, String name, Constant type, DeviceNumber device) {
        long result = Syscalls.raw(
                Syscall.MKNODAT, directory.number(), text(first, name), type.value() | 0600, device.encoded());
        return made(
                result, Syscall.MKNODAT, directory, name, "%s, %d:%d".formatted(type, device.major(), device.minor()));
    }

    /** Creates a symbolic link; false if the name is taken. */
    public boolean makeSymbolicLink(String target, Descriptor directory, String name) {
        long result = Syscalls.raw(Syscall.SYMLINKAT, text(second, target), directory.number(), text(first, name));
        return made(result, Syscall.SYMLINKAT, directory, name, shown(target));
    }

    /** Gives a file, a symbolic link included, one more name; false if that is taken. */
    public boolean link(Descriptor fromDirectory, String from, Descriptor directory, String name) {
        long result = Syscalls.raw(
                Syscall.LINKAT, fromDirectory.number(), text(second, from), directory.number(), text(first, name), 0);
        return made(result, Syscall.LINKAT, directory, name, shown(from));
    }

    /** Gives an open file, which may be open as a path alone, one more name; false if that is taken. */
    public boolean link(Descriptor file, Descriptor directory, String name) {
        String path = file.path().toString();
        long result = Syscalls.raw(
                Syscall.LINKAT,
                Fcntl.AT_FDCWD.value(),
                text(second, path),
                directory.number(),
                text(first, name),
                Fcntl.AT_SYMLINK_FOLLOW.value());
        return made(result, Syscall.LINKAT, directory, name, path);
    }

    /** Moves a file to another directory of the same file system, in place of one that has the name. */
    public void rename(Descriptor fromDirectory, String from, Descriptor directory, String name) {
        long result = Syscalls.raw(
                Syscall.RENAMEAT2,
                fromDirectory.number(),
                text(second, from),
                directory.number(),
                text(first, name),
                0);
        check(result, Syscall.RENAMEAT2, directory, name, shown(from));
    }

    /** Removes a name; false if there is none. */
    public boolean unlink(Descriptor directory, String name) {
        return remove(directory, name, Constant.of(0));
    }

    /** Removes an empty directory; false if there is none. */
    public boolean removeDirectory(Descriptor directory, String name) {
        return remove(directory, name, Fcntl.AT_REMOVEDIR);
    }

    private boolean remove(Descriptor directory, String name, Constant flags) {
        long result = Syscalls.raw(Syscall.UNLINKAT, directory.number(), text(first, name), flags.value());
        if (result == -Errno.ENOENT.number()) {
            return false;
        }
        check(result, Syscall.UNLINKAT, directory, name, flags.name());
        return true;
    }

    /** Looks at a file, not following a symbolic link; empty if there is none. */
    public Optional<FileStatus> status(Descriptor directory, String name) {
        Constant flags = Fcntl.AT_SYMLINK_NOFOLLOW;
        return status(directory, name, flags);
    }

    /** Returns where a symbolic link leads; without a name the one that is open as a path. */
    public String readLink(Descriptor directory, String name) {
        long count =
                Syscalls.raw(Syscall.READLINKAT, directory.number(), text(first, name), Syscalls.address(second), NAME);
        check(count, Syscall.READLINKAT, directory, name, "");
        return new String(second.getByteArray(0, (int) count), BYTES);
    }

    /** Sets the permissions of a file that must not be a symbolic link. */
    public void mode(Descriptor directory, String name, int permissions) {
        long result = Syscalls.raw(Syscall.FCHMODAT, directory.number(), text(first, name), permissions);
        check(result, Syscall.FCHMODAT, directory, name, octal(permissions));
    }

    /** Sets the owner of a file or of a symbolic link itself. */
    public void owner(Descriptor directory, String name, long uid, long gid) {
        long flags = Fcntl.AT_SYMLINK_NOFOLLOW.value();
        long result = Syscalls.raw(Syscall.FCHOWNAT, directory.number(), text(first, name), uid, gid, flags);
        check(result, Syscall.FCHOWNAT, directory, name, uid + ", " + gid);
    }

    /** Sets the times of a file or of a symbolic link itself. */
    public void times(Descriptor directory, String name, FileTimes times) {
        long flags = Fcntl.AT_SYMLINK_NOFOLLOW.value();
        long result = Syscalls.raw(Syscall.UTIMENSAT, directory.number(), text(first, name), timespecs(times), flags);
        check(result, Syscall.UTIMENSAT, directory, name, times.toString());
    }

    private boolean made(long result, Syscall call, Descriptor directory, String name, String more) {
        if (result == -Errno.EEXIST.number()) {
            return false;
        }
        check(result, call, directory, name, more);
        return true;
    }
}

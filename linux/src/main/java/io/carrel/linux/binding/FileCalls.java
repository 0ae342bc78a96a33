package io.carrel.linux.binding;

import com.sun.jna.Memory;
import io.carrel.linux.Descriptor;
import io.carrel.linux.Errno;
import io.carrel.linux.SyscallException;
import io.carrel.linux.uapi.Constant;
import io.carrel.linux.uapi.Fcntl;
import io.carrel.linux.uapi.Syscall;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * System calls about files whose directory is an open descriptor, in the kernel's own terms. Names are bytes, one in each
 * character of a string (ISO-8859-1), as file names need not be text. Each name is one component: no call here follows a
 * symbolic link except {@link #openBeneath}, which follows them inside its root.
 *
 * <p>Arguments are copied into memory that each object keeps, so that many calls are fast. Not thread-safe.
 */
public final class FileCalls implements AutoCloseable {

    /** The bytes of a name, one in each character. */
    public static final Charset BYTES = StandardCharsets.ISO_8859_1;

    private static final int NAME = 4096 + 1;
    private static final int TRANSFER = 256 * 1024;
    private static final Constant SECRET = new Constant("0600", 0600);
    private static final Constant SECRET_DIRECTORY = new Constant("0700", 0700);
    private static final int ENTRY_NAME = 19;
    private static final int OPEN_HOW = 24;
    private static final int ATTEMPTS = 1000;

    private final Memory first = new Memory(NAME);
    private final Memory second = new Memory(NAME);
    private final Memory structure = new Memory(FileStatus.SIZE);
    private final Memory transfer = new Memory(TRANSFER);

    private Supplier<String> doing = () -> "Cannot change a file";

    /** What is being done, as the start of a sentence, for the messages of the calls that follow. */
    public void doing(Supplier<String> what) {
        doing = what;
    }

    /**
     * Opens what {@code path} leads to when {@code root} is taken for the root directory: neither {@code ..} nor a symbolic
     * link leads out (Linux 5.6). Where {@code ..} meets a concurrent rename, the kernel asks to try again.
     */
    public Descriptor openBeneath(Descriptor root, String path, Constant flags) {
        Constant all = flags.or(Fcntl.O_CLOEXEC);
        Constant resolve = Fcntl.RESOLVE_IN_ROOT.or(Fcntl.RESOLVE_NO_MAGICLINKS);
        structure.setLong(0, all.value());
        structure.setLong(8, 0);
        structure.setLong(16, resolve.value());
        long fd = -Errno.EAGAIN.number();
        for (int attempt = 0; attempt < ATTEMPTS && fd == -Errno.EAGAIN.number(); attempt++) {
            fd = Kernel.raw(Syscall.OPENAT2, root.number(), text(first, path), Kernel.address(structure), OPEN_HOW);
        }
        check(fd, Syscall.OPENAT2, root, path, all + ", " + resolve);
        return Kernel.own(fd, shown(path));
    }

    /** Opens a file of the directory; a symbolic link is not followed. */
    public Descriptor open(Descriptor directory, String name, Constant flags) {
        Constant all = flags.or(Fcntl.O_NOFOLLOW).or(Fcntl.O_CLOEXEC);
        long fd = Kernel.raw(Syscall.OPENAT, directory.number(), text(first, name), all.value(), 0);
        check(fd, Syscall.OPENAT, directory, name, all.name());
        return Kernel.own(fd, shown(name));
    }

    /** Opens the same file once more, for example to read a directory that was opened only as a path. */
    public Descriptor reopen(Descriptor file, Constant flags) {
        String path = file.path().toString();
        long fd = Kernel.raw(
                Syscall.OPENAT,
                Fcntl.AT_FDCWD.value(),
                text(first, path),
                flags.or(Fcntl.O_CLOEXEC).value(),
                0);
        check(fd, Syscall.OPENAT, file, path, flags.name());
        return Kernel.own(fd, path);
    }

    /** Creates a file that only its owner can read and write, and opens it to write; empty if the name is taken. */
    public Optional<Descriptor> create(Descriptor directory, String name) {
        Constant flags = Fcntl.O_WRONLY
                .or(Fcntl.O_CREAT)
                .or(Fcntl.O_EXCL)
                .or(Fcntl.O_NOFOLLOW)
                .or(Fcntl.O_CLOEXEC);
        long fd = Kernel.raw(Syscall.OPENAT, directory.number(), text(first, name), flags.value(), SECRET.value());
        return made(fd, Syscall.OPENAT, directory, name, flags.name())
                ? Optional.of(Kernel.own(fd, shown(name)))
                : Optional.empty();
    }

    /** Creates a directory for its owner alone; false if the name is taken. */
    public boolean makeDirectory(Descriptor directory, String name) {
        long result = Kernel.raw(Syscall.MKDIRAT, directory.number(), text(first, name), SECRET_DIRECTORY.value());
        return made(result, Syscall.MKDIRAT, directory, name, SECRET_DIRECTORY.name());
    }

    /** Creates a device or a named pipe; false if the name is taken. */
    public boolean makeNode(Descriptor directory, String name, Constant type, long major, long minor) {
        long device = (minor & 0xff) | (major & 0xfff) << 8 | (minor & ~0xffL) << 12;
        long result = Kernel.raw(Syscall.MKNODAT, directory.number(), text(first, name), type.value() | 0600, device);
        return made(result, Syscall.MKNODAT, directory, name, "%s, %d:%d".formatted(type, major, minor));
    }

    /** Creates a symbolic link; false if the name is taken. */
    public boolean makeSymbolicLink(String target, Descriptor directory, String name) {
        long result = Kernel.raw(Syscall.SYMLINKAT, text(second, target), directory.number(), text(first, name));
        return made(result, Syscall.SYMLINKAT, directory, name, shown(target));
    }

    /** Gives a file, a symbolic link included, one more name; false if that is taken. */
    public boolean link(Descriptor fromDirectory, String from, Descriptor directory, String name) {
        long result = Kernel.raw(
                Syscall.LINKAT, fromDirectory.number(), text(second, from), directory.number(), text(first, name), 0);
        return made(result, Syscall.LINKAT, directory, name, shown(from));
    }

    /** Gives an open file, which may be open as a path alone, one more name; false if that is taken. */
    public boolean link(Descriptor file, Descriptor directory, String name) {
        String path = file.path().toString();
        long result = Kernel.raw(
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
        long result = Kernel.raw(
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
        long result = Kernel.raw(Syscall.UNLINKAT, directory.number(), text(first, name), flags.value());
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

    /** Looks at an open file. */
    public FileStatus status(Descriptor file) {
        return status(file, "", Fcntl.AT_EMPTY_PATH).orElseThrow();
    }

    private Optional<FileStatus> status(Descriptor directory, String name, Constant flags) {
        long result = Kernel.raw(
                Syscall.STATX,
                directory.number(),
                text(first, name),
                flags.value(),
                Fcntl.STATX_BASIC_STATS.value(),
                Kernel.address(structure));
        if (result == -Errno.ENOENT.number()) {
            return Optional.empty();
        }
        check(result, Syscall.STATX, directory, name, flags.name());
        return Optional.of(FileStatus.read(structure));
    }

    /** Where a symbolic link leads; without a name the one that is open as a path. */
    public String readLink(Descriptor directory, String name) {
        long count =
                Kernel.raw(Syscall.READLINKAT, directory.number(), text(first, name), Kernel.address(second), NAME);
        check(count, Syscall.READLINKAT, directory, name, "");
        return new String(second.getByteArray(0, (int) count), BYTES);
    }

    /** The names in an open directory, without {@code .} and {@code ..}, in no particular order. */
    public List<String> list(Descriptor directory) {
        return list(directory, Long.MAX_VALUE);
    }

    /** The same, but of a directory with more names than {@code most} only some, yet more than {@code most}. */
    public List<String> list(Descriptor directory, long most) {
        List<String> names = new ArrayList<>();
        // Who lists it a second time wants the names again.
        seek(directory, 0);
        long count;
        do {
            count = Kernel.raw(Syscall.GETDENTS64, directory.number(), Kernel.address(transfer), TRANSFER);
            check(count, Syscall.GETDENTS64, directory, "", "");
            for (long at = 0; at < count; at += transfer.getShort(at + 16) & 0xffff) {
                String name = transfer.getString(at + ENTRY_NAME, BYTES.name());
                if (!name.equals(".") && !name.equals("..")) {
                    names.add(name);
                }
            }
        } while (count > 0 && names.size() <= most);
        return names;
    }

    /** Writes all of these bytes at the file's position. */
    public void write(Descriptor file, byte[] bytes, int offset, int length) {
        for (int done = 0; done < length; ) {
            int part = Math.min(TRANSFER, length - done);
            transfer.write(0, bytes, offset + done, part);
            for (int written = 0; written < part; ) {
                long count =
                        Kernel.raw(Syscall.WRITE, file.number(), Kernel.address(transfer) + written, part - written);
                if (count != -Errno.EINTR.number()) {
                    check(count, Syscall.WRITE, file, "", Integer.toString(part - written));
                    written += (int) count;
                }
            }
            done += part;
        }
    }

    /** Reads at a place of the file; 0 at its end. */
    public int readAt(Descriptor file, byte[] bytes, int length, long offset) {
        long count;
        do {
            count = Kernel.raw(
                    Syscall.PREAD64, file.number(), Kernel.address(transfer), Math.min(TRANSFER, length), offset);
        } while (count == -Errno.EINTR.number());
        check(count, Syscall.PREAD64, file, "", length + ", " + offset);
        transfer.read(0, bytes, 0, (int) count);
        return (int) count;
    }

    /** Moves the file's position to a number of bytes from its start. */
    public void seek(Descriptor file, long offset) {
        check(Kernel.raw(Syscall.LSEEK, file.number(), offset, 0), Syscall.LSEEK, file, "", Long.toString(offset));
    }

    /** Where, from {@code offset} on, data ({@code SEEK_DATA}) or a hole ({@code SEEK_HOLE}) starts; -1 if nowhere. */
    public long seek(Descriptor file, long offset, Constant what) {
        long place = Kernel.raw(Syscall.LSEEK, file.number(), offset, what.value());
        if (place == -Errno.ENXIO.number()) {
            return -1;
        }
        check(place, Syscall.LSEEK, file, "", offset + ", " + what);
        return place;
    }

    /** Gives the file this size; what is new is a hole. */
    public void truncate(Descriptor file, long size) {
        check(Kernel.raw(Syscall.FTRUNCATE, file.number(), size), Syscall.FTRUNCATE, file, "", Long.toString(size));
    }

    /** Sets the permissions of an open file. */
    public void mode(Descriptor file, int permissions) {
        check(Kernel.raw(Syscall.FCHMOD, file.number(), permissions), Syscall.FCHMOD, file, "", octal(permissions));
    }

    /** Sets the permissions of a file that must not be a symbolic link. */
    public void mode(Descriptor directory, String name, int permissions) {
        long result = Kernel.raw(Syscall.FCHMODAT, directory.number(), text(first, name), permissions);
        check(result, Syscall.FCHMODAT, directory, name, octal(permissions));
    }

    /** Sets the permissions of a file that is open only as a path. */
    public void modeOfPath(Descriptor file, int permissions) {
        String path = file.path().toString();
        long result = Kernel.raw(Syscall.FCHMODAT, Fcntl.AT_FDCWD.value(), text(first, path), permissions);
        check(result, Syscall.FCHMODAT, file, path, octal(permissions));
    }

    /** Sets the owner of an open file. */
    public void owner(Descriptor file, long uid, long gid) {
        check(Kernel.raw(Syscall.FCHOWN, file.number(), uid, gid), Syscall.FCHOWN, file, "", uid + ", " + gid);
    }

    /** Sets the owner of a file or of a symbolic link itself. */
    public void owner(Descriptor directory, String name, long uid, long gid) {
        long flags = Fcntl.AT_SYMLINK_NOFOLLOW.value();
        long result = Kernel.raw(Syscall.FCHOWNAT, directory.number(), text(first, name), uid, gid, flags);
        check(result, Syscall.FCHOWNAT, directory, name, uid + ", " + gid);
    }

    /** Sets the times of an open file. */
    public void times(Descriptor file, FileTimes times) {
        long result = Kernel.raw(Syscall.UTIMENSAT, file.number(), 0, timespecs(times), 0);
        check(result, Syscall.UTIMENSAT, file, "", times.toString());
    }

    /** Sets the times of a file or of a symbolic link itself. */
    public void times(Descriptor directory, String name, FileTimes times) {
        long flags = Fcntl.AT_SYMLINK_NOFOLLOW.value();
        long result = Kernel.raw(Syscall.UTIMENSAT, directory.number(), text(first, name), timespecs(times), flags);
        check(result, Syscall.UTIMENSAT, directory, name, times.toString());
    }

    private long timespecs(FileTimes times) {
        structure.setLong(0, times.accessSeconds());
        structure.setLong(8, times.accessNanos());
        structure.setLong(16, times.changeSeconds());
        structure.setLong(24, times.changeNanos());
        return Kernel.address(structure);
    }

    private boolean made(long result, Syscall call, Descriptor directory, String name, String more) {
        if (result == -Errno.EEXIST.number()) {
            return false;
        }
        check(result, call, directory, name, more);
        return true;
    }

    private void check(long result, Syscall call, Descriptor file, String name, String more) {
        if (result < 0) {
            throw failure(result, call, file, name, more);
        }
    }

    /** The result of a call made elsewhere about an open file, if it is one of success. */
    long checked(long result, Syscall call, Descriptor file, String more) {
        check(result, call, file, "", more);
        return result;
    }

    private SyscallException failure(long result, Syscall call, Descriptor file, String name, String more) {
        String named = name.isEmpty() ? "" : ", \"" + shown(name) + "\"";
        String arguments = file + named + (more.isEmpty() ? "" : ", " + more);
        return new SyscallException(doing.get(), call.symbol(), arguments, new Errno((int) -result));
    }

    private static String octal(int permissions) {
        return "0" + Integer.toOctalString(permissions);
    }

    /** The bytes as UTF-8 text, for people. */
    private static String shown(String bytes) {
        return new String(bytes.getBytes(BYTES), StandardCharsets.UTF_8);
    }

    private long text(Memory memory, String name) {
        byte[] bytes = name.getBytes(BYTES);
        if (bytes.length >= NAME) {
            throw new SyscallException(doing.get(), "open", shown(name), Errno.ENAMETOOLONG);
        }
        memory.write(0, bytes, 0, bytes.length);
        memory.setByte(bytes.length, (byte) 0);
        return Kernel.address(memory);
    }

    @Override
    public void close() {
        first.close();
        second.close();
        structure.close();
        transfer.close();
    }
}
